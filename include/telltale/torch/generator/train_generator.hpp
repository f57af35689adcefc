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
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/nn/module.h>
#include <torch/nn/utils/clip_grad.h>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/torch/generator/averaged_weights.hpp>
#include <telltale/torch/generator/generator.hpp>
#include <telltale/torch/image_text/checkpoint.hpp>
#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/train/matrix_decaying_adamw.hpp>
#include <telltale/torch/train/module_steps.hpp>
#include <telltale/torch/train/numbered_checkpoints.hpp>
#include <telltale/torch/train/tensor_dataset.hpp>
#include <telltale/train/detail/streams.hpp>

namespace telltale {

namespace req {
template <class Target>
concept learns_pictures_of_captions = requires(Target& target, const at::Tensor& images,
                                               std::span<const std::string> captions, std::span<random_stream> draws) {
  { target.losses(images, captions, draws) } -> std::convertible_to<at::Tensor>;
  { target.module() } -> std::convertible_to<std::shared_ptr<::torch::nn::Module>>;
  { target.text() } -> std::convertible_to<std::string>;
};
}  // namespace req

/// A generator that can be trained.
///
/// Required: `losses(images, captions, draws)`, one loss a record, with a graph, which draws all that is random from
/// the record's own stream, the empty caption standing for no caption; `module()`, which holds the parameters; and
/// `text()`, what they belong to, exactly: a checkpoint of another text is refused.
template <class Target>
concept TrainableGenerator = req::learns_pictures_of_captions<Target>;

/// How a generator is trained: AdamW, weight decay on matrices alone, a linear warm-up and a constant rate, clipped
/// gradients, and a moving average of the weights, which is what generates in the end.
struct generator_recipe {
  std::size_t steps = 1000;     ///< batches that are trained on
  std::size_t batch_size = 64;  ///< records of a step
  double learning_rate = 1e-3;  ///< of AdamW, once warm
  double weight_decay = 0;      ///< of matrices alone
  std::size_t warm_up = 100;    ///< steps until the rate is reached
  double clip = 1;              ///< largest norm of a step's gradient; 0: any
  double average = 0.995;       ///< decay of the moving average of the weights; 0: the last weights
  double no_caption = 0.1;      ///< share of the records of a step whose caption is withheld
  std::uint64_t seed = 1;       ///< of the order of records and of their draws

  /// All but how long, exactly: what is the same until a step is the same training until then.
  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out.precision(17);
    out << "batch " << batch_size << ", rate " << learning_rate << ", decay " << weight_decay << ", warm-up " << warm_up
        << ", clip " << clip << ", average " << average << ", no caption " << no_caption << ", seed " << seed;
    return out.str();
  }
};

/// What is done beside training.
struct generator_options {
  std::optional<std::filesystem::path> folder;  ///< of checkpoints step-500.pt, ...: written, and gone on from
  std::function<void(std::size_t done, std::size_t total)> progress = nullptr;  ///< told how many steps are done
};

/// What training a generator came to.
struct generator_training {
  std::size_t steps = 0;    ///< made in all, those before a checkpoint included
  std::size_t resumed = 0;  ///< steps that a checkpoint spared
  double last_loss = 0;     ///< running mean of the loss, over about the last 50 steps
};

namespace detail {

inline void check(const generator_recipe& recipe, std::string_view function) {
  if (recipe.steps == 0) refuse(function, "steps", "is 0; wanted at least 1");
  if (recipe.batch_size == 0) refuse(function, "batch_size", "is 0; wanted at least 1");
  const auto demand = [&](std::string_view argument, double value, bool holds, std::string_view wanted) {
    if (!(holds && std::isfinite(value)))
      refuse(function, argument, "is " + std::to_string(value) + "; wanted " + std::string(wanted));
  };
  demand("learning_rate", recipe.learning_rate, recipe.learning_rate >= 0, "0 or more");
  demand("weight_decay", recipe.weight_decay, recipe.weight_decay >= 0, "0 or more");
  demand("clip", recipe.clip, recipe.clip >= 0, "a positive norm, or 0 for any");
  demand("average", recipe.average, recipe.average >= 0 && recipe.average < 1, "a value in [0, 1)");
  demand("no_caption", recipe.no_caption, recipe.no_caption >= 0 && recipe.no_caption <= 1, "a share in [0, 1]");
}

/// Refuses pictures and captions that do not fit, or are none: what any training on them begins with.
inline void check(const captioned_images& data, std::string_view function) {
  if (!data.images.defined() || data.images.dim() != 4 || data.images.size(0) == 0 || data.images.size(1) != 3 ||
      !data.images.is_floating_point())
    refuse(function, "images", "are no batch of pictures: wanted floats (n, 3, height, width)");
  check_size(function, "captions", data.captions.size(), static_cast<std::size_t>(data.images.size(0)));
  check_finite_tensor(function, "images", data.images);
  if (data.images.abs().max().item<double>() > 1 + 1e-3) refuse(function, "images", "have pixels outside [-1, 1]");
  for (std::size_t i = 0; i < data.captions.size(); ++i)
    if (data.captions[i].empty())
      refuse(function, "captions", "caption " + std::to_string(i) + " is empty, which stands for no caption");
}

/// The records of each step: every record once, in an order drawn for (seed, pass), again and again.
class passes_over_records {
 public:
  passes_over_records(std::uint64_t seed, std::size_t records) : seed_(seed), order_(records) {}

  [[nodiscard]] std::uint32_t operator()(std::uint64_t place) {
    const std::uint64_t pass = place / order_.size();
    if (pass + 1 != drawn_) {
      std::iota(order_.begin(), order_.end(), 0U);
      random_stream(train::detail::number_for(seed_, train::detail::purpose::order_of_records, 0, pass))
          .shuffle(order_);
      drawn_ = pass + 1;
    }
    return order_[place % order_.size()];
  }

 private:
  std::uint64_t seed_, drawn_ = 0;
  std::vector<std::uint32_t> order_;
};

}  // namespace detail

/// Trains a text-to-image generator on pictures and their captions.
///
///     auto target = make_diffusion(seed);
///     train_generator(target, {pictures, captions}, {.steps = 250}, {.folder = "run"});
///     train_generator(target, {pictures, captions}, {.steps = 500}, {.folder = "run"});   // goes on from 250
///
/// A function of the target, the data and the recipe alone: order, noise and which captions are withheld are drawn for
/// (seed, step, place in the batch). With a folder, training to `steps` takes step-`steps`.pt if it is there, else goes
/// on from the last one before, and writes one at its end and every 500 steps; the bytes are those of one go (on one
/// machine, build and number of torch's threads). Without, it begins with the weights that the target has. The target
/// is left in evaluation mode with its averaged weights.
/// Cost: torch's; checkpoints are four times the weights.
/// Throws argument_error for a recipe out of range and data that do not fit; error when a loss is not finite;
/// file_error for a checkpoint that is damaged or of another training. What it throws during training leaves the
/// target half trained.
template <TrainableGenerator Target>
generator_training train_generator(Target& target, const captioned_images& data, const generator_recipe& recipe,
                                   const generator_options& options = {}) {
  constexpr std::string_view function = "train_generator";
  constexpr std::size_t between_checkpoints = 500;
  detail::check(recipe, function);
  detail::check(data, function);
  const std::shared_ptr<::torch::nn::Module> module = target.module();
  auto optimiser = detail::matrix_decaying_adamw(module->parameters(), recipe.learning_rate, recipe.weight_decay);
  const auto average = std::make_shared<detail::averaged_weights>(*module, recipe.average);
  ::torch::nn::Module parts;  // what a checkpoint holds
  parts.register_module("target", module);
  parts.register_module("average", average);
  const detail::numbered_checkpoints files(options.folder, "step", [&] {
    return target.text() + "; " + recipe.text() + "; pictures " + detail::fingerprint(data.images, data.captions, {});
  });
  generator_training result;
  std::size_t step = result.resumed = files.restore(recipe.steps, parts, optimiser, result.last_loss);
  detail::passes_over_records records(recipe.seed, data.captions.size());
  const c10::AutoGradMode with_gradients(true);
  module->train();
  while (step < recipe.steps) {
    const std::uint64_t key = train::detail::number_for(recipe.seed, train::detail::purpose::draws_of_a_step, 0, step);
    std::vector<std::uint32_t> batch;
    std::vector<std::string> captions;
    std::vector<random_stream> draws;
    for (std::size_t place = 0; place < recipe.batch_size; ++place) {
      batch.push_back(records(step * recipe.batch_size + place));
      draws.emplace_back(key, place);
      captions.push_back(draws.back().uniform() < recipe.no_caption ? std::string() : data.captions[batch.back()]);
    }
    const at::Tensor images = data.images.index_select(0, train::detail::index_of(batch, data.images.device()));
    const at::Tensor loss = target.losses(images, captions, draws).mean();
    const double value = loss.template item<double>();
    if (!std::isfinite(value))
      throw error("train_generator: the loss of step " + std::to_string(step + 1) +
                  " is not finite; a lower learning rate may help");
    const double warm =
        recipe.warm_up == 0 ? 1.0 : std::min(1.0, static_cast<double>(step + 1) / static_cast<double>(recipe.warm_up));
    for (auto& group : optimiser.param_groups()) group.options().set_lr(recipe.learning_rate * warm);
    optimiser.zero_grad();
    loss.backward();
    if (recipe.clip > 0) ::torch::nn::utils::clip_grad_norm_(module->parameters(), recipe.clip);
    optimiser.step();
    average->follow(step);
    result.last_loss = step == 0 ? value : result.last_loss + 0.02 * (value - result.last_loss);
    ++step;
    if (step % between_checkpoints == 0 || step == recipe.steps) files.save(step, parts, optimiser, result.last_loss);
    if (options.progress) options.progress(step, recipe.steps);
  }
  average->replace();
  module->eval();
  result.steps = step;
  return result;
}

}  // namespace telltale
