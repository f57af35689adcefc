// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/observation/segmentation.hpp>
#include <telltale/torch/backend.hpp>

/// What the scorers share that make images of the answers of a segmentation network.
namespace telltale::detail {

/// The block's values and how it stores them: where and in what type maps are kept.
[[nodiscard]] inline at::TensorOptions storage_of(const tensor_block& block) {
  return at::TensorOptions(block.scores().scalar_type()).device(block.scores().device());
}
[[nodiscard]] inline at::TensorOptions storage_of(const tensor_label_block& block) {
  return at::TensorOptions(at::kFloat).device(block.labels().device());
}

/// Pixels x channels of every image, made block by block by columns(block), as (n, channels, height, width): where the
/// answers are, in the type that stores them (float32 of labels). The true masks are not looked at.
template <class Batch, class Columns>
[[nodiscard]] at::Tensor stacked_maps(const Batch& batch, const Columns& columns) {
  const map_format format = batch.format();
  const auto height = static_cast<std::int64_t>(format.height), width = static_cast<std::int64_t>(format.width);
  std::vector<at::Tensor> maps(batch.subjects());
  for_each_image(batch, false, 1, [&] {
    return [&](std::size_t image, const auto& pixels, std::span<const int>) {
      std::vector<at::Tensor> blocks;
      pixels.for_each_block(
          [&](auto& block, std::size_t, std::size_t) { blocks.push_back(columns(block).to(storage_of(block))); });
      maps[image] = at::cat(blocks).t().reshape({-1, height, width});
    };
  });
  if (maps.empty()) refuse("segmentation", "maps", "holds no image");
  return at::stack(maps);
}

/// The true label of every pixel, int64 on the host, (n, height, width), ignored ones as `label_maps::no_label`.
/// Throws argument_error where there are no masks, for a label out of range, and for an image that is ignored
/// everywhere.
template <class Batch>
[[nodiscard]] at::Tensor true_labels(const Batch& batch) {
  const map_format format = batch.format();
  const label_maps& masks = batch.masks();
  at::Tensor all = at::empty({static_cast<std::int64_t>(batch.subjects()), static_cast<std::int64_t>(format.height),
                              static_cast<std::int64_t>(format.width)},
                             at::kLong);
  std::vector<int> labels(format.pixels());
  auto* to = all.data_ptr<std::int64_t>();
  for (std::size_t image = 0; image < batch.subjects(); ++image) {
    masks.read(image, format.classes, labels);
    for (const int label : labels) *to++ = label;
  }
  return all;
}

}  // namespace telltale::detail
