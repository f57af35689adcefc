// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <ATen/ATen.h>

#include <telltale/core/facts.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/observation/generation.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/scorer/generated_pixels.hpp>

namespace telltale {

/// The query picture less what came back when its caption was asked for, pixel by pixel, for a learned rule to judge.
///
/// Its sign is kept: how a difference looks, its edges and grain, is seen in it and lost in its size.
/// Threat model: pictures generated of the query's caption; the query picture and its caption. Formula: x - (1/r) sum_j
/// y_j, x the query and y_j the r pictures. Features: (n, channels, height, width), where the pictures are. Range:
/// within minus and plus the width of the pixels' range. Cost: one pass over the pictures. Throws argument_error where
/// a part was not collected. Reference: Wu, Yu, Li, Backes, Zhang 2022, "Membership Inference Attacks Against
/// Text-to-image Generation Models", attack II-P.
struct pixel_difference {
  static constexpr std::string_view name = "pixel difference";
  static constexpr auto needs = access_to::generation;
  static constexpr auto holds = knowledge::record | knowledge::caption;
  static constexpr gives produces = gives::features;

  void operator()(const Generation auto& batch, features<libtorch>& out) const {
    const at::Tensor difference = batch.queries().rows() - libtorch::averaged(batch.generated());
    out.values = detail::as_pictures(difference, batch.format());
  }
};

}  // namespace telltale
