// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include <telltale/core/random.hpp>
#include <telltale/core/requirements.hpp>
#include <telltale/torch/segmentation/images_with_masks.hpp>

namespace telltale {

/// A network as a policy sees it: images (n, channels, height, width) to logits (n, classes, height, width), in
/// whatever mode it is.
using map_function = std::function<at::Tensor(const at::Tensor&)>;

/// What a policy is told of a training.
struct training_terms {
  std::size_t batch_size = 8;   ///< images of a step
  std::uint64_t seed = 1;       ///< of the training
  at::TensorOptions options{};  ///< where the network's numbers lie, and their type
};

namespace req {

template <class Part>
concept adds_a_loss_to_each_step =
    requires(Part& part, const map_function& network, const images_with_masks& data, std::size_t epoch) {
      part.before_epoch(network, data, epoch);
      { part.added(data.images, data.masks) } -> std::convertible_to<at::Tensor>;
      { part.state() } -> std::convertible_to<std::shared_ptr<::torch::nn::Module>>;
    };

template <class Policy>
concept shows_images_and_masks_by_draws_of_each =
    requires(const Policy& policy, const images_with_masks& batch, std::span<random_stream> draws) {
      { policy.shown(batch, draws) } -> std::convertible_to<images_with_masks>;
    };

template <class Policy>
concept predicts_the_maps_of_whole_images =
    requires(const Policy& policy, const map_function& network, const at::Tensor& images) {
      { policy.predict(network, images) } -> std::convertible_to<at::Tensor>;
    };

template <class Policy>
concept makes_what_is_added_to_the_loss =
    requires(const Policy& policy, const images_with_masks& data, const training_terms& terms) {
      { policy.regulariser(data, terms) } -> adds_a_loss_to_each_step;
    };

}  // namespace req

/// A defence that acts while a segmentation network learns, at three points. One that changes a single point derives
/// from `while_training::plain`.
///
/// Required: `name`; `shown(batch, draws)`, what the network is shown of a batch, with a stream of random numbers for
/// each image, keyed by (seed, epoch, image); `regulariser(data, terms)`, which makes what acts on the loss of one
/// training; and `predict(network, images)`, how it answers once trained, as some policies change that too. What acts
/// on the loss has `before_epoch(network, data, epoch)`, where the network is in evaluation mode and no graph is kept;
/// `added(maps, masks)`, a number to be added to the mean loss of a batch, with a graph, or an undefined tensor; and
/// `state()`, what a checkpoint must keep of it, or null. Optional, of one with parameters: `text()`, which gives them
/// in words and which a checkpoint's settings hold.
template <class Policy>
concept SegmentationPolicy =
    req::names_itself<Policy> && req::shows_images_and_masks_by_draws_of_each<Policy> &&
    req::makes_what_is_added_to_the_loss<Policy> && req::predicts_the_maps_of_whole_images<Policy>;

namespace while_training {

/// Nothing is added to the loss.
struct no_regulariser {
  void before_epoch(const map_function&, const images_with_masks&, std::size_t) const {}
  [[nodiscard]] at::Tensor added(const at::Tensor&, const at::Tensor&) const { return {}; }
  [[nodiscard]] std::shared_ptr<::torch::nn::Module> state() const { return nullptr; }
};

/// No defence: images as they are, the loss alone, whole images predicted in one go.
struct plain {
  static constexpr std::string_view name = "plain";

  [[nodiscard]] images_with_masks shown(images_with_masks batch, std::span<random_stream>) const { return batch; }
  [[nodiscard]] no_regulariser regulariser(const images_with_masks&, const training_terms&) const { return {}; }
  [[nodiscard]] at::Tensor predict(const map_function& network, const at::Tensor& images) const {
    return network(images);
  }
};

}  // namespace while_training
}  // namespace telltale
