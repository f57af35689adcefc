// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <locale>
#include <numeric>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/metric/interval/quantile.hpp>
#include <telltale/torch/segmentation/images_with_masks.hpp>
#include <telltale/torch/segmentation/while_training/plain.hpp>

namespace telltale::while_training {

/// Training on pairs of images side by side, in the manner of CutMix: the columns before a split come from another
/// image of the batch, the rest is the image's own, and the masks likewise.
///
/// Formula: split = floor(B width), B drawn from Beta(alpha, alpha) for every image; the other image is that of a
/// random permutation of the batch, which can be itself. Defence: the network never sees an image as a whole. Cost: two
/// gathers a batch; it needs more epochs to learn as much. Throws argument_error for an alpha that is not positive.
/// Reference: Chobola, Usynin and Kaissis 2023, the defence by mix-up (alpha = 2; one split a batch); Yun et al. 2019,
/// "CutMix".
struct mixed : plain {
  static constexpr std::string_view name = "mixed";

  double alpha = 2;  ///< of Beta(alpha, alpha): the larger, the nearer to the middle splits are

  /// `concentration` is alpha.
  constexpr explicit mixed(double concentration = 2) : alpha(concentration) {}

  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out.precision(17);
    out << "mixed, alpha " << alpha;
    return out.str();
  }

  [[nodiscard]] images_with_masks shown(images_with_masks batch, std::span<random_stream> draws) const {
    if (!(alpha > 0 && std::isfinite(alpha)))
      detail::refuse("while_training::mixed", "alpha", "is " + std::to_string(alpha) + "; wanted a positive number");
    if (draws.empty()) return batch;
    std::vector<std::int64_t> others(draws.size());
    std::iota(others.begin(), others.end(), 0);
    draws.front().shuffle(others);
    const std::int64_t width = batch.images.size(3);
    at::Tensor splits = at::empty({static_cast<std::int64_t>(draws.size())}, at::kLong);
    for (std::size_t i = 0; i < draws.size(); ++i)
      splits.data_ptr<std::int64_t>()[i] =
          static_cast<std::int64_t>(detail::beta_lower(alpha, alpha, draws[i].uniform()) * static_cast<double>(width));
    const images_with_masks other = chosen(batch, others);
    const at::Device device = batch.images.device();
    const at::Tensor left = at::arange(width, at::TensorOptions(at::kLong).device(device)).unsqueeze(0) <
                            splits.to(device).unsqueeze(1);  // (n, width)
    batch.images = at::where(left.unsqueeze(1).unsqueeze(1), other.images, batch.images);
    batch.masks = at::where(left.unsqueeze(1), other.masks, batch.masks);
    return batch;
  }
};

}  // namespace telltale::while_training
