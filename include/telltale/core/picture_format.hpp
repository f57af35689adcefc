// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>

#include <telltale/core/error.hpp>

namespace telltale {

/// How a row of pixels is a picture: channel by channel, each row by row (`channels`, `height`, `width`), as networks
/// take it.
struct picture_format {
  std::size_t channels = 3, height = 0, width = 0;
  double range = 2;  ///< the largest possible pixel less the smallest: 2 for [-1, 1], 1 for [0, 1], 255 for bytes

  /// Numbers a picture: channels x height x width.
  [[nodiscard]] constexpr std::size_t pixels() const noexcept { return channels * height * width; }
  friend constexpr bool operator==(const picture_format&, const picture_format&) = default;
};

namespace detail {

/// Refuses a format without pixels or whose range is no positive number.
inline void check_format(std::string_view function, const picture_format& format) {
  if (format.pixels() == 0)
    refuse(function, "format",
           "has " + std::to_string(format.channels) + " channels of " + std::to_string(format.height) + " x " +
               std::to_string(format.width) + " pixels; wanted at least 1 of each");
  if (!(format.range > 0 && std::isfinite(format.range)))
    refuse(function, "format.range", "is " + std::to_string(format.range) + "; wanted a positive number");
}

}  // namespace detail
}  // namespace telltale
