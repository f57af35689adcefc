// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include <ATen/ATen.h>
#include <torch/optim/adam.h>
#include <torch/optim/optimizer.h>
#include <torch/optim/sgd.h>

#include <telltale/core/error.hpp>
#include <telltale/train/recipe.hpp>

namespace telltale::train::detail {

/// A recipe's optimiser and weight decay as torch.optim has them; train::momentum_sgd and train::adam are its updates.
[[nodiscard]] inline std::unique_ptr<::torch::optim::Optimizer> optimiser_of(const recipe& chosen,
                                                                             std::vector<at::Tensor> parameters) {
  if (const auto* sgd = std::get_if<momentum_sgd>(&chosen.optimiser))
    return std::make_unique<::torch::optim::SGD>(
        std::move(parameters),
        ::torch::optim::SGDOptions(sgd->learning_rate).momentum(sgd->momentum).weight_decay(chosen.weight_decay));
  if (std::holds_alternative<quasi_newton>(chosen.optimiser))
    telltale::detail::refuse("train::recipe", "optimiser",
                             "is quasi_newton, which is for softmax regressions; wanted momentum_sgd or adam");
  const adam& a = std::get<adam>(chosen.optimiser);
  return std::make_unique<::torch::optim::Adam>(std::move(parameters), ::torch::optim::AdamOptions(a.learning_rate)
                                                                           .betas({a.beta1, a.beta2})
                                                                           .eps(a.epsilon)
                                                                           .weight_decay(chosen.weight_decay));
}

/// Sets the learning rate of epoch `epoch` (from 0).
inline void set_rate(::torch::optim::Optimizer& optimiser, const recipe& chosen, std::size_t epoch) {
  const auto* const sgd = std::get_if<momentum_sgd>(&chosen.optimiser);
  const double rate = (sgd ? sgd->learning_rate : std::get<adam>(chosen.optimiser).learning_rate) *
                      rate_factor(chosen.learning_rates, epoch, chosen.epochs);
  for (auto& group : optimiser.param_groups()) group.options().set_lr(rate);
}

}  // namespace telltale::train::detail
