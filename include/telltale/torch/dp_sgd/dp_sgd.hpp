// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/accounting/mechanism.hpp>
#include <telltale/accounting/privacy_loss.hpp>
#include <telltale/core/error.hpp>
#include <telltale/torch/dp_sgd/clipping.hpp>
#include <telltale/torch/dp_sgd/noise.hpp>
#include <telltale/torch/dp_sgd/poisson_sampling.hpp>
#include <telltale/torch/gradients/losses.hpp>
#include <telltale/torch/gradients/per_example_gradients.hpp>
#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/model/trainable_parameters.hpp>

namespace telltale {

namespace req {
template <class Accountant, class Noise, class Sampling>
concept accounts_for_this_noise_and_sampling =
    requires(const Accountant& accountant, const Noise& noise, const Sampling& sampling, std::uint64_t steps) {
      {
        accountant.epsilon(accounting::composition(sampling.mechanism(noise.multiplier(), steps)), 1e-5).epsilon
      } -> std::convertible_to<double>;
    };
}  // namespace req

/// What a training has spent: the mechanism that it was, and the accountant that can say what that promises.
template <class Accountant>
class privacy_spent {
 public:
  /// `batch` is the number of records of the last step.
  privacy_spent(Accountant accountant, accounting::gaussian mechanism, std::size_t batch)
      : accountant_(std::move(accountant)), mechanism_(mechanism), batch_(batch) {}

  /// How many steps were taken.
  [[nodiscard]] std::uint64_t steps() const noexcept { return mechanism_.steps; }
  /// The records of the last step. They depend on the data: print it in experiments, release it never.
  [[nodiscard]] std::size_t batch() const noexcept { return batch_; }
  /// Rate, multiplier and steps: what an accountant needs.
  [[nodiscard]] const accounting::gaussian& mechanism() const noexcept { return mechanism_; }

  /// The epsilon at delta of all steps so far; infinity without noise. Worked out when it is asked for, which takes the
  /// accountant milliseconds. Throws what the accountant throws.
  [[nodiscard]] double epsilon(double delta) const {
    if (steps() == 0) return 0;
    if (mechanism_.sigma == 0) return std::numeric_limits<double>::infinity();
    return accountant_.epsilon(accounting::composition(mechanism_), delta).epsilon;
  }

 private:
  Accountant accountant_;
  accounting::gaussian mechanism_;
  std::size_t batch_;
};

/// Stochastic gradient descent with differential privacy: clipping, noise, sampling and accounting as typed parts.
///
/// Defence: a record changes the distribution of the model by at most (epsilon, delta), whatever the adversary knows or
/// sees of the training; neighbouring data sets differ by one record that is added or removed. The step draws its batch
/// itself and the accountant is told rate and multiplier by sampling and noise, so that they cannot disagree.
/// Formula: theta's gradient <- (sum over the batch of f_b g_b + N(0, (multiplier C)^2 I)) / (rate n), f from the
/// clipping. The divisor is the expected size of a batch; an empty batch is noise alone.
/// Cost: that of `per_example_gradients::add_scaled` on the batch, `at_once` examples at a time, and a normal for each
/// number of the parameters. Throws argument_error for shapes that disagree, and what `per_example_gradients` throws:
/// BatchNorm in training mode is refused.
/// Reference: Abadi et al. 2016, algorithm 1; Li et al. 2022 and Bu et al. 2023 for clipping without gradients.
template <TensorModel Model, Clipping ClippingPart, class NoisePart, class SamplingPart,
          class Accountant = accounting::privacy_loss, ExampleLoss Loss = example_loss::cross_entropy>
  requires req::accounts_for_this_noise_and_sampling<Accountant, NoisePart, SamplingPart>
class dp_sgd {
 public:
  static constexpr std::string_view name = "DP-SGD";
  /// Which data sets count as neighbours: those of the sampling.
  static constexpr std::string_view neighbouring = SamplingPart::neighbouring;

  /// `inputs` and `targets` are the whole training set, one row a record, where the model is or elsewhere.
  dp_sgd(Model model, at::Tensor inputs, at::Tensor targets, ClippingPart clipping, NoisePart noise,
         SamplingPart sampling, Accountant accountant = {}, Loss loss = {}, std::size_t at_once = 64)
      : model_(std::make_shared<Model>(std::move(model))),
        inputs_(std::move(inputs)),
        targets_(std::move(targets)),
        clipping_(std::move(clipping)),
        noise_(std::move(noise)),
        sampling_(std::move(sampling)),
        accountant_(std::move(accountant)),
        at_once_(static_cast<std::int64_t>(at_once)),
        engine_(detail::trainable_parameters(*model_),
                [held = model_, loss](const at::Tensor& batch, const at::Tensor& wanted) {
                  return loss(ask(*held, batch), wanted);
                }) {
    if (!inputs_.defined() || inputs_.dim() == 0 || inputs_.size(0) == 0)
      detail::refuse(name, "inputs", "hold no record");
    if (!targets_.defined() || targets_.dim() == 0 || targets_.size(0) != inputs_.size(0))
      detail::refuse(name, "targets", "are not as many as the " + std::to_string(inputs_.size(0)) + " inputs");
    if (at_once == 0) detail::refuse(name, "at_once", "is 0; wanted at least 1");
    for (const at::Tensor& parameter : engine_.parameters()) sums_.push_back(at::zeros_like(parameter).detach());
  }

  /// One step: draws a batch, leaves the noisy mean of the clipped gradients in the parameters' `grad()`, calls
  /// `optimiser.step()`, and reports what has been spent.
  template <class Optimiser>
    requires requires(Optimiser& optimiser) { optimiser.step(); }
  privacy_spent<Accountant> step(Optimiser& optimiser) {
    const std::vector<std::int64_t> batch = sampling_.draw(records(), steps_);
    for (const at::Tensor& sum : sums_) sum.zero_();
    const at::Tensor chosen = at::tensor(batch, at::kLong);
    for (std::int64_t first = 0; first < chosen.size(0); first += at_once_) {
      const at::Tensor piece = chosen.narrow(0, first, std::min(at_once_, chosen.size(0) - first));
      engine_.add_scaled(
          rows(inputs_, piece), rows(targets_, piece),
          [&](const at::Tensor& squares) { return clipping_.factors(squares); }, sums_);
    }
    for (std::size_t p = 0; p < sums_.size(); ++p) {
      noise_.add_to(sums_[p], clipping_.bound(), steps_, p);
      at::Tensor parameter = engine_.parameters()[p];
      parameter.mutable_grad() = sums_[p] / sampling_.expected_size(records());
    }
    optimiser.step();
    ++steps_;
    batch_ = batch.size();
    return spent();
  }

  /// What all steps so far have spent.
  [[nodiscard]] privacy_spent<Accountant> spent() const {
    return {accountant_, sampling_.mechanism(noise_.multiplier(), steps_), batch_};
  }

  /// How many records the training set has.
  [[nodiscard]] std::size_t records() const { return static_cast<std::size_t>(inputs_.size(0)); }
  /// How the gradients are come by: without forming them, or one by one and why.
  [[nodiscard]] const gradient_route& route() const noexcept { return engine_.route(); }

 private:
  // Rows of a tensor, where the model is.
  [[nodiscard]] at::Tensor rows(const at::Tensor& of, const at::Tensor& chosen) const {
    return of.index_select(0, chosen.to(of.device())).to(engine_.parameters().front().device());
  }

  std::shared_ptr<Model> model_;
  at::Tensor inputs_, targets_;
  ClippingPart clipping_;
  NoisePart noise_;
  SamplingPart sampling_;
  Accountant accountant_;
  std::int64_t at_once_;
  per_example_gradients engine_;
  std::vector<at::Tensor> sums_;
  std::uint64_t steps_ = 0;
  std::size_t batch_ = 0;
};

}  // namespace telltale
