// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/variable.h>

#include <telltale/torch/gradients/tape.hpp>

namespace telltale::detail {

/// The gradients of one batch, example by example, without any of them: the uses of every parameter, and the gradients
/// of what they gave.
class taped_batch {
 public:
  /// Goes back from the losses to the outputs of all calls; no gradient of a parameter is computed. Ends the graph.
  taped_batch(const parameter_set& parameters, const std::vector<tape::call>& calls, const at::Tensor& losses)
      : parameters_(parameters), examples_(losses.size(0)), uses_of_(parameters.size()) {
    namespace autograd = ::torch::autograd;
    autograd::edge_list outputs;
    for (const tape::call& each : calls) outputs.push_back(each.output);
    if (!outputs.empty())
      gradients_ = autograd::Engine::get_default_engine().execute(
          {autograd::impl::gradient_edge(losses)}, {at::ones_like(losses)}, false, false, false, outputs);
    const at::NoGradGuard without_graph;
    for (std::size_t c = 0; c < calls.size(); ++c)
      if (gradients_[c].defined())
        for (const parameter_use& use : calls[c].uses) uses_of_[use.parameter].push_back({&use.rule, c});
  }

  /// |gradient of parameter p|^2 of every example: examples x parameters, float64.
  [[nodiscard]] at::Tensor squared_norms() const {
    const at::NoGradGuard without_graph;
    at::Tensor all = empty_result();
    for (std::size_t p = 0; p < uses_of_.size(); ++p) {
      if (uses_of_[p].size() == 1) {
        const auto& [rule, c] = uses_of_[p].front();
        const at::Tensor& gradient = gradients_[c];
        all.select(1, index(p)).copy_(std::visit([&](const auto& of) { return of.squared_norms(gradient); }, *rule));
      } else {
        for_each_piece(p, [&](std::int64_t first, const at::Tensor& piece) {
          all.select(1, index(p)).narrow(0, first, piece.size(0)).copy_((piece * piece).sum(1, false, at::kDouble));
        });
      }
    }
    return all;
  }

  /// sum |entry|^order of every example and parameter; the largest |entry| for an infinite order.
  [[nodiscard]] at::Tensor powers(double order) const {
    const at::NoGradGuard without_graph;
    at::Tensor all = empty_result();
    for (std::size_t p = 0; p < uses_of_.size(); ++p)
      for_each_piece(p, [&](std::int64_t first, const at::Tensor& piece) {
        const at::Tensor entries = piece.abs().to(at::kDouble);
        all.select(1, index(p))
            .narrow(0, first, piece.size(0))
            .copy_(std::isinf(order) ? entries.amax(1) : entries.pow(order).sum(1));
      });
    return all;
  }

  /// The gradients themselves, written one example after another, the parameters side by side: rows of `out`.
  void write_gradients(at::Tensor& out) const {
    const at::NoGradGuard without_graph;
    std::int64_t at_ = 0;
    for (std::size_t p = 0; p < uses_of_.size(); ++p) {
      const std::int64_t numbers = parameters_[p].numel();
      at::Tensor columns = out.narrow(1, at_, numbers).zero_();
      for_each_piece(p, [&](std::int64_t first, const at::Tensor& piece) {
        columns.narrow(0, first, piece.size(0)).copy_(piece);
      });
      at_ += numbers;
    }
  }

  /// Adds sum_b factors[b][p] gradient_bp to sums[p].
  void add_weighted(const at::Tensor& factors, const std::vector<at::Tensor>& sums) const {
    const at::NoGradGuard without_graph;
    for (std::size_t p = 0; p < uses_of_.size(); ++p)
      for (const auto& [rule, c] : uses_of_[p]) {
        const at::Tensor &gradient = gradients_[c], of_parameter = factors.select(1, index(p));
        at::Tensor sum = sums[p];
        sum.add_(std::visit([&](const auto& of) { return of.weighted_sum(gradient, of_parameter); }, *rule)
                     .reshape(sum.sizes()));
      }
  }

 private:
  struct placed_use {
    const use_rule* rule;
    std::size_t call;
  };

  [[nodiscard]] static std::int64_t index(std::size_t p) { return static_cast<std::int64_t>(p); }

  [[nodiscard]] at::Tensor empty_result() const {
    return at::zeros({examples_, index(uses_of_.size())},
                     parameters_[0].options().dtype(at::kDouble).requires_grad(false));
  }

  // The gradients of parameter p, a few examples at a time; of a parameter that is used more than once, their sum.
  template <class Use>
  void for_each_piece(std::size_t p, const Use& use) const {
    if (uses_of_[p].empty()) return;
    const std::int64_t most = std::max<std::int64_t>(
        1, numbers_at_once(parameters_[p], std::int64_t{1} << 20) / std::max<std::int64_t>(1, parameters_[p].numel()));
    for (std::int64_t first = 0; first < examples_; first += most) {
      const std::int64_t count = std::min(most, examples_ - first);
      at::Tensor sum;
      for (const auto& [rule, c] : uses_of_[p]) {
        const at::Tensor& gradient = gradients_[c];
        const at::Tensor one =
            std::visit([&](const auto& of) { return of.per_example(gradient, first, count); }, *rule);
        sum = sum.defined() ? sum + one : one;
      }
      use(first, sum);
    }
  }

  const parameter_set& parameters_;
  std::int64_t examples_;
  std::vector<std::vector<placed_use>> uses_of_;
  ::torch::autograd::variable_list gradients_;
};

}  // namespace telltale::detail
