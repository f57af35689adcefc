// expects: predicts_the_maps_of_whole_images
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include <span>
#include <string_view>

#include <telltale/torch/segmentation/train_segmentation.hpp>
#include <telltale/torch/segmentation/unet.hpp>

using namespace telltale;

// A defence that changes what is learned from, and does not say how the network answers afterwards.
struct quarters {
  static constexpr std::string_view name = "quarters";

  [[nodiscard]] images_with_masks shown(images_with_masks batch, std::span<random_stream>) const {
    batch.images = batch.images.narrow(2, 0, batch.images.size(2) / 2);
    batch.masks = batch.masks.narrow(1, 0, batch.masks.size(1) / 2);
    return batch;
  }
  [[nodiscard]] while_training::no_regulariser regulariser(const images_with_masks&, const training_terms&) const {
    return {};
  }
};

segmentation_training train(unet& model, const images_with_masks& data) {
  return train_segmentation(model, data, {}, quarters{});
}
