// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/detail/lazily.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/membership.hpp>

namespace telltale {

/// What holds the coefficients of a regression back. A policy names itself and gives the `weight` of half their squared
/// norm, the intercept left out.
namespace ridge {

/// Nothing: the maximum-likelihood fit, which separable records and collinear inputs do not have.
struct none {
  static constexpr std::string_view name = "none";
  static constexpr double weight = 0;
};

/// weight / 2 times the squared norm of the coefficients of the standardised inputs, beside the *sum* of the records'
/// losses: scikit-learn's C is 1 / weight, and its default 1.
struct squared {
  static constexpr std::string_view name = "squared";
  double weight = 1;
};

}  // namespace ridge

/// Models that learn to tell members from non-members.
namespace learner {

/// A fitted logistic regression: log-odds = intercept + <coefficients, inputs>.
class fitted_logistic_regression {
 public:
  /// From the intercept and the coefficients, the number of Newton steps, and what is left of the gradient.
  fitted_logistic_regression(Eigen::VectorXd solution, std::size_t iterations, double gradient)
      : solution_(std::move(solution)), iterations_(iterations), gradient_(gradient) {}

  /// Log-odds at the mean of the labelled records.
  [[nodiscard]] double intercept() const { return solution_[0]; }
  /// Of the standardised inputs.
  [[nodiscard]] std::span<const double> coefficients() const {
    return {solution_.data() + 1, static_cast<std::size_t>(solution_.size()) - 1};
  }
  /// Newton steps that were made.
  [[nodiscard]] std::size_t iterations() const noexcept { return iterations_; }
  /// The largest partial derivative of the objective at the solution, by size: what is left of the exact conditions.
  [[nodiscard]] double gradient() const noexcept { return gradient_; }

  /// Log-odds of membership of each row of standardised inputs. Cost: one multiply-add a value.
  void log_odds(std::span<const double> inputs, std::span<double> out) const {
    const std::span<const double> w = coefficients();
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = intercept();
      for (std::size_t d = 0; d < w.size(); ++d) out[i] += w[d] * inputs[i * w.size() + d];
    }
  }

 private:
  Eigen::VectorXd solution_;
  std::size_t iterations_;
  double gradient_;
};

/// Logistic regression by iteratively reweighted least squares: Newton's method on
///   sum_i log(1 + e^(-s_i f(x_i))) + weight / 2 |w|^2,   f(x) = b + <w, x>,   s_i = 1 for members and -1 for others,
/// a step being halved while it does not lower the objective. It ends when the largest change of a coefficient is below
/// 1e-9 of the largest coefficient (of 1 if that is smaller); the next step would be its square.
///
/// Cost: O(n d^2 + d^3) an iteration, mostly fewer than ten.
template <class Ridge = ridge::none>
struct logistic_regression {
  static constexpr std::string_view name = "logistic regression";

  [[no_unique_address]] Ridge ridge{};  ///< what holds the coefficients back
  std::size_t most_iterations = 60;     ///< Newton steps at most

  /// Fits standardised inputs, row by row. Throws `argument_error` if the weight is negative or not finite, and if
  /// there is no solution to come to: inputs that are collinear, or records that are separable, without a ridge.
  [[nodiscard]] fitted_logistic_regression fit(std::span<const double> inputs,
                                               std::span<const membership> member) const {
    if (!(ridge.weight >= 0 && std::isfinite(ridge.weight)))
      detail::refuse(function, "ridge",
                     "is " + std::to_string(ridge.weight) + "; wanted a finite number of at least 0");
    using column = detail::lazily<Eigen::VectorXd, Ridge>;
    using array = detail::lazily<Eigen::ArrayXd, Ridge>;
    using matrix = detail::lazily<Eigen::MatrixXd, Ridge>;
    using solver = detail::lazily<Eigen::LDLT<Eigen::MatrixXd>, Ridge>;
    using rows =
        detail::lazily<Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>, Ridge>;
    const auto records = static_cast<Eigen::Index>(member.size());
    const Eigen::Index width = static_cast<Eigen::Index>(inputs.size()) / records;
    matrix x(records, width + 1);
    x.col(0).setOnes();
    x.rightCols(width) = rows(inputs.data(), records, width);
    column sign(records), held = column::Constant(width + 1, ridge.weight);
    for (Eigen::Index i = 0; i < records; ++i) sign[i] = member[static_cast<std::size_t>(i)] == membership::in ? 1 : -1;
    held[0] = 0;

    column solution = column::Zero(width + 1), margin = column::Zero(records);
    const auto objective = [&](const column& at, const column& margins) {
      double sum = at.cwiseAbs2().dot(held) / 2;
      for (const double m : margins) sum += m > 0 ? std::log1p(std::exp(-m)) : std::log1p(std::exp(m)) - m;
      return sum;
    };
    double value = objective(solution, margin);
    for (std::size_t iteration = 1; iteration <= most_iterations; ++iteration) {
      // 1 / (1 + e^margin): how much of a record is still unexplained.
      const array wrong = (1 + margin.array().exp()).inverse();
      const column gradient = held.cwiseProduct(solution) - x.transpose() * (sign.array() * wrong).matrix();
      matrix information = x.transpose() * (wrong * (1 - wrong)).matrix().asDiagonal() * x;
      information.diagonal() += held;
      const solver factor(information);
      const column pivots = factor.vectorD();
      if (!(pivots.minCoeff() > 1e-13 * pivots.maxCoeff())) refuse_singular(iteration);
      const column step = -factor.solve(gradient);
      double share = 1;
      for (int halving = 0;; ++halving, share /= 2) {
        const column there = solution + share * step;
        const column margins = (sign.array() * (x * there).array()).matrix();
        const double there_value = objective(there, margins);
        // Where the objective is flat to rounding, its rounding must not stop the last steps.
        if (!(there_value <= value * (1 + 1e-12)) && halving < 30) continue;
        solution = there;
        margin = margins;
        value = there_value;
        break;
      }
      if (step.cwiseAbs().maxCoeff() <= 1e-9 * std::max(1.0, solution.cwiseAbs().maxCoeff())) {
        const array left = (1 + margin.array().exp()).inverse();
        const column rest = held.cwiseProduct(solution) - x.transpose() * (sign.array() * left).matrix();
        return {std::move(solution), iteration, rest.cwiseAbs().maxCoeff()};
      }
    }
    detail::refuse(function, argument,
                   "give no fit within " + std::to_string(most_iterations) +
                       " iterations: members and non-members may be separable, which has no solution without "
                       "ridge::squared");
  }

 private:
  static constexpr std::string_view function = "logistic_regression", argument = "labelled records";

  [[noreturn]] [[gnu::cold]] static void refuse_singular(std::size_t iteration) {
    detail::refuse(function, argument,
                   "give no fit, the information being singular in iteration " + std::to_string(iteration) +
                       ": their values are collinear, or members and non-members separable; accepted with "
                       "ridge::squared");
  }
};

}  // namespace learner
}  // namespace telltale
