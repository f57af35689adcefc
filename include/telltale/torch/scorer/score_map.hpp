// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/facts.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/observation/segmentation.hpp>
#include <telltale/scorer/loss.hpp>
#include <telltale/scorer/pixel_map.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/scorer/stacked_maps.hpp>

namespace telltale {

/// A classifier's score of every pixel as an image of one channel, for a learned rule to judge: `pixel_map` as
/// features.
///
/// Of `loss` it is minus the structured loss map of He et al. 2020; of `correctness` what is left of it behind argmax.
/// Threat model, formula, range and reference: those of `pixel_map<Score>`. Throws argument_error where there is no
/// image, and what `pixel_map` throws. Features: (n, 1, height, width), where the answers are and in the type that
/// stores them; the numbers pass the host. Cost: that of `pixel_map`, and 8 bytes a pixel.
template <class Score = loss>
struct score_map {
  static constexpr std::string_view name = pixel_map<Score>::name;
  static constexpr auto needs = pixel_map<Score>::needs;
  static constexpr auto holds = pixel_map<Score>::holds;
  static constexpr gives produces = gives::features;

  std::size_t threads = 1;  ///< images at a time; 0: one a core

  void operator()(const Segmentation auto& batch, features<libtorch>& out) const {
    if (batch.subjects() == 0) detail::refuse("segmentation", "maps", "holds no image");
    const map_format format = batch.format();
    const at::Tensor maps =
        at::empty({static_cast<std::int64_t>(batch.subjects()), 1, static_cast<std::int64_t>(format.height),
                   static_cast<std::int64_t>(format.width)},
                  at::kDouble);
    pixel_map<Score>{threads}(batch,
                              std::span<double>(maps.data_ptr<double>(), static_cast<std::size_t>(maps.numel())));
    // The first image says where the answers are.
    at::TensorOptions storage;
    const std::vector<int> labels(format.pixels(), 0);
    batch.pixels_of(0, labels).for_each_block(
        [&](auto& block, std::size_t, std::size_t) { storage = detail::storage_of(block); });
    out.values = maps.to(storage);
  }
};

}  // namespace telltale
