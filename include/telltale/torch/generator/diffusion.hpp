// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/nn/module.h>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/generator/caption_bag.hpp>
#include <telltale/torch/generator/diffusion_network.hpp>
#include <telltale/torch/generator/generator.hpp>
#include <telltale/torch/generator/noise_schedule.hpp>
#include <telltale/torch/model/evaluation_mode.hpp>
#include <telltale/torch/train/module_steps.hpp>
#include <telltale/torch/train/seeded_generators.hpp>
#include <telltale/train/detail/streams.hpp>

namespace telltale {

/// How pictures are drawn from a diffusion model: DDIM without noise of its own (eta 0).
struct ddim_sampling {
  std::size_t steps = 20;  ///< calls of the network for a picture, 1 to the levels of noise
  double guidance = 2;     ///< 1: as the caption says; more: farther from what no caption says, at twice the cost
};

namespace detail {

/// One row of standard normals from each stream, float on the host: (streams, shape...).
[[nodiscard]] inline at::Tensor normal_rows(std::span<random_stream> draws, at::IntArrayRef shape) {
  std::vector<std::int64_t> sizes{static_cast<std::int64_t>(draws.size())};
  sizes.insert(sizes.end(), shape.begin(), shape.end());
  at::Tensor rows = at::empty(sizes);
  auto* to = rows.data_ptr<float>();
  const auto each = static_cast<std::size_t>(rows.numel()) / std::max<std::size_t>(1, draws.size());
  for (random_stream& draw : draws)
    for (std::size_t k = 0; k < each; ++k) *to++ = static_cast<float>(draw.normal());
  return rows;
}

}  // namespace detail

/// A small text-to-image generator by diffusion: a network that predicts v, a schedule of noise, and DDIM.
///
///     auto target = make_diffusion(seed);
///     train_generator(target, data, {.steps = 1000});
///     target.sampling = {.steps = 5};
///     at::Tensor pictures = target.generate(captions, {.pictures = 2});
///
/// An honest small model of its family, for pictures of 16 or 32 pixels a side: what memorises in minutes on a CPU, not
/// what a picture should be drawn with. Formula, a = alpha_bar(t): x_t = sqrt(a) x + sqrt(1 - a) e; the network's
/// answer is v = sqrt(a) e - sqrt(1 - a) x, so that x = sqrt(a) x_t - sqrt(1 - a) v and e = sqrt(1 - a) x_t + sqrt(a)
/// v. Its loss is the mean of (v_hat - v)^2 over pixels, t uniform. Sampling goes through `steps` levels from the
/// highest, keeps each estimate of x within [-1, 1], and with guidance g takes v = v(none) + g (v(caption) - v(none)).
/// Cost at the defaults: 8 million multiplications a picture and call of the network, three times that to train on it.
/// Copies share the network. Satisfies Generator and TrainableGenerator.
/// Throws argument_error for pictures of another size, an empty caption to be drawn, and sampling out of range.
/// Reference: Ho, Jain and Abbeel 2020; Salimans and Ho 2022, "Progressive distillation for fast sampling of diffusion
/// models", for v; Song, Meng and Ermon 2021, "Denoising diffusion implicit models"; Ho and Salimans 2022,
/// "Classifier-free diffusion guidance".
class diffusion_generator {
 public:
  /// `origin` says in a checkpoint what the weights began as.
  diffusion_generator(diffusion_network network, const diffusion_shape& shape, std::string origin)
      : network_(std::move(network)), shape_(shape), origin_(std::move(origin)) {}

  ddim_sampling sampling{};  ///< how `generate` draws

  /// One loss a record, with a graph; each record's noise and level are the next numbers of its own stream.
  [[nodiscard]] at::Tensor losses(const at::Tensor& images, std::span<const std::string> captions,
                                  std::span<random_stream> draws) {
    check_pictures("diffusion_generator::losses", images);
    detail::check_size(name, "captions", captions.size(), static_cast<std::size_t>(images.size(0)));
    detail::check_size(name, "draws", draws.size(), static_cast<std::size_t>(images.size(0)));
    return (answer_errors(images, bag_(captions), draws)).square().flatten(1).mean(1);
  }

  /// v_hat - v of each record, whose caption is a row of a `caption_bag`.
  [[nodiscard]] at::Tensor answer_errors(const at::Tensor& images, const at::Tensor& bags,
                                         std::span<random_stream> draws) {
    const std::int64_t n = images.size(0);
    at::Tensor levels = at::empty({n}), picture = at::empty({n, 1, 1, 1}), noise_share = at::empty({n, 1, 1, 1});
    for (std::int64_t i = 0; i < n; ++i) {
      const auto level = static_cast<std::int64_t>(draws[static_cast<std::size_t>(i)].below(noise_schedule::levels));
      const double a = schedule_.alpha_bar(level);
      levels.data_ptr<float>()[i] = static_cast<float>(level);
      picture.data_ptr<float>()[i] = static_cast<float>(std::sqrt(a));
      noise_share.data_ptr<float>()[i] = static_cast<float>(std::sqrt(1 - a));
    }
    const at::Tensor x = here(images), e = here(detail::normal_rows(draws, images.sizes().slice(1)));
    const at::Tensor p = here(picture), q = here(noise_share);
    return network_->forward(p * x + q * e, here(levels), here(bags)) - (p * e - q * x);
  }

  /// (captions, how.pictures, 3, side, side) in [-1, 1], where the network is. Cost: `sampling.steps` calls of the
  /// network a picture, twice as many with guidance.
  [[nodiscard]] at::Tensor generate(std::span<const std::string> captions, const generating& how = {}) {
    check(captions, how);
    const at::NoGradGuard without_gradients;
    const evaluation_mode evaluating(network_);
    const std::size_t rows = captions.size() * how.pictures;
    const at::Tensor bags = bag_(captions);
    const std::uint64_t key = train::detail::number_for(how.seed, train::detail::purpose::draws_of_an_answer, 0);
    std::vector<at::Tensor> batches;
    for (std::size_t first = 0; first < rows; first += how.batch_size) {
      const std::size_t last = std::min(rows, first + how.batch_size);
      std::vector<random_stream> draws;
      at::Tensor caption = at::empty({static_cast<std::int64_t>(last - first)}, at::kLong);
      for (std::size_t row = first; row < last; ++row) {
        const std::uint64_t i = row / how.pictures, j = row % how.pictures;
        draws.emplace_back(key, i << 32 | j);
        caption.data_ptr<std::int64_t>()[row - first] = static_cast<std::int64_t>(i);
      }
      batches.push_back(
          drawn(here(detail::normal_rows(draws, {3, shape_.side, shape_.side})), here(bags.index_select(0, caption))));
      if (how.progress) how.progress(last / how.pictures, captions.size());
    }
    return at::cat(batches).view({static_cast<std::int64_t>(captions.size()), static_cast<std::int64_t>(how.pictures),
                                  3, shape_.side, shape_.side});
  }

  /// The noise that the network sees in noisy pictures of one level, by their captions ("" for none) and without
  /// guidance: e = sqrt(1 - a) x_t + sqrt(a) v. No graph.
  [[nodiscard]] at::Tensor predicted_noise(const at::Tensor& noisy, std::int64_t level,
                                           std::span<const std::string> captions) {
    check_pictures("diffusion_generator::predicted_noise", noisy);
    detail::check_size(name, "captions", captions.size(), static_cast<std::size_t>(noisy.size(0)));
    const at::NoGradGuard without_gradients;
    const evaluation_mode evaluating(network_);
    const double a = schedule_.alpha_bar(level);
    const at::Tensor x = here(noisy);
    return std::sqrt(1 - a) * x + std::sqrt(a) * network_->forward(x, level_of(x, level), here(bag_(captions)));
  }

  /// The share of the picture at a level of noise, 0 to levels() - 1.
  [[nodiscard]] double alpha_bar(std::int64_t level) const { return schedule_.alpha_bar(level); }
  /// How many levels of noise there are.
  [[nodiscard]] static constexpr std::int64_t levels() noexcept { return noise_schedule::levels; }

  /// Refuses pictures that are not of this shape, in the name of `function`.
  void check_pictures(std::string_view function, const at::Tensor& pictures) const {
    if (pictures.dim() != 4 || pictures.size(1) != 3 || pictures.size(2) != shape_.side ||
        pictures.size(3) != shape_.side)
      detail::refuse(function, "pictures",
                     "have the shape " + detail::shape_text(pictures) + "; wanted (n, 3, " +
                         std::to_string(shape_.side) + ", " + std::to_string(shape_.side) + ")");
  }

  /// Sizes of pictures, network and bags.
  [[nodiscard]] const diffusion_shape& shape() const noexcept { return shape_; }
  /// The network, whose parameters copies share.
  [[nodiscard]] std::shared_ptr<::torch::nn::Module> module() const { return network_.ptr(); }
  /// What the parameters belong to.
  [[nodiscard]] std::string text() const { return "diffusion of " + shape_.text() + ", " + origin_; }

 private:
  static constexpr std::string_view name = "diffusion_generator";

  void check(std::span<const std::string> captions, const generating& how) const {
    detail::check_asked(name, captions, how);
    if (sampling.steps == 0 || sampling.steps > static_cast<std::size_t>(levels()))
      detail::refuse(name, "sampling.steps",
                     "is " + std::to_string(sampling.steps) + "; wanted 1 to " + std::to_string(levels()));
    if (!std::isfinite(sampling.guidance)) detail::refuse(name, "sampling.guidance", "is not finite");
  }

  [[nodiscard]] at::Tensor here(const at::Tensor& x) const { return x.to(network_->parameters().front().options()); }

  [[nodiscard]] static at::Tensor level_of(const at::Tensor& x, std::int64_t level) {
    return at::full({x.size(0)}, static_cast<double>(level), x.options());
  }

  [[nodiscard]] at::Tensor drawn(at::Tensor x, const at::Tensor& bags) {
    const bool guided = sampling.guidance != 1;
    const std::vector<std::string> none{""};
    const at::Tensor about = guided ? at::cat({here(bag_(none)).expand_as(bags), bags}) : bags;
    // From the highest level in equal steps; the last estimate of the picture is the answer.
    const auto level_at = [&](std::size_t step) {
      return static_cast<std::int64_t>(
          std::llround(static_cast<double>(levels() - 1) * static_cast<double>(sampling.steps - step) /
                       static_cast<double>(sampling.steps)));
    };
    for (std::size_t step = 0; step < sampling.steps; ++step) {
      const double a = schedule_.alpha_bar(level_at(step)), next = schedule_.alpha_bar(level_at(step + 1));
      at::Tensor v = network_->forward(guided ? at::cat({x, x}) : x, level_of(about, level_at(step)), about);
      if (guided) {
        const at::Tensor without = v.narrow(0, 0, x.size(0)), with = v.narrow(0, x.size(0), x.size(0));
        v = without + sampling.guidance * (with - without);
      }
      const at::Tensor picture = (std::sqrt(a) * x - std::sqrt(1 - a) * v).clamp(-1, 1);
      if (step + 1 == sampling.steps) return picture;
      const at::Tensor noise = (x - std::sqrt(a) * picture) / std::sqrt(1 - a);
      x = std::sqrt(next) * picture + std::sqrt(1 - next) * noise;
    }
    return x;
  }

  diffusion_network network_;
  diffusion_shape shape_;
  std::string origin_;
  caption_bag bag_{shape_.caption_buckets};
  noise_schedule schedule_{};
};

/// An untrained diffusion target, the same for one seed on every call.
/// Throws argument_error for a shape out of range.
[[nodiscard]] inline diffusion_generator make_diffusion(std::uint64_t seed, const diffusion_shape& shape = {},
                                                        const at::TensorOptions& options = at::kFloat) {
  const detail::seeded_generators seeded(train::detail::number_for(seed, train::detail::purpose::initial_parameters, 0),
                                         at::kCPU);
  diffusion_network network(shape);
  network->to(options.device(), c10::typeMetaToScalarType(options.dtype()));
  return {std::move(network), shape, "begun of seed " + std::to_string(seed)};
}

}  // namespace telltale
