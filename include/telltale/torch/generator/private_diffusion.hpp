// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <torch/optim/adam.h>

#include <telltale/accounting/privacy_loss.hpp>
#include <telltale/core/random.hpp>
#include <telltale/torch/dp_sgd/clipping.hpp>
#include <telltale/torch/dp_sgd/dp_sgd.hpp>
#include <telltale/torch/dp_sgd/noise.hpp>
#include <telltale/torch/dp_sgd/poisson_sampling.hpp>
#include <telltale/torch/generator/averaged_weights.hpp>
#include <telltale/torch/generator/caption_bag.hpp>
#include <telltale/torch/generator/diffusion.hpp>
#include <telltale/torch/generator/generator.hpp>
#include <telltale/torch/generator/train_generator.hpp>
#include <telltale/torch/train/module_steps.hpp>
#include <telltale/train/detail/streams.hpp>

namespace telltale {

/// How a diffusion target is trained with privacy, beside the parts of DP-SGD.
struct private_recipe {
  std::size_t steps = 500;      ///< batches that are drawn
  double learning_rate = 1e-3;  ///< of Adam, which sees noisy gradients alone
  double average = 0.995;       ///< decay of the moving average of the weights, which is what generates
  double no_caption = 0.1;      ///< share of the records of a step whose caption is withheld
  /// The seed of level, noise and withheld captions; batches and the noise of privacy have sources of their own.
  std::uint64_t seed = 1;
};

namespace detail {

/// A diffusion target as `dp_sgd` wants a model: it is asked about numbers of records, (n, 1), and answers v_hat - v.
///
/// Level, noise and whether the caption is withheld are drawn for (seed, step, record), so that a record has one loss
/// in a step, in any batch or alone, and no record's gradient depends on another.
struct denoising_records {
  diffusion_generator target;
  at::Tensor images, bags;  // one row a record; the last row of bags is no caption
  private_recipe recipe;
  std::shared_ptr<const std::size_t> step;  // of the training, which copies this

  [[nodiscard]] auto parameters() const { return target.module()->parameters(); }

  [[nodiscard]] at::Tensor operator()(const at::Tensor& records) {
    const at::Tensor index = records.flatten().to(at::kCPU).contiguous();
    at::Tensor captions = index.clone();
    std::vector<random_stream> draws;
    const std::uint64_t key = train::detail::number_for(recipe.seed, train::detail::purpose::draws_of_a_step, 0, *step);
    for (std::int64_t i = 0; i < index.size(0); ++i) {
      draws.emplace_back(key, static_cast<std::uint64_t>(index.data_ptr<std::int64_t>()[i]));
      if (draws.back().uniform() < recipe.no_caption) captions.data_ptr<std::int64_t>()[i] = bags.size(0) - 1;
    }
    return target.answer_errors(images.index_select(0, index.to(images.device())), bags.index_select(0, captions),
                                draws);
  }
};

/// The answer is the error already: its mean square over pixels.
struct mean_square_of_answer {
  static constexpr std::string_view name = "denoising error";

  [[nodiscard]] at::Tensor operator()(const at::Tensor& errors, const at::Tensor&) const {
    return errors.square().flatten(1).mean(1);
  }
};

}  // namespace detail

/// Trains a diffusion target on pictures and captions by DP-SGD, and says what that has spent.
///
///     auto target = make_diffusion(seed);
///     const auto spent = train_private_diffusion(target, data, clipping::flat(0.1), gaussian_noise(1.0),
///                                                poisson_sampling(0.2), {.steps = 500});
///     spent.epsilon(1e-5);
///
/// Defence: whoever sees the weights or any number of pictures learns about one record (picture and caption) at most
/// what (epsilon, delta) allows; neighbouring sets differ by one record added or removed. A record's loss is the mean
/// of (v_hat - v)^2 over pixels at one level and noise, drawn for (seed, step, record). Noise and batches come from the
/// sources of `noise` and `sampling`. The averaged weights, which the target has in the end, are made of what was
/// released anyhow.
/// Cost: 2 to 3 times a plain step's: gradients are clipped without being formed.
/// Throws argument_error for data that do not fit and a recipe out of range, and what `dp_sgd` throws.
/// Reference: Abadi et al. 2016; Dockhorn, Cao, Vahdat and Kreis 2023, "Differentially private diffusion models", who
/// average several levels and noises of a record, which this does not.
template <Clipping ClippingPart, class NoisePart, class SamplingPart, class Accountant = accounting::privacy_loss>
privacy_spent<Accountant> train_private_diffusion(
    diffusion_generator& target, const captioned_images& data, ClippingPart clipping, NoisePart noise,
    SamplingPart sampling, const private_recipe& recipe = {}, Accountant accountant = {},
    const std::function<void(std::size_t done, std::size_t total)>& progress = nullptr) {
  constexpr std::string_view function = "train_private_diffusion";
  detail::check({.steps = recipe.steps,
                 .learning_rate = recipe.learning_rate,
                 .average = recipe.average,
                 .no_caption = recipe.no_caption},
                function);
  detail::check(data, function);
  target.check_pictures(function, data.images);
  const auto module = target.module();
  const auto step = std::make_shared<std::size_t>(0);
  std::vector<std::string> captions = data.captions;
  captions.emplace_back();
  const at::Tensor bags = caption_bag{target.shape().caption_buckets}(captions);
  const auto records = static_cast<std::int64_t>(data.captions.size());
  dp_sgd training(detail::denoising_records{target, data.images, bags, recipe, step}, at::arange(records).unsqueeze(1),
                  at::zeros({records}), std::move(clipping), std::move(noise), std::move(sampling),
                  std::move(accountant), detail::mean_square_of_answer{});
  ::torch::optim::Adam optimiser(module->parameters(), ::torch::optim::AdamOptions(recipe.learning_rate));
  detail::averaged_weights average(*module, recipe.average);
  module->train();
  while (*step < recipe.steps) {
    training.step(optimiser);
    average.follow((*step)++);
    if (progress) progress(*step, recipe.steps);
  }
  average.replace();
  module->eval();
  return training.spent();
}

}  // namespace telltale
