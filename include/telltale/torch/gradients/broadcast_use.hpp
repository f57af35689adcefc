// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

namespace telltale::detail {

/// A parameter that enters element by element, spread over the examples: a bias (y = x + b), the gain of a
/// normalisation (y = gain * normalised x), or any sum or product of a tensor with a parameter.
///
/// With g the gradient of y and f the factor (1 for a bias), an example's gradient is g f summed over all that the
/// parameter is spread over. It has as many numbers as the parameter, so that it is made and squared.
class broadcast_use {
 public:
  /// `aligned`: the parameter's shape against the extents of y behind the first, 1 where it is spread. `factor`: what
  /// the parameter is multiplied by, computed when it is asked for; none for a sum.
  broadcast_use(std::vector<std::int64_t> aligned, std::function<at::Tensor()> factor = nullptr)
      : aligned_(std::move(aligned)),
        factor_(factor ? std::make_shared<const std::function<at::Tensor()>>(std::move(factor)) : nullptr) {}

  [[nodiscard]] at::Tensor squared_norms(const at::Tensor& gradient) const {
    const at::Tensor all = gradients(gradient);
    return (all * all).sum(1, false, at::kDouble);
  }

  [[nodiscard]] at::Tensor per_example(const at::Tensor& gradient, std::int64_t first, std::int64_t count) const {
    return gradients(gradient).narrow(0, first, count);
  }

  /// In the shape of the parameter, flat.
  [[nodiscard]] at::Tensor weighted_sum(const at::Tensor& gradient, const at::Tensor& factors) const {
    const at::Tensor all = gradients(gradient);
    return factors.to(all.scalar_type()).unsqueeze(0).mm(all).squeeze(0);
  }

 private:
  [[nodiscard]] at::Tensor gradients(const at::Tensor& gradient) const {
    const at::Tensor product = factor_ ? gradient * (*factor_)() : gradient;
    std::vector<std::int64_t> spread;
    for (std::size_t axis = 0; axis < aligned_.size(); ++axis)
      if (aligned_[axis] == 1 && product.size(static_cast<std::int64_t>(axis) + 1) != 1)
        spread.push_back(static_cast<std::int64_t>(axis) + 1);
    const at::Tensor kept = spread.empty() ? product : product.sum(spread, true);
    return kept.reshape({product.size(0), -1});
  }

  std::vector<std::int64_t> aligned_;
  // Behind a pointer: inside a variant GCC 12 takes a function that is moved for one that was never set.
  std::shared_ptr<const std::function<at::Tensor()>> factor_;
};

}  // namespace telltale::detail
