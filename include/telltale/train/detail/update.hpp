// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <type_traits>
#include <variant>

#include <telltale/train/detail/layers.hpp>
#include <telltale/train/recipe.hpp>

namespace telltale::train::detail {

/// The optimiser's memory for one flat parameter array. A step is: add the gradient to `gradient()`, then `apply`.
///
/// For momentum SGD the gradient buffer is the velocity itself: it already holds momentum v + weight_decay theta, the
/// product x' delta is added by the matrix product, and one pass moves the parameters and prepares the next step.
template <class Scalar>
class optimiser_state {
 public:
  optimiser_state(const recipe& chosen, std::size_t parameters)
      : decay_(static_cast<Scalar>(chosen.weight_decay)), chosen_(chosen.optimiser), gradient_(as_index(parameters)) {
    if (std::holds_alternative<adam>(chosen_)) {
      first_.resize(as_index(parameters));
      second_.resize(as_index(parameters));
    }
  }

  /// Forgets the past: before the first step of a model with these parameters.
  void reset(const scratch<Scalar>& parameters) {
    gradient_ = decay_ * parameters;
    first_.setZero();
    second_.setZero();
    steps_ = 0;
  }

  [[nodiscard]] Scalar* gradient() noexcept { return gradient_.data(); }

  void apply(scratch<Scalar>& parameters, double rate_factor) {
    ++steps_;
    if (const auto* sgd = std::get_if<momentum_sgd>(&chosen_))
      apply(*sgd, parameters, rate_factor);
    else
      apply(std::get<adam>(chosen_), parameters, rate_factor);
  }

 private:
  // Blocks that stay in the first-level cache between the statements.
  static constexpr Eigen::Index block = 1024;

  void apply(const momentum_sgd& sgd, scratch<Scalar>& parameters, double rate_factor) {
    const auto rate = static_cast<Scalar>(sgd.learning_rate * rate_factor),
               momentum = static_cast<Scalar>(sgd.momentum);
    for (Eigen::Index at = 0; at < parameters.size(); at += block) {
      const Eigen::Index count = std::min(block, parameters.size() - at);
      auto theta = parameters.segment(at, count);
      auto velocity = gradient_.segment(at, count);
      theta -= rate * velocity;
      if (decay_ == 0)
        velocity *= momentum;
      else
        velocity = momentum * velocity + decay_ * theta;
    }
  }

  void apply(const adam& a, scratch<Scalar>& parameters, double rate_factor) {
    const double unbias1 = 1 - std::pow(a.beta1, steps_), unbias2 = 1 - std::pow(a.beta2, steps_);
    const auto beta1 = static_cast<Scalar>(a.beta1), beta2 = static_cast<Scalar>(a.beta2);
    const auto rate = static_cast<Scalar>(a.learning_rate * rate_factor / unbias1);
    const auto root = static_cast<Scalar>(1 / std::sqrt(unbias2)), epsilon = static_cast<Scalar>(a.epsilon);
    for (Eigen::Index at = 0; at < parameters.size(); at += block) {
      const Eigen::Index count = std::min(block, parameters.size() - at);
      auto theta = parameters.segment(at, count);
      auto gradient = gradient_.segment(at, count);
      auto first = first_.segment(at, count);
      auto second = second_.segment(at, count);
      first = beta1 * first + (1 - beta1) * gradient;
      second = beta2 * second + (1 - beta2) * gradient.square();
      theta -= rate * first / (root * second.sqrt() + epsilon);
      gradient = decay_ * theta;
    }
  }

  Scalar decay_;
  decltype(recipe::optimiser) chosen_;
  scratch<Scalar> gradient_, first_, second_;
  int steps_ = 0;
};

}  // namespace telltale::train::detail
