// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include <ATen/ATen.h>

#include <telltale/core/facts.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/observation/segmentation.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/scorer/stacked_maps.hpp>

namespace telltale {

/// The predicted label of every pixel, one channel a class: what an output map is behind argmax.
///
/// The published attack gets the index of the class as one channel, which orders classes; a channel a class does not
/// (ours).
/// Threat model: the target's label at every pixel; no mask. Formula: [arg max_k z_k(u, v) = c], the first of equal
/// maxima being the prediction. Features: (n, classes, height, width), where the answers are. Range: 0 and 1. Cost: one
/// comparison a class and pixel. Throws argument_error, naming the image, for what is no answer.
/// Reference: Chobola, Usynin and Kaissis 2023, "Membership inference attacks against semantic segmentation models",
/// Type-I against the defence argmax.
struct predicted_map {
  static constexpr std::string_view name = "predicted map";
  static constexpr auto needs = access_to::label;
  static constexpr gives produces = gives::features;

  void operator()(const Segmentation auto& batch, features<libtorch>& out) const {
    const auto classes = static_cast<std::int64_t>(batch.format().classes);
    out.values = detail::stacked_maps(batch, [&](const auto& block) { return at::one_hot(labels_of(block), classes); });
  }

 private:
  [[nodiscard]] static at::Tensor labels_of(const tensor_block& block) { return libtorch::predicted(block); }
  [[nodiscard]] static at::Tensor labels_of(const tensor_label_block& block) { return block.labels(); }
};

}  // namespace telltale
