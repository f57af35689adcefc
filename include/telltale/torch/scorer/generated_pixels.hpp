// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <ATen/ATen.h>

#include <telltale/core/facts.hpp>
#include <telltale/core/picture_format.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/observation/generation.hpp>
#include <telltale/torch/backend.hpp>

namespace telltale {
namespace detail {

/// Rows of pixels as pictures: (rows, channels, height, width).
[[nodiscard]] inline at::Tensor as_pictures(const at::Tensor& rows, const picture_format& format) {
  const auto extent = [](std::size_t of) { return static_cast<std::int64_t>(of); };
  return rows.reshape({-1, extent(format.channels), extent(format.height), extent(format.width)});
}

}  // namespace detail

/// The picture that was generated of a caption, the mean of r, as it is: for a learned rule to judge its quality.
///
/// Threat model: pictures generated of the caption, and the caption; no query picture. Formula: (1/r) sum_j y_j, y_j
/// the pictures. Range: that of pixels. Features: (n, channels, height, width), where the pictures are. Cost: one pass
/// over the pictures. Throws argument_error where no pictures were collected. Reference: Wu, Yu, Li, Backes, Zhang
/// 2022, "Membership Inference Attacks Against Text-to-image Generation Models", attack I-P.
struct generated_pixels {
  static constexpr std::string_view name = "generated pixels";
  static constexpr auto needs = access_to::generation;
  static constexpr auto holds = knowledge::caption;
  static constexpr gives produces = gives::features;

  void operator()(const Generation auto& batch, features<libtorch>& out) const {
    out.values = detail::as_pictures(libtorch::averaged(batch.generated()), batch.format());
  }
};

}  // namespace telltale
