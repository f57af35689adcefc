// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>
#include <torch/nn.h>

#include <telltale/core/error.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/learner/balance.hpp>
#include <telltale/torch/learner/fit_network.hpp>

namespace telltale::learner {

/// A perceptron with ReLU after each hidden layer and one output, the log-odds, on the device of its inputs (subjects x
/// columns). Widths are ours to choose, as for `perceptron`, which is the same on the CPU without LibTorch, without
/// early stopping and without balance.
template <ClassBalance Balance = balance::none>
struct feature_perceptron {
  static constexpr std::string_view name = "perceptron";

  std::vector<std::size_t> hidden{64};   ///< widths of the hidden layers, from the first
  network_training<Balance> training{};  ///< steps, stopping and balance

  /// Fits inputs of known membership. Throws argument_error for inputs that are no matrix, a layer of width 0, and what
  /// `fit_network` throws. Cost: that of `fit_network`.
  [[nodiscard]] fitted_network<::torch::nn::Sequential> fit(const at::Tensor& inputs,
                                                            std::span<const membership> member) const {
    if (inputs.dim() != 2)
      detail::refuse("feature_perceptron", "inputs",
                     "has the shape " + detail::shape_text(inputs) + "; wanted (subjects, columns)");
    for (const std::size_t width : hidden)
      if (width == 0) detail::refuse("feature_perceptron", "hidden", "has a layer of width 0; wanted at least 1");
    const auto network = [&](std::uint64_t) {
      ::torch::nn::Sequential layers;
      std::int64_t width = inputs.size(1);
      for (const std::size_t next : hidden) {
        layers->push_back(::torch::nn::Linear(width, static_cast<std::int64_t>(next)));
        layers->push_back(::torch::nn::ReLU());
        width = static_cast<std::int64_t>(next);
      }
      layers->push_back(::torch::nn::Linear(width, 1));
      return layers;
    };
    return fit_network(network, inputs, member, training);
  }
};

}  // namespace telltale::learner
