// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/facts.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/observation/segmentation.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/scorer/stacked_maps.hpp>

namespace telltale {

/// The class probabilities of every pixel of an image, for a learned rule to judge.
///
/// Threat model: the target's probabilities at every pixel, whatever policy released them; no mask. Formula: p_c(u, v),
/// the softmax at row u and column v. Range: [0, 1]. Features: (n, classes, height, width), where the answers are and
/// in the type that stores them. Cost: one exp a class and pixel, and a copy of the answers. Throws argument_error,
/// naming the image, for what is no answer. Reference: the input of the Type-I attack of Chobola, Usynin and Kaissis
/// 2023, "Membership inference attacks against semantic segmentation models".
struct output_map {
  static constexpr std::string_view name = "output map";
  static constexpr auto needs = access_to::confidence;
  static constexpr gives produces = gives::features;

  void operator()(const Segmentation auto& batch, features<libtorch>& out) const {
    out.values = detail::stacked_maps(
        batch, [](const tensor_block& block) { return detail::tensor_primitives::posteriors(block); });
  }
};

}  // namespace telltale
