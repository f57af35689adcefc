// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/gradients/losses.hpp>
#include <telltale/torch/gradients/per_example_gradients.hpp>
#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/model/evaluation_mode.hpp>
#include <telltale/torch/model/trainable_parameters.hpp>

namespace telltale {

/// How the gradients of a model are asked for.
struct gradient_asking {
  std::size_t batch_size = 64;           ///< examples at a time; memory grows with it, gradients do not change
  std::vector<at::Tensor> parameters{};  ///< those whose gradients count; empty: all that can be trained
  std::function<void(std::size_t done, std::size_t total)> progress = nullptr;  ///< records, after every batch
};

/// The gradients of a model's loss at each record, of which norms are given on demand.
///
/// Threat model: white box; the adversary has the parameters and computes what training would have done with the
/// record. In evaluation mode, so that nothing random enters. The model is any `TensorModel` whose parameters are
/// known: a torch::nn module, a `script_model`, or a callable with `gradient_asking::parameters`. `route()` says
/// whether the gradients were come by without forming them. Shapes: inputs records x whatever the model takes, truth
/// one class per record. The model and the inputs are shared, not copied, and batches go to the parameters' device.
/// Cost and what is thrown: those of `per_example_gradients`.
template <TensorModel Model, ExampleLoss Loss = example_loss::cross_entropy>
class model_gradients {
 public:
  static constexpr std::string_view name = "gradients of a model";
  static constexpr access_to reveals = access_to::parameters;
  using backend = libtorch;

  /// Takes the parameters from the model where `how` names none. `truth` must outlive this. Throws argument_error for
  /// no record, another number of labels than records, a batch size of 0, and a model without a parameter that
  /// requires a gradient.
  model_gradients(Model model, at::Tensor inputs, std::span<const int> truth, gradient_asking how = {}, Loss loss = {})
      : model_(std::make_shared<Model>(std::move(model))),
        inputs_(std::move(inputs)),
        truth_(truth),
        how_(std::move(how)) {
    if (!inputs_.defined() || inputs_.dim() == 0) detail::refuse(function, "inputs", "hold no record");
    detail::check_size(function, "truth", truth.size(), static_cast<std::size_t>(inputs_.size(0)));
    if (how_.batch_size == 0) detail::refuse(function, "batch_size", "is 0; wanted at least 1");
    if constexpr (requires { detail::trainable_parameters(*model_); })
      if (how_.parameters.empty()) how_.parameters = detail::trainable_parameters(*model_);
    if (how_.parameters.empty())
      detail::refuse(function, "model", "has no parameter that requires a gradient; name them in gradient_asking");
    engine_ = std::make_shared<per_example_gradients>(
        how_.parameters, [held = model_, loss](const at::Tensor& batch, const at::Tensor& targets) {
          return loss(ask(*held, batch), targets);
        });
  }

  [[nodiscard]] std::size_t subjects() const noexcept { return truth_.size(); }
  [[nodiscard]] std::span<const int> host_labels() const noexcept { return truth_; }
  [[nodiscard]] const gradient_route& route() const noexcept { return engine_->route(); }

  /// |g|_2^2 of each record.
  void squared_norms(std::span<double> out) const {
    for_each_batch(out, [&](const at::Tensor& inputs, const at::Tensor& targets) {
      return engine_->squared_norms(inputs, targets).sum(1);
    });
  }

  /// |g|_p of each record, p >= 1 or infinite. Throws argument_error for another p.
  void norms(double p, std::span<double> out) const {
    if (!(p >= 1)) detail::refuse(function, "p", "is " + std::to_string(p) + "; wanted at least 1, or infinity");
    for_each_batch(out, [&](const at::Tensor& inputs, const at::Tensor& targets) {
      const at::Tensor powers = engine_->powers(inputs, targets, p);
      return std::isinf(p) ? powers.amax(1) : powers.sum(1).pow(1 / p);
    });
  }

  /// The gradients themselves, records x all parameters side by side: what attacks on an update whiten. Each number is
  /// kept, so choose few parameters.
  void gradients(std::span<double> out) const {
    for_each_batch(
        out, [&](const at::Tensor& inputs, const at::Tensor& targets) { return engine_->gradients(inputs, targets); });
  }

  /// How many numbers a gradient has.
  [[nodiscard]] std::size_t dimensions() const {
    std::int64_t numbers = 0;
    for (const at::Tensor& parameter : how_.parameters) numbers += parameter.numel();
    return static_cast<std::size_t>(numbers);
  }

 private:
  static constexpr std::string_view function = "model_gradients";

  template <class Rows>
  void for_each_batch(std::span<double> out, const Rows& rows_of) const {
    const evaluation_mode evaluating(*model_);
    const std::size_t width = out.size() / std::max<std::size_t>(1, subjects());
    if (width == 0 || out.size() != subjects() * width) detail::refuse_size(function, "out", out.size(), subjects());
    const at::Device device = how_.parameters.front().device();
    for (std::size_t first = 0; first < subjects(); first += how_.batch_size) {
      const std::size_t count = std::min(how_.batch_size, subjects() - first);
      const at::Tensor inputs =
          inputs_.narrow(0, static_cast<std::int64_t>(first), static_cast<std::int64_t>(count)).to(device);
      const at::Tensor targets = detail::label_tensor(truth_.subspan(first, count)).to(device);
      const at::Tensor rows = rows_of(inputs, targets);
      detail::check_size(function, "out", width, static_cast<std::size_t>(rows.numel()) / count);
      if (!libtorch::copy(rows, out.subspan(first * width, count * width)))
        detail::refuse(function, "model",
                       "has a gradient that is not finite, of a record from " + std::to_string(first) + " on");
      if (how_.progress) how_.progress(first + count, subjects());
    }
  }

  std::shared_ptr<Model> model_;
  at::Tensor inputs_;
  std::span<const int> truth_;
  gradient_asking how_;
  std::shared_ptr<per_example_gradients> engine_;
};

}  // namespace telltale
