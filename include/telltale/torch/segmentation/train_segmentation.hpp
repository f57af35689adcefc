// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <locale>
#include <numeric>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/GradMode.h>
#include <torch/nn/module.h>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/study/segmentation_quality.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/image_text/checkpoint.hpp>
#include <telltale/torch/model/evaluation_mode.hpp>
#include <telltale/torch/segmentation/best_epoch.hpp>
#include <telltale/torch/segmentation/images_with_masks.hpp>
#include <telltale/torch/segmentation/losses.hpp>
#include <telltale/torch/segmentation/observed.hpp>
#include <telltale/torch/segmentation/while_training/plain.hpp>
#include <telltale/torch/train/module.hpp>
#include <telltale/torch/train/module_steps.hpp>
#include <telltale/torch/train/numbered_checkpoints.hpp>
#include <telltale/torch/train/optimiser.hpp>
#include <telltale/torch/train/policy_text.hpp>
#include <telltale/torch/train/seeded_generators.hpp>
#include <telltale/train/detail/streams.hpp>
#include <telltale/train/recipe.hpp>

namespace telltale {

/// How a segmentation network is trained: Adam on mini-batches of images.
struct segmentation_recipe {
  std::size_t epochs = 50;                                   ///< passes over the images
  std::size_t batch_size = 8;                                ///< images of a step
  double learning_rate = 2e-3;                               ///< of Adam, at the beginning
  train::schedule learning_rates = train::schedule::cosine;  ///< over all epochs; constant: what is made until an epoch
                                                             ///< does not depend on how many follow
  segmentation_loss loss{};                                  ///< of one image
  std::uint64_t seed = 1;                                    ///< of the order of the images and of what a policy draws

  /// All but how long, exactly, as far as an epoch does not depend on how many follow.
  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out.precision(17);
    out << "batch " << batch_size << ", rate " << learning_rate;
    if (learning_rates == train::schedule::cosine) out << ", cosine over " << epochs << " epochs";
    out << ", " << loss.text() << ", seed " << seed;
    return out.str();
  }
};

/// Early stopping: training ends once the mean Dice of the predicted labels of other images has not risen for
/// `patience` epochs, and the weights of its first highest value are kept.
struct best_on {
  images_with_masks validation;  ///< images that are not trained on, nor asked about by an attack
  std::size_t patience = 10;     ///< epochs, at least 1
};

/// What is done beside training.
struct segmentation_options {
  /// Of checkpoints epoch-10.pt, ...: written every 10 epochs and at the end, and gone on from with the same bytes.
  std::optional<std::filesystem::path> folder = std::nullopt;
  /// Called with the epoch that is begun from (0, or a checkpoint's) and after each, the network in evaluation mode.
  std::function<void(std::size_t epoch)> each_epoch = nullptr;
  std::function<void(std::size_t done, std::size_t total)> progress = nullptr;  ///< told how many epochs are done
  std::optional<best_on> stop = std::nullopt;  ///< none: all epochs are run, and the last weights kept
};

/// What training a segmentation network came to.
struct segmentation_training {
  std::size_t epochs = 0;                          ///< made in all, those before a checkpoint included
  std::size_t kept = 0;                            ///< the epoch whose weights the network has
  std::size_t resumed = 0;                         ///< epochs that a checkpoint spared
  double last_loss = 0;                            ///< mean loss of the images in the last epoch, each before its step
  std::optional<double> best_dice = std::nullopt;  ///< on the validation images, at `kept`; with early stopping
};

namespace detail {

/// What parameters belong to: the module's own words, or the shapes of its parameters.
template <class Module>
[[nodiscard]] std::string module_text(Module& module) {
  if constexpr (requires {
                  { module->text() } -> std::convertible_to<std::string>;
                }) {
    return module->text();
  } else {
    std::string text = "module of";
    for (const at::Tensor& parameter : module->parameters()) text += " " + shape_text(parameter);
    return text;
  }
}

[[nodiscard]] inline std::string fingerprint(const images_with_masks& data) {
  return fingerprint(data.images, {}, {}) + ", masks " + fingerprint(data.masks, {}, {}) + " of " +
         std::to_string(data.classes) + " classes" +
         (data.ignored ? ", ignored " + std::to_string(*data.ignored) : std::string());
}

[[nodiscard]] inline train::recipe checked_recipe(const segmentation_recipe& recipe, std::string_view function) {
  check(recipe.loss, function);
  train::recipe same{.optimiser = train::adam{recipe.learning_rate},
                     .batch_size = recipe.batch_size,
                     .epochs = recipe.epochs,
                     .learning_rates = recipe.learning_rates,
                     .seed = recipe.seed};
  train::check(same);
  return same;
}

}  // namespace detail

/// Trains a segmentation network on images and their masks.
///
///     unet model = make_unet(seed);
///     train_segmentation(model, members, {.epochs = 50});
///     train_segmentation(other, members, {.epochs = 150}, while_training::crops{16});   // with a defence
///
/// A function of the network, the data, the recipe and the policy alone: the order of an epoch is drawn for (seed,
/// epoch), what a policy does to an image for (seed, epoch, image), dropout for (seed, step); torch's default
/// generators are left as they were found. The network begins with the weights that it has and is left in evaluation
/// mode; data go to its device batch by batch. With a folder, a training that was cut off goes on and ends with the
/// bytes of one go (on one machine, build and number of torch's threads); epochs that a checkpoint spares are not shown
/// to `each_epoch`. Cost: torch's; checkpoints are three times the weights, four with early stopping. Throws
/// argument_error for data that do not fit, a recipe out of range, and a network that answers with other classes or
/// sizes; error when a loss is not finite; file_error for a checkpoint that is damaged or of another training. What it
/// throws during training leaves the network half trained.
template <TrainableModule Module, SegmentationPolicy Policy = while_training::plain>
segmentation_training train_segmentation(Module& model, const images_with_masks& data,
                                         const segmentation_recipe& recipe, const Policy& policy = {},
                                         const segmentation_options& options = {}) {
  using train::detail::number_for, train::detail::purpose;
  constexpr std::string_view function = "train_segmentation";
  constexpr std::size_t between_checkpoints = 10;
  const train::recipe steps = detail::checked_recipe(recipe, function);
  detail::check(data, function);
  if (options.stop) {
    detail::check(options.stop->validation, function);
    if (options.stop->patience == 0) detail::refuse(function, "stop.patience", "is 0; wanted at least 1");
  }
  const auto parameters = model->parameters();
  if (parameters.empty()) detail::refuse(function, "model", "has no parameter to train");
  const at::Device device = parameters.front().device();
  const auto optimiser = train::detail::optimiser_of(steps, parameters);
  auto regulariser =
      policy.regulariser(data, {recipe.batch_size, recipe.seed, parameters.front().options().requires_grad(false)});
  detail::best_epoch best(*model, options.stop.has_value());

  ::torch::nn::Module parts;  // what a checkpoint holds
  parts.register_module("target", model->shared_from_this());
  if (options.stop) parts.register_module("best", best.state());
  if (const auto state = regulariser.state()) parts.register_module("policy", state);
  const detail::numbered_checkpoints files(options.folder, "epoch", [&] {
    return detail::module_text(model) + "; " + recipe.text() + "; " + detail::text_of(policy) + "; images " +
           detail::fingerprint(data) +
           (options.stop ? "; best on " + detail::fingerprint(options.stop->validation) + ", patience " +
                               std::to_string(options.stop->patience)
                         : std::string());
  });

  segmentation_training result;
  std::size_t epoch = result.resumed = files.restore(recipe.epochs, parts, *optimiser, result.last_loss);
  const map_function network = [&](const at::Tensor& images) { return detail::ask_for_maps(model, images.to(device)); };
  const auto looked_at = [&] {
    if (!options.each_epoch) return;
    const evaluation_mode evaluating(model);
    options.each_epoch(epoch);
  };
  const auto batch_of = [&](std::span<const std::int64_t> records) {
    std::vector<random_stream> draws;
    const std::uint64_t key = number_for(recipe.seed, purpose::augmentation, 0);
    for (const std::int64_t i : records)
      draws.emplace_back(key, (static_cast<std::uint64_t>(epoch) << 32) | static_cast<std::uint64_t>(i));
    images_with_masks batch = chosen(data, records);
    batch.images = batch.images.to(device);
    batch.masks = batch.masks.to(device);
    return policy.shown(std::move(batch), std::span<random_stream>(draws));
  };
  const auto loss_of = [&](const images_with_masks& batch) {
    const at::Tensor maps = network(batch.images);
    if (maps.size(1) != data.classes || maps.size(2) != batch.masks.size(1) || maps.size(3) != batch.masks.size(2))
      detail::refuse(function, "model",
                     "answers with shape " + detail::shape_text(maps) + " to images whose masks have the shape " +
                         detail::shape_text(batch.masks) + "; wanted a map of every pixel for each of " +
                         std::to_string(data.classes) + " classes");
    const at::Tensor loss = recipe.loss(maps, batch.masks, data.ignored).mean();
    const at::Tensor added = regulariser.added(maps, batch.masks);
    return added.defined() ? at::stack({loss + added, loss.detach()}) : at::stack({loss, loss.detach()});
  };

  const c10::AutoGradMode with_gradients(true);
  model->train();
  looked_at();
  while (epoch < recipe.epochs && !(options.stop && epoch - best.epoch() >= options.stop->patience)) {
    {
      const at::NoGradGuard without_gradients;
      const evaluation_mode evaluating(model);
      regulariser.before_epoch(network, data, epoch);
    }
    train::detail::set_rate(*optimiser, steps, epoch);
    std::vector<std::int64_t> order(static_cast<std::size_t>(data.size()));
    std::iota(order.begin(), order.end(), 0);
    random_stream(number_for(recipe.seed, purpose::order_of_records, 0, epoch)).shuffle(order);
    const std::size_t batches = (order.size() + recipe.batch_size - 1) / recipe.batch_size;
    double sum = 0;
    bool draws = true;
    for (std::size_t first = 0, step = epoch * batches; first < order.size(); first += recipe.batch_size, ++step) {
      const auto records = std::span(order).subspan(first, std::min(recipe.batch_size, order.size() - first));
      const images_with_masks batch = batch_of(records);
      const std::uint64_t seed = number_for(recipe.seed, purpose::draws_of_a_step, 0, step);
      const at::Tensor both = detail::run_seeded(draws, seed, device, [&] { return loss_of(batch); });
      optimiser->zero_grad();
      both[0].backward();
      optimiser->step();
      sum += both[1].template item<double>() * static_cast<double>(records.size());
    }
    result.last_loss = sum / static_cast<double>(order.size());
    ++epoch;
    if (!std::isfinite(result.last_loss))
      throw error("train_segmentation: the loss of epoch " + std::to_string(epoch) +
                  " is not finite; a lower learning rate may help");
    if (options.stop) {
      const evaluation_mode evaluating(model);
      const auto answers =
          observe_segmentation(model, options.stop->validation, policy, {.batch_size = 64, .device = device});
      best.offer(*model, epoch, quality_of(answers.view()).dice);
    }
    const bool ends = epoch == recipe.epochs || (options.stop && epoch - best.epoch() >= options.stop->patience);
    if (epoch % between_checkpoints == 0 || ends) files.save(epoch, parts, *optimiser, result.last_loss);
    looked_at();
    if (options.progress) options.progress(epoch, recipe.epochs);
  }
  result.epochs = result.kept = epoch;
  if (options.stop) {
    best.restore(*model);
    result.kept = best.epoch();
    result.best_dice = best.dice();
  }
  model->eval();
  return result;
}

}  // namespace telltale
