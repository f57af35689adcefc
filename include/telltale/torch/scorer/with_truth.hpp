// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include <ATen/ATen.h>

#include <telltale/core/concepts.hpp>
#include <telltale/core/detail/joined_text.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/observation/segmentation.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/scorer/stacked_maps.hpp>

namespace telltale {
namespace detail {
inline constexpr std::string_view with_truth_suffix = " with the truth";
}  // namespace detail

/// A map of answers and the true mask side by side: a network sees where they differ, and what is there.
///
/// Threat model: what the map needs, and the true mask. Formula: the channels of the map, then [y(u, v) = c] for every
/// class c; 0 in all of them where the pixel is ignored. Range: that of the map, then 0 and 1. Features: (n, channels
/// of the map + classes, height, width), where the map is. Cost: the map's, and one number a class and pixel. Throws
/// argument_error, naming the image, where there is no mask, for a label out of range, for an image that is ignored
/// everywhere, and what the map throws. Reference: the input of the Type-II attack of Chobola, Usynin and Kaissis 2023,
/// "Membership inference attacks against semantic segmentation models"; the concatenation of He, Rahimian, Schiele and
/// Fritz 2020, "Segmentations-Leak".
template <class Map>
struct with_truth {
  static constexpr std::string_view name = detail::joined_text<Map::name, detail::with_truth_suffix>::value;
  static constexpr auto needs = Map::needs;
  static constexpr auto holds = detail::holds_of<Map> | knowledge::truth;
  static constexpr gives produces = gives::features;

  [[no_unique_address]] Map map{};  ///< the scorer of the answers

  void operator()(const Segmentation auto& batch, features<libtorch>& out) const {
    const at::Tensor truth = detail::true_labels(batch);
    map(batch, out);
    const at::Tensor labels = truth.to(out.values.device()), counts = (labels >= 0).unsqueeze(1);
    const at::Tensor of_class = at::one_hot(labels.clamp_min(0), static_cast<std::int64_t>(batch.format().classes));
    out.values = at::cat({out.values, of_class.permute({0, 3, 1, 2}).to(out.values.scalar_type())}, 1) * counts;
  }
};

}  // namespace telltale
