// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/optim/adam.h>

#include <telltale/accounting/privacy_loss.hpp>
#include <telltale/core/error.hpp>
#include <telltale/torch/dp_sgd/clipping.hpp>
#include <telltale/torch/dp_sgd/dp_sgd.hpp>
#include <telltale/torch/dp_sgd/noise.hpp>
#include <telltale/torch/dp_sgd/poisson_sampling.hpp>
#include <telltale/torch/segmentation/images_with_masks.hpp>
#include <telltale/torch/segmentation/losses.hpp>
#include <telltale/torch/segmentation/observed.hpp>
#include <telltale/torch/train/module.hpp>

namespace telltale {

/// How a segmentation network is trained with privacy, beside the parts of DP-SGD.
struct private_segmentation_recipe {
  std::size_t steps = 400;      ///< batches that are drawn
  double learning_rate = 2e-3;  ///< of Adam, which sees noisy gradients alone; constant
  segmentation_loss loss{};     ///< of one image
};

namespace detail {

/// A segmentation network as `dp_sgd` wants a model: its maps, at least two classes.
template <class Module>
struct map_network {
  Module module;

  [[nodiscard]] auto parameters() const { return module->parameters(); }
  [[nodiscard]] at::Tensor operator()(const at::Tensor& images) { return ask_for_maps(module, images); }
};

/// A segmentation loss as `dp_sgd` wants one.
struct loss_of_masks {
  static constexpr std::string_view name = segmentation_loss::name;

  segmentation_loss loss;
  std::optional<std::int64_t> ignored;

  [[nodiscard]] at::Tensor operator()(const at::Tensor& maps, const at::Tensor& masks) const {
    return loss(maps, masks, ignored);
  }
};

// Before the first step: a batch that is drawn empty would let it pass for a while.
template <class Module>
void refuse_batch_norm(std::string_view function, Module& module) {
  for (const auto& part : module->modules())
    if (part->template as<::torch::nn::BatchNorm1d>() || part->template as<::torch::nn::BatchNorm2d>())
      refuse(
          function, "module",
          "has a batch normalisation, which mixes the images of a batch so that none has a gradient of its own to be "
          "clipped; make it with norm_layer::group");
}

}  // namespace detail

/// Trains a segmentation network by DP-SGD, and says what that has spent.
///
///     unet model = make_unet(seed);
///     const auto spent = train_private_segmentation(model, members, clipping::flat(1), gaussian_noise(1.0),
///                                                   poisson_sampling(0.25), {.steps = 200});
///     spent.epsilon(1e-5);
///
/// Defence: whoever sees the weights or any number of answers learns about one image and its mask at most what
/// (epsilon, delta) allows; neighbouring sets differ by one image added or removed. An image's loss is
/// `segmentation_loss`, in which no image depends on another. Noise and batches come from the sources of `noise` and
/// `sampling`. The network begins with the weights that it has, which must not depend on the images, and is left in
/// evaluation mode.
/// Cost: twice a plain step's for a U-Net of `make_unet`, whose gradients are clipped without being formed.
/// Throws argument_error for data that do not fit, a recipe out of range and a batch normalisation, and what `dp_sgd`
/// throws.
/// Reference: Abadi et al. 2016; Chobola, Usynin and Kaissis 2023 (epsilon 8.5, clip 2, NAdam, group norms for batch
/// norms).
template <TrainableModule Module, Clipping ClippingPart, class NoisePart, class SamplingPart,
          class Accountant = accounting::privacy_loss>
privacy_spent<Accountant> train_private_segmentation(
    Module& module, const images_with_masks& data, ClippingPart clipping, NoisePart noise, SamplingPart sampling,
    const private_segmentation_recipe& recipe = {}, Accountant accountant = {},
    const std::function<void(std::size_t done, std::size_t total)>& progress = nullptr) {
  constexpr std::string_view function = "train_private_segmentation";
  detail::check(data, function);
  detail::check(recipe.loss, function);
  if (recipe.steps == 0) detail::refuse(function, "steps", "is 0; wanted at least 1");
  if (!(recipe.learning_rate > 0 && std::isfinite(recipe.learning_rate)))
    detail::refuse(function, "learning_rate",
                   "is " + std::to_string(recipe.learning_rate) + "; wanted a positive number");
  detail::refuse_batch_norm(function, module);
  module->train();
  dp_sgd training(detail::map_network<Module>{module}, data.images, data.masks, std::move(clipping), std::move(noise),
                  std::move(sampling), std::move(accountant), detail::loss_of_masks{recipe.loss, data.ignored});
  ::torch::optim::Adam optimiser(module->parameters(), ::torch::optim::AdamOptions(recipe.learning_rate));
  for (std::size_t step = 0; step < recipe.steps; ++step) {
    training.step(optimiser);
    if (progress) progress(step + 1, recipe.steps);
  }
  module->eval();
  return training.spent();
}

}  // namespace telltale
