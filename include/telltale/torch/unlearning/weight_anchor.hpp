// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/requirements.hpp>

namespace telltale {

namespace req {
template <class Policy>
concept holds_parameters_back = requires(const Policy& policy, const std::vector<at::Tensor>& parameters) {
  { policy(parameters, parameters) } -> std::convertible_to<at::Tensor>;
};
}  // namespace req

/// How far parameters have gone from where they were: a scalar with a gradient, which is 0 where they have not moved.
template <class Policy>
concept WeightAnchor = req::names_itself<Policy> && req::holds_parameters_back<Policy>;

namespace anchor {

/// sum_k ||theta_k - theta'_k||_2 over the parameter tensors k: norms, not their squares.
///
/// A tensor is pulled back with the same force however far it is, as long as it is away at all; so a tensor that
/// removal hardly needs stays where it was. The sum depends on how a model's numbers are split into tensors: it
/// compares trainings of one architecture, not architectures. The gradient where a tensor has not moved does not exist;
/// here it is 0, so that the first step, at theta = theta', is one of the other terms alone. Reference: Hintersdorf et
/// al. 2024.
struct norms {
  static constexpr std::string_view name = "sum of norms";

  [[nodiscard]] at::Tensor operator()(const std::vector<at::Tensor>& parameters,
                                      const std::vector<at::Tensor>& from) const {
    at::Tensor sum = at::zeros({}, parameters.front().options());
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      const at::Tensor square = (parameters[k] - from[k]).square().sum();
      // Masked before the root and after it: the gradient of sqrt at 0 is infinite, and times 0 no number.
      const at::Tensor moved = square > 0;
      sum = sum + at::where(moved, at::where(moved, square, at::ones_like(square)).sqrt(), at::zeros_like(square));
    }
    return sum;
  }
};

}  // namespace anchor
}  // namespace telltale
