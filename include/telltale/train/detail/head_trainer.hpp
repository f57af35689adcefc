// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <telltale/train/data.hpp>
#include <telltale/train/detail/head_loss.hpp>
#include <telltale/train/detail/layers.hpp>
#include <telltale/train/detail/pool_curvature.hpp>
#include <telltale/train/detail/wide_rows.hpp>
#include <telltale/train/recipe.hpp>
#include <telltale/train/trained.hpp>

namespace telltale::train::detail {

/// Trains one linear head at a time to the minimum of its penalised loss, see quasi_newton. One per thread.
template <class Scalar>
class head_trainer {
 public:
  head_trainer(const dataset_view<Scalar>& data, const network_shape& shape, const recipe& chosen,
               const pool_curvature<Scalar>& curvature)
      : data_(data), shape_(shape), recipe_(chosen), curvature_(curvature) {}

  trained<Scalar> operator()(std::span<const std::uint8_t> keep, std::size_t model) {
    start(keep);
    std::size_t step = 0;
    bool reached = is_close_enough(model, step);
    while (!reached && step < recipe_.epochs && descend()) reached = is_close_enough(model, ++step);
    // The logits were moved along with the parameters; what is reported is of the parameters.
    x_.multiply(parameters_, loss_.logits());
    loss_.logits_are_new();
    const double loss = loss_.at(0).loss;
    return {basic_network<Scalar>(shape_, row_major_parameters()),
            static_cast<double>(loss_.correct()) / static_cast<double>(loss_.records()),
            loss,
            step,
            reached,
            static_cast<double>(gradient_.norm())};
  }

 private:
  struct update {
    class_columns<Scalar> step, change;  ///< of the parameters, and of the gradient
    double inverse = 0;                  ///< 1 / <step, change>
  };

  void start(std::span<const std::uint8_t> keep) {
    std::vector<std::size_t> own;
    std::vector<int> labels;
    for (std::size_t i = 0; i < keep.size(); ++i)
      if (keep[i]) {
        own.push_back(i);
        labels.push_back(data_.labels()[i]);
      }
    x_.gather(data_.features(), own.size(), [&](std::size_t r) { return own[r]; });
    loss_.start(std::move(labels), shape_.classes());
    parameters_.setZero(as_index(x_.stride()), as_index(shape_.classes()));
    remembered_ = 0;
    objective_ = loss_.at(0).loss;
    spread_ = loss_.spread();
    gradient_.setZero(parameters_.rows(), parameters_.cols());
    x_.add_transposed(loss_.residuals(), gradient_);
  }

  [[nodiscard]] bool is_close_enough(std::size_t model, std::size_t step) const {
    const double square = static_cast<double>(gradient_.squaredNorm());
    check_converges(objective_ + square, model, step);
    return square <= 2 * recipe_.weight_decay * std::get<quasi_newton>(recipe_.optimiser).tolerance * objective_;
  }

  // One step; false where rounding leaves no way down.
  bool descend() {
    if (move_along_direction()) return true;
    if (remembered_ == 0) return false;
    remembered_ = 0;
    return move_along_direction();
  }

  bool move_along_direction() {
    set_direction();
    const double slope = dot(gradient_, direction_);
    if (!(slope < 0)) return false;
    x_.multiply(direction_, loss_.direction());
    loss_.direction_is_new();
    const std::optional<double> length = search(slope);
    if (!length) return false;
    update& latest = history_[newest_ = (newest_ + 1) % history_.size()];
    latest.step = static_cast<Scalar>(*length) * direction_;
    parameters_ += latest.step;
    loss_.move(*length);
    spread_ = loss_.spread();
    latest.change.swap(gradient_);
    gradient_ = static_cast<Scalar>(recipe_.weight_decay) * parameters_;
    x_.add_transposed(loss_.residuals(), gradient_);
    latest.change = gradient_ - latest.change;
    const double curvature = dot(latest.step, latest.change);
    remembered_ = curvature > 0 ? std::min(remembered_ + 1, history_.size()) : 0;
    latest.inverse = 1 / curvature;
    return true;
  }

  // -H gradient, H the inverse Hessian that the pool's curvature and the latest steps suggest.
  void set_direction() {
    direction_ = -gradient_;
    std::array<double, memory> shares{};
    for (std::size_t k = 0; k < remembered_; ++k) {
      const update& past = history_[(newest_ + memory - k) % memory];
      shares[k] = past.inverse * dot(past.step, direction_);
      direction_ -= static_cast<Scalar>(shares[k]) * past.change;
    }
    curvature_.precondition(spread_, recipe_.weight_decay, direction_);
    for (std::size_t k = remembered_; k-- > 0;) {
      const update& past = history_[(newest_ + memory - k) % memory];
      direction_ += static_cast<Scalar>(shares[k] - past.inverse * dot(past.change, direction_)) * past.step;
    }
  }

  // A step length with at most 0.3 of the slope left, by Newton's method kept inside a bracket, from 1.
  std::optional<double> search(double slope) {
    const double decay = recipe_.weight_decay;
    const double square = dot(parameters_, parameters_), mixed = dot(parameters_, direction_),
                 own = dot(direction_, direction_);
    const double rounding = 10 * static_cast<double>(std::numeric_limits<Scalar>::epsilon()) * objective_;
    double low = 0, high = std::numeric_limits<double>::infinity(), t = 1;
    for (int trial = 0; trial < 20; ++trial) {
      const auto point = loss_.at(t);
      const double objective = point.loss + decay / 2 * (square + t * (2 * mixed + t * own)),
                   left = point.slope + decay * (mixed + t * own);
      const bool is_lower = objective <= objective_ + rounding;
      if (is_lower && std::abs(left) <= -0.3 * slope) {
        objective_ = objective;
        return t;
      }
      (is_lower && left < 0 ? low : high) = t;
      const double newton = t - left / (point.curvature + decay * own);
      if (newton > low && newton < high)
        t = newton;
      else
        t = high < std::numeric_limits<double>::infinity() ? (low + high) / 2 : 2 * t;
    }
    return std::nullopt;
  }

  [[nodiscard]] static double dot(const class_columns<Scalar>& a, const class_columns<Scalar>& b) {
    return static_cast<double>(a.cwiseProduct(b).sum());
  }

  [[nodiscard]] std::vector<Scalar> row_major_parameters() const {
    std::vector<Scalar> out(shape_.parameters());
    const std::size_t classes = shape_.classes();
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = parameters_(as_index(i / classes), as_index(i % classes));
    return out;
  }

  static constexpr std::size_t memory = 2;

  const dataset_view<Scalar>& data_;
  const network_shape& shape_;
  const recipe& recipe_;
  const pool_curvature<Scalar>& curvature_;
  wide_rows<Scalar> x_;
  head_loss<Scalar> loss_;
  class_columns<Scalar> parameters_, gradient_, direction_;
  std::array<update, memory> history_;
  std::size_t newest_ = 0, remembered_ = 0;
  double objective_ = 0, spread_ = 0;
};

}  // namespace telltale::train::detail
