// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/concepts.hpp>
#include <telltale/core/detail/joined_text.hpp>
#include <telltale/observation/segmentation.hpp>
#include <telltale/observation/segmentation_behind.hpp>
#include <telltale/release/released.hpp>

namespace telltale {
namespace detail {
inline constexpr std::string_view at_every_pixel_suffix = " at every pixel";

}  // namespace detail

/// A release policy of classifiers, applied to every pixel of a segmentation: argmax, noise, rounding, top-k,
/// temperature.
///
///     const auto seen = at_every_pixel{argmax{}}(answers);   // scorers that need confidences do not compile on it
///
/// Threat model: what `policy` leaves of every pixel.
/// Formula: the policy's, a pixel being a record; policies that draw at random draw anew for every image.
/// Cost: the policy's, a pixel.
/// Throws what the policy throws.
/// Reference: argmax and noise as defences of segmentation: He, Rahimian, Schiele and Fritz 2020, "Segmentations-Leak".
template <class Policy>
struct at_every_pixel {
  static constexpr std::string_view name = detail::joined_text<Policy::name, detail::at_every_pixel_suffix>::value;

  [[no_unique_address]] Policy policy{};

  template <Segmentation Batch>
    requires ReleasePolicy<Policy, typename Batch::pixels>
  [[nodiscard]] segmentation_behind<Policy, Batch> operator()(const Batch& batch) const {
    return {policy, batch};
  }
};
template <class Policy>
at_every_pixel(Policy) -> at_every_pixel<Policy>;

}  // namespace telltale
