// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/backend/tensor_view.hpp>

namespace telltale {

namespace req {
template <class Candidate>
concept gives_a_loss_for_each_example =
    requires(const Candidate& loss_of, const at::Tensor& answers, const at::Tensor& targets) {
      { loss_of(answers, targets) } -> std::convertible_to<at::Tensor>;
    };
}  // namespace req

/// What a model was trained to make small: maps answers and targets of a batch to one number for each example.
///
/// No mean over the batch: an example's gradient must not depend on how many others there are.
template <class Candidate>
concept ExampleLoss = req::gives_a_loss_for_each_example<Candidate>;

namespace example_loss {

/// How the positions of one example (of a sequence, of an image) become one loss.
enum class over_positions {
  mean,  ///< a long sequence counts as much as a short one
  sum    ///< every position counts alike
};

/// -log p of the true class, in nats: answers (examples, classes, ...), targets (examples, ...) of class numbers.
struct cross_entropy {
  static constexpr std::string_view name = "cross entropy";

  over_positions positions = over_positions::mean;  ///< of answers with more than one position

  [[nodiscard]] at::Tensor operator()(const at::Tensor& answers, const at::Tensor& targets) const {
    const at::Tensor all = at::cross_entropy_loss(answers, targets, {}, at::Reduction::None);
    if (all.dim() == 1) return all;
    const at::Tensor flat = all.reshape({all.size(0), -1});
    return positions == over_positions::mean ? flat.mean(1) : flat.sum(1);
  }
};

/// |answer - target|^2, a sum over everything but the example.
struct squared_error {
  static constexpr std::string_view name = "squared error";

  [[nodiscard]] at::Tensor operator()(const at::Tensor& answers, const at::Tensor& targets) const {
    const at::Tensor difference = answers - targets;
    return (difference * difference).reshape({difference.size(0), -1}).sum(1);
  }
};

}  // namespace example_loss
}  // namespace telltale
