// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <torch/optim/adamw.h>
#include <torch/optim/optimizer.h>

namespace telltale::detail {

/// AdamW whose weight decay holds for matrices and tensors of more dimensions, not for offsets and scales.
[[nodiscard]] inline ::torch::optim::AdamW matrix_decaying_adamw(const std::vector<at::Tensor>& parameters, double rate,
                                                                 double decay) {
  std::vector<at::Tensor> matrices, others;
  for (const at::Tensor& parameter : parameters) (parameter.dim() > 1 ? matrices : others).push_back(parameter);
  std::vector<::torch::optim::OptimizerParamGroup> groups;
  const auto add = [&](std::vector<at::Tensor> tensors, double weight_decay) {
    if (!tensors.empty())
      groups.emplace_back(std::move(tensors), std::make_unique<::torch::optim::AdamWOptions>(
                                                  ::torch::optim::AdamWOptions(rate).weight_decay(weight_decay)));
  };
  add(std::move(matrices), decay);
  add(std::move(others), 0);
  return ::torch::optim::AdamW(groups, ::torch::optim::AdamWOptions(rate));
}

}  // namespace telltale::detail
