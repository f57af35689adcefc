// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/images/image.hpp>

namespace telltale::images {

/// The labels of a picture's pixels, row by row: labels are names, so no arithmetic on them makes sense.
struct pixel_labels {
  std::size_t height = 0,            ///< pixels from top to bottom
      width = 0;                     ///< pixels from left to right
  std::vector<std::uint8_t> labels;  ///< height x width
};

/// The largest square around the centre, cut as `centre_square` cuts a picture, in side x side pixels: each has the
/// label of the old pixel that holds its centre, at (i + 1/2) n / side. Throws argument_error for a side of 0. Cost:
/// O(side^2).
[[nodiscard]] inline pixel_labels nearest_square(const pixel_labels& from, std::size_t side) {
  telltale::detail::check_size("nearest_square", "from.labels", from.labels.size(), from.height * from.width);
  if (side == 0 || from.labels.empty())
    telltale::detail::refuse("nearest_square", "from, side",
                             "are " + std::to_string(from.height) + " x " + std::to_string(from.width) +
                                 " pixels and a side of " + std::to_string(side) + "; wanted at least 1");
  const std::size_t n = std::min(from.height, from.width);
  const std::size_t top = (from.height - n) / 2, left = (from.width - n) / 2;
  pixel_labels to{side, side, {}};
  to.labels.reserve(side * side);
  for (std::size_t y = 0; y < side; ++y)
    for (std::size_t x = 0; x < side; ++x)
      to.labels.push_back(
          from.labels[(top + (2 * y + 1) * n / (2 * side)) * from.width + left + (2 * x + 1) * n / (2 * side)]);
  return to;
}

}  // namespace telltale::images
