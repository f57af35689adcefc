// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/segmentation/images_with_masks.hpp>
#include <telltale/torch/segmentation/while_training/plain.hpp>

namespace telltale::while_training {

/// Training on random crops: of every image a square of `side` x `side` pixels, at a place drawn anew in every epoch.
/// An image is predicted in tiles of that size that do not overlap, put together again, or `whole`.
///
/// Defence: the network never sees an image as a whole, and answers as little. As an epoch shows less of an image, give
/// three times the epochs, as published. Cost: a step's falls with the crop's area.
/// Throws argument_error for a side of 0 or above the images', and, unless `whole`, for images to be predicted whose
/// sides are no multiples of it.
/// Reference: Chobola, Usynin and Kaissis 2023, "Membership inference attacks against semantic segmentation models",
/// the defence by cropping (128 of 256 pixels).
struct crops : plain {
  static constexpr std::string_view name = "crops";

  std::int64_t side = 16;  ///< of a crop and of a tile, in pixels
  bool whole = false;      ///< whether images are predicted in one go

  /// The defaults are crops of 16 x 16 pixels, predicted in tiles.
  constexpr explicit crops(std::int64_t side_of_a_crop = 16, bool predict_whole = false)
      : side(side_of_a_crop), whole(predict_whole) {}

  [[nodiscard]] std::string text() const {
    return "crops of " + std::to_string(side) + (whole ? ", predicted whole" : ", predicted in tiles");
  }

  [[nodiscard]] images_with_masks shown(images_with_masks batch, std::span<random_stream> draws) const {
    const std::int64_t height = batch.images.size(2), width = batch.images.size(3);
    if (side < 1 || side > height || side > width)
      detail::refuse("while_training::crops", "side",
                     "is " + std::to_string(side) + "; wanted 1 to the sides of the images, " + std::to_string(height) +
                         " x " + std::to_string(width));
    std::vector<at::Tensor> images, masks;
    for (std::size_t i = 0; i < draws.size(); ++i) {
      const auto place = [&](std::int64_t extent) {
        return static_cast<std::int64_t>(draws[i].below(static_cast<std::uint64_t>(extent - side + 1)));
      };
      const std::int64_t row = place(height), column = place(width), at_ = static_cast<std::int64_t>(i);
      images.push_back(batch.images[at_].narrow(1, row, side).narrow(2, column, side));
      masks.push_back(batch.masks[at_].narrow(0, row, side).narrow(1, column, side));
    }
    batch.images = at::stack(images);
    batch.masks = at::stack(masks);
    return batch;
  }

  [[nodiscard]] at::Tensor predict(const map_function& network, const at::Tensor& images) const {
    if (whole) return network(images);
    const std::int64_t n = images.size(0), channels = images.size(1);
    if (side < 1 || images.size(2) % side != 0 || images.size(3) % side != 0)
      detail::refuse("while_training::crops", "images",
                     "have the shape " + detail::shape_text(images) + "; wanted height and width multiples of the " +
                         "tiles' side " + std::to_string(side) + ", or crops that are predicted whole");
    const std::int64_t rows = images.size(2) / side, columns = images.size(3) / side;
    const at::Tensor tiles = images.reshape({n, channels, rows, side, columns, side})
                                 .permute({0, 2, 4, 1, 3, 5})
                                 .reshape({n * rows * columns, channels, side, side});
    const at::Tensor maps = network(tiles);
    return maps.reshape({n, rows, columns, maps.size(1), side, side})
        .permute({0, 3, 1, 4, 2, 5})
        .reshape({n, maps.size(1), images.size(2), images.size(3)});
  }
};

}  // namespace telltale::while_training
