// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/nn/module.h>

namespace telltale::detail {

/// A moving average of a module's parameters, which gives better pictures than the last step's parameters.
///
/// Formula: a <- a + (1 - d) (theta - a), d = min(decay, (1 + t) / (10 + t)) after t earlier steps, so that a short
/// training is not held back by the weights that it began with. A module of its own, so that a checkpoint holds it.
class averaged_weights : public ::torch::nn::Module {
 public:
  averaged_weights(const ::torch::nn::Module& module, double decay) : of_(module.parameters()), decay_(decay) {
    for (std::size_t p = 0; p < of_.size(); ++p)
      average_.push_back(register_buffer(std::to_string(p), of_[p].detach().clone()));
  }

  /// After a step, `before` steps having been made before it.
  void follow(std::size_t before) {
    const at::NoGradGuard without_graph;
    const auto t = static_cast<double>(before);
    const double weight = 1 - std::min(decay_, (1 + t) / (10 + t));
    for (std::size_t p = 0; p < of_.size(); ++p) average_[p].lerp_(of_[p].detach(), weight);
  }

  /// Puts the averages in the place of the parameters.
  void replace() const {
    for (std::size_t p = 0; p < of_.size(); ++p) of_[p].detach().copy_(average_[p]);
  }

 private:
  std::vector<at::Tensor> of_, average_;
  double decay_;
};

}  // namespace telltale::detail
