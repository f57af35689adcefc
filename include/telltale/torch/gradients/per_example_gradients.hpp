// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/gradients/tape.hpp>
#include <telltale/torch/gradients/taped_batch.hpp>

namespace telltale {

/// How the gradients of single examples were come by.
struct gradient_route {
  bool ghost = true;      ///< from the batch, without forming them; false: example by example
  std::string why_not{};  ///< what has no rule, in the words of a message; empty with `ghost`
};

/// Gradients of the losses of single examples, of any ordinary model: norms, clipped sums, or the gradients themselves.
///
/// The batch goes through the model once and back once. An observer of LibTorch's dispatcher notes how every
/// operator uses the parameters (Linear on vectors and sequences, convolutions of one and two dimensions with
/// stride, padding, dilation and groups, embeddings, layer, group, instance and frozen batch normalisation, sums
/// and products with a parameter; a parameter that is used several times included), and each gradient's norm
/// follows from the operator's input and its output's gradient. The first batch is checked: the two of its examples
/// with the largest gradients are done again one by one. Where an operator has no rule or the check fails, all are
/// done one by one, and `route()` says why.
/// Formula: g_b = grad_theta loss_b. Arithmetic in the model's precision, sums of squares in double.
/// Cost: the forward pass, the backward pass to the operators' outputs, and about the work of the parameters'
/// gradients; one by one, a forward and a backward pass an example. Memory beyond a plain step: the gradients of the
/// operators' outputs, and a megabyte or two (on a GPU, which wants long blocks, up to half a gigabyte). Not for two
/// threads at a time on one model. Throws argument_error for parameters that require no gradient, for losses that are
/// not one finite number for each example, for gradients to be scaled whose norm is not finite, and for BatchNorm in
/// training mode, which leaves no example a gradient of its own.
/// Reference: Goodfellow 2015; Li, Tramer, Liang and Hashimoto 2022, "Large language models can be strong
/// differentially private learners" (ghost clipping); Bu, Wang, Zha and Karypis 2023, "Differentially private
/// optimization on large model at small cost" (one pass).
class per_example_gradients {
 public:
  /// The losses of a batch, one for each example, from inputs and targets.
  using losses_of_batch = std::function<at::Tensor(const at::Tensor& inputs, const at::Tensor& targets)>;

  /// The gradients are those in `parameters`, which `losses_of` must use.
  per_example_gradients(std::vector<at::Tensor> parameters, losses_of_batch losses_of)
      : parameters_(std::move(parameters)), losses_of_(std::move(losses_of)) {}

  /// The parameters, in the order of columns and sums.
  [[nodiscard]] const std::vector<at::Tensor>& parameters() const noexcept { return parameters_.all(); }

  /// How the gradients of the last batch were come by; of none yet, how they are tried.
  [[nodiscard]] const gradient_route& route() const noexcept { return route_; }

  /// |g_b restricted to parameter p|^2: examples x parameters, float64, where the parameters are.
  [[nodiscard]] at::Tensor squared_norms(const at::Tensor& inputs, const at::Tensor& targets) {
    return visit(
        inputs, targets, [](const detail::taped_batch& batch, const at::Tensor&) { return batch.squared_norms(); },
        [](const std::vector<at::Tensor>& own) { return squares_of(own); });
  }

  /// sum |entry|^order of g_b restricted to parameter p; the largest |entry| where the order is infinite. The gradients
  /// are formed, a few at a time.
  [[nodiscard]] at::Tensor powers(const at::Tensor& inputs, const at::Tensor& targets, double order) {
    return visit(
        inputs, targets, [&](const detail::taped_batch& batch, const at::Tensor&) { return batch.powers(order); },
        [&](const std::vector<at::Tensor>& own) { return powers_of(own, order); });
  }

  /// The gradients themselves, examples x all parameters side by side, flattened.
  [[nodiscard]] at::Tensor gradients(const at::Tensor& inputs, const at::Tensor& targets) {
    std::int64_t numbers = 0;
    for (const at::Tensor& parameter : parameters_.all()) numbers += parameter.numel();
    return visit(
        inputs, targets,
        [&](const detail::taped_batch& batch, const at::Tensor& losses) {
          at::Tensor all = at::empty({losses.size(0), numbers}, parameters_[0].options().requires_grad(false));
          batch.write_gradients(all);
          return all;
        },
        [](const std::vector<at::Tensor>& own) {
          std::vector<at::Tensor> flat;
          for (const at::Tensor& each : own) flat.push_back(each.reshape({1, -1}));
          return at::cat(flat, 1);
        });
  }

  /// Adds sum_b f_bp g_bp to sums[p], where f = `factors_of`(squared norms, examples x parameters), and returns the
  /// squared norms. Each example's gradient is scaled as a whole before it is added to any other.
  template <class Factors>
  at::Tensor add_scaled(const at::Tensor& inputs, const at::Tensor& targets, const Factors& factors_of,
                        const std::vector<at::Tensor>& sums) {
    return visit(
        inputs, targets,
        [&](const detail::taped_batch& batch, const at::Tensor&) {
          const at::Tensor squares = finite(batch.squared_norms());
          batch.add_weighted(factors_of(squares), sums);
          return squares;
        },
        [&](const std::vector<at::Tensor>& own) {
          const at::Tensor squares = finite(squares_of(own)), factors = factors_of(squares);
          const at::NoGradGuard without_graph;
          for (std::size_t p = 0; p < own.size(); ++p)
            at::Tensor(sums[p]).add_(own[p] * factors.select(1, static_cast<std::int64_t>(p)).to(own[p].scalar_type()));
          return squares;
        });
  }

 private:
  // Goes through the batch by the tape, or example by example where that does not do: `of_one` makes of the gradients
  // of a single example the row that `of_batch` makes of each.
  template <class OfBatch, class OfOne>
  at::Tensor visit(const at::Tensor& inputs, const at::Tensor& targets, const OfBatch& of_batch, const OfOne& of_one) {
    if (inputs.size(0) != targets.size(0))
      detail::refuse("per_example_gradients", "targets",
                     "are " + std::to_string(targets.size(0)) + "; wanted one for each of the " +
                         std::to_string(inputs.size(0)) + " inputs");
    if (inputs.size(0) == 0) detail::refuse("per_example_gradients", "inputs", "hold no example");
    const at::AutoGradMode with_graph(true);
    if (route_.ghost) {
      detail::tape watched(parameters_, inputs.size(0));
      const at::Tensor losses = checked(losses_of_(inputs, targets), inputs.size(0));
      watched.finish();
      if (!watched.why_not().empty()) {
        route_ = {false, watched.why_not()};
      } else {
        const detail::taped_batch batch(parameters_, watched.calls(), losses);
        if (verified_ || verify(batch, inputs, targets)) return of_batch(batch, losses);
      }
    }
    std::vector<at::Tensor> rows;
    for (std::int64_t b = 0; b < inputs.size(0); ++b) rows.push_back(of_one(gradients_of_one(inputs, targets, b)));
    return at::cat(rows);
  }

  [[nodiscard]] static at::Tensor checked(at::Tensor losses, std::int64_t examples) {
    if (losses.dim() != 1 || losses.size(0) != examples)
      detail::refuse("per_example_gradients", "loss",
                     "has the shape " + detail::shape_text(losses) + "; wanted one number for each of the " +
                         std::to_string(examples) + " examples");
    const at::Tensor finite = at::isfinite(losses);
    if (!finite.all().item<bool>())
      detail::refuse("per_example_gradients", "loss",
                     "of example " + std::to_string(at::logical_not(finite).nonzero()[0][0].item<std::int64_t>()) +
                         " is not finite");
    return losses;
  }

  // One that overflows would make every sum that it enters NaN, whatever it is scaled by.
  [[nodiscard]] static at::Tensor finite(at::Tensor squares) {
    if (!at::isfinite(squares).all().item<bool>())
      detail::refuse("per_example_gradients", "model", "has a gradient whose norm is not finite");
    return squares;
  }

  [[nodiscard]] std::vector<at::Tensor> gradients_of_one(const at::Tensor& inputs, const at::Tensor& targets,
                                                         std::int64_t b) const {
    const at::Tensor loss = checked(losses_of_(inputs.narrow(0, b, 1), targets.narrow(0, b, 1)), 1);
    std::vector<at::Tensor> own = ::torch::autograd::grad({loss}, parameters_.all(), {}, {}, false, true);
    for (std::size_t p = 0; p < own.size(); ++p)
      if (!own[p].defined()) own[p] = at::zeros_like(parameters_[p]);
    return own;
  }

  [[nodiscard]] static at::Tensor squares_of(const std::vector<at::Tensor>& own) {
    std::vector<at::Tensor> each;
    for (const at::Tensor& gradient : own) each.push_back((gradient * gradient).sum(at::kDouble));
    return at::stack(each).unsqueeze(0);
  }

  [[nodiscard]] static at::Tensor powers_of(const std::vector<at::Tensor>& own, double order) {
    std::vector<at::Tensor> each;
    for (const at::Tensor& gradient : own) {
      const at::Tensor entries = gradient.abs().to(at::kDouble);
      each.push_back(std::isinf(order) ? entries.amax() : entries.pow(order).sum());
    }
    return at::stack(each).unsqueeze(0);
  }

  // Examples that mix in the batch, and a rule that is wrong for a use nobody thought of, show here. The two with the
  // largest gradients are done again: of a tiny one rounding leaves few digits. A model that draws random numbers
  // (dropout) differs from itself and cannot be checked.
  bool verify(const detail::taped_batch& batch, const at::Tensor& inputs, const at::Tensor& targets) {
    const at::Tensor all = batch.squared_norms().sum(1).cpu(),
                     largest = std::get<1>(all.topk(std::min<std::int64_t>(2, all.size(0))));
    // In float32 a GPU convolves by ten bits unless told otherwise; norms were then seen to be wrong by up to 0.5 %.
    const double slack = parameters_[0].scalar_type() == at::kDouble ? 1e-8 : parameters_[0].is_cpu() ? 1e-3 : 1e-2;
    for (std::int64_t i = 0; i < largest.size(0); ++i) {
      const auto b = largest[i].item<std::int64_t>();
      const double alone = squares_of(gradients_of_one(inputs, targets, b)).sum().item<double>(),
                   again = squares_of(gradients_of_one(inputs, targets, b)).sum().item<double>(),
                   in_batch = all[b].item<double>();
      if (std::abs(alone - in_batch) <= slack * std::max(alone, 1e-12) || alone != again) continue;
      route_ = {false,
                "example " + std::to_string(b) +
                    " has another gradient in its batch than alone: examples mix, or the first extent is not theirs"};
      return false;
    }
    return verified_ = true;
  }

  detail::parameter_set parameters_;
  losses_of_batch losses_of_;
  gradient_route route_;
  bool verified_ = false;
};

}  // namespace telltale
