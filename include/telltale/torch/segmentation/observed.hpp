// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <telltale/backend/label_maps.hpp>
#include <telltale/core/error.hpp>
#include <telltale/observation/segmentation.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/model/evaluation_mode.hpp>
#include <telltale/torch/segmentation/images_with_masks.hpp>
#include <telltale/torch/segmentation/while_training/plain.hpp>

namespace telltale {

/// What was collected of a segmentation network, as tensors that this owns.
struct observed_segmentation {
  at::Tensor maps;   ///< (n, classes, height, width), at least 2 classes
  at::Tensor masks;  ///< (n, height, width) of int64, on the host; undefined where the adversary has none
  stored_as form = stored_as::logits;                  ///< how `maps` store their answers
  std::optional<std::int64_t> ignored = std::nullopt;  ///< the label of pixels that belong to no class

  /// The observation, which shares the tensors: this must outlive it. Throws argument_error where they do not fit.
  [[nodiscard]] segmentation<libtorch> view() const {
    constexpr std::string_view function = "observed_segmentation";
    if (!maps.defined() || maps.dim() != 4 || maps.numel() == 0)
      detail::refuse(function, "maps",
                     (maps.defined() ? "have the shape " + detail::shape_text(maps) : std::string("are undefined")) +
                         "; wanted (images, classes, height, width), none of them 0");
    if (!masks.defined()) return {tensor_view(maps.flatten(2)), format(), {}, form};
    if (masks.dim() != 3 || masks.scalar_type() != at::kLong || !masks.is_cpu() || !masks.is_contiguous())
      detail::refuse(function, "masks",
                     "have the shape " + detail::shape_text(masks) +
                         "; wanted (images, height, width) of int64 on the host, side by side in memory");
    if (ignored && !std::in_range<int>(*ignored))
      detail::refuse(function, "ignored", "is " + std::to_string(*ignored) + "; wanted a label that an int holds");
    const std::span<const std::int64_t> labels(masks.data_ptr<std::int64_t>(), static_cast<std::size_t>(masks.numel()));
    const auto extent = [&](std::int64_t axis) { return static_cast<std::size_t>(masks.size(axis)); };
    const std::optional<int> ignore = ignored ? std::optional<int>(static_cast<int>(*ignored)) : std::nullopt;
    return {tensor_view(maps.flatten(2)), format(), label_maps(labels, extent(0), extent(1), extent(2), ignore), form};
  }

 private:
  [[nodiscard]] map_format format() const {
    const auto extent = [&](std::int64_t axis) { return static_cast<std::size_t>(maps.size(axis)); };
    return {extent(1), extent(2), extent(3)};
  }
};

namespace detail {

/// A network's maps of a batch, (n, classes, height, width). Of one channel, the logit of the foreground, two are made:
/// the background's is 0, which has the same softmax.
template <TensorModel Model>
[[nodiscard]] at::Tensor ask_for_maps(Model& model, const at::Tensor& images) {
  at::Tensor maps = ask(model, images);
  if (!maps.defined() || maps.dim() != 4 || maps.size(0) != images.size(0) || maps.numel() == 0)
    refuse("maps_of", "model",
           "answers with " + (maps.defined() ? "shape " + shape_text(maps) : std::string("no tensor")) +
               " to a batch of shape " + shape_text(images) + "; wanted (" + std::to_string(images.size(0)) +
               ", classes, height, width)");
  return maps.size(1) == 1 ? at::cat({at::zeros_like(maps), maps}, 1) : maps;
}

}  // namespace detail

/// What a segmentation network answers to every image: logits (n, classes, height, width), where the network is.
///
/// In evaluation mode and without gradients, batch by batch, as `answers_of` does; a TorchScript module does as well.
/// Of one channel, the logit of the foreground, two are made. `asking::classes` counts classes. Cost: the network's.
/// Throws argument_error for what is no map, and what `answers_of` throws.
template <TensorModel Model>
[[nodiscard]] at::Tensor maps_of(Model& model, const at::Tensor& images, const asking& how = {}) {
  if (!images.defined() || images.dim() != 4)
    detail::refuse("maps_of", "images",
                   (images.defined() ? "have the shape " + detail::shape_text(images) : std::string("are undefined")) +
                       "; wanted (n, channels, height, width)");
  const evaluation_mode evaluating(model);
  std::vector<std::int64_t> shape;
  const auto flat = [&](const at::Tensor& batch) {
    const at::Tensor maps = detail::ask_for_maps(model, batch);
    if (how.classes && static_cast<std::size_t>(maps.size(1)) != *how.classes)
      detail::refuse(
          "maps_of", "model",
          "answers with " + std::to_string(maps.size(1)) + " classes; wanted " + std::to_string(*how.classes));
    shape = maps.sizes().vec();
    return maps.flatten(1);
  };
  asking flat_how = how;
  flat_how.classes.reset();
  const at::Tensor answers = answers_of(flat, images, flat_how);
  shape[0] = images.size(0);
  return answers.reshape(shape);
}

/// Asks a segmentation network about images, in the way that a training policy has it predict (`while_training::crops`
/// goes tile by tile), and keeps the masks beside the answers, on the host. Throws what `maps_of` throws.
template <TensorModel Model, SegmentationPolicy Policy = while_training::plain>
[[nodiscard]] observed_segmentation observe_segmentation(Model& model, const images_with_masks& data,
                                                         const Policy& policy = {}, const asking& how = {}) {
  const evaluation_mode evaluating(model);
  const map_function whole = [&](const at::Tensor& batch) { return detail::ask_for_maps(model, batch); };
  auto predicted = [&](const at::Tensor& batch) { return policy.predict(whole, batch); };
  observed_segmentation observed;
  observed.maps = maps_of(predicted, data.images, how);
  if (data.masks.defined()) observed.masks = data.masks.to(at::kCPU).contiguous();
  observed.ignored = data.ignored;
  return observed;
}

}  // namespace telltale
