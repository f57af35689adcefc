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

#include <telltale/core/detail/lazily.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/false_positive_rate.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/tail.hpp>

namespace telltale::conditional {

/// A Gaussian of which the mean and the logarithm of the deviation are linear in the features.
class fitted_linear_gaussian {
 public:
  /// From the coefficients of both, the cut, and how many iterations it took.
  fitted_linear_gaussian(Eigen::VectorXd mean, Eigen::VectorXd log_deviation, double cut, std::size_t iterations)
      : mean_(std::move(mean)), log_deviation_(std::move(log_deviation)), cut_(cut), iterations_(iterations) {}

  /// -log P(a non-member with these features scores at least t).
  [[nodiscard]] double evidence(double score, std::span<const double> features, double) const {
    double mean = mean_[0], log_deviation = log_deviation_[0];
    for (std::size_t d = 0; d < features.size(); ++d) {
      mean += mean_[static_cast<Eigen::Index>(d) + 1] * features[d];
      log_deviation += log_deviation_[static_cast<Eigen::Index>(d) + 1] * features[d];
    }
    return minus_log_survival((score - mean) * std::exp(-log_deviation));
  }
  [[nodiscard]] double cut() const noexcept { return cut_; }

  /// Coefficients of the mean, of the standardised score and features: the intercept first.
  [[nodiscard]] std::span<const double> mean() const { return of(mean_); }
  /// Coefficients of the logarithm of the deviation, likewise.
  [[nodiscard]] std::span<const double> log_deviation() const { return of(log_deviation_); }
  /// How many turns the likelihood was climbed by.
  [[nodiscard]] std::size_t iterations() const noexcept { return iterations_; }

 private:
  [[nodiscard]] static std::span<const double> of(const Eigen::VectorXd& v) {
    return {v.data(), static_cast<std::size_t>(v.size())};
  }

  Eigen::VectorXd mean_, log_deviation_;
  double cut_;
  std::size_t iterations_;
};

/// Mean and log deviation linear in the features, by maximum likelihood: E = -log(1 - Phi((t - m(x)) / s(x))).
///
/// The quantile of every level is m(x) + s(x) Phi^-1(level), so that one fit serves every rate: with `fpr` set the cut
/// is -log fpr, otherwise the rule ranks only. The likelihood is climbed by turns: the mean by weighted least squares,
/// the log deviation by Newton's method; it ends when no coefficient moves by more than 1e-9.
struct linear_gaussian {
  static constexpr std::string_view name = "linear Gaussian regression";

  /// The false positive rate that the verdict aims at, in (0, 1).
  double fpr = no_rate;

  /// Throws `argument_error` if `fpr` is no rate, or if the likelihood has no maximum to come to: features are
  /// collinear, or predict the scores of some records exactly.
  template <class Matrix>
  [[nodiscard]] fitted_linear_gaussian fit(const Eigen::VectorXd& scores, const Matrix& features) const {
    using column = detail::lazily<Eigen::VectorXd, Matrix>;
    using array = detail::lazily<Eigen::ArrayXd, Matrix>;
    using solver = detail::lazily<Eigen::LDLT<Eigen::MatrixXd>, Matrix>;
    detail::check_rate(function, fpr);
    column spread = column::Zero(features.cols()), mean = spread;
    for (std::size_t iteration = 1; iteration <= most_iterations; ++iteration) {
      const array weight = (-2 * (features * spread).array()).exp();
      const column mean_now = solver(features.transpose() * weight.matrix().asDiagonal() * features)
                                  .solve(features.transpose() * (weight * scores.array()).matrix());
      const array squares = (scores - features * mean_now).array().square();
      const column spread_now = newton(squares, features, spread);
      const double moved =
          std::max((mean_now - mean).cwiseAbs().maxCoeff(), (spread_now - spread).cwiseAbs().maxCoeff());
      mean = mean_now;
      spread = spread_now;
      if (!std::isfinite(moved) || (features * spread).minCoeff() < least_log_deviation) break;
      if (moved <= 1e-9)
        return {std::move(mean), std::move(spread), fpr == no_rate ? ranking_only : -std::log(fpr), iteration};
    }
    detail::refuse(function, "population",
                   "gives no Gaussian fit: the features predict some scores exactly, or there are too few records");
  }

 private:
  static constexpr std::string_view function = "quantile_regression";
  static constexpr std::size_t most_iterations = 500;
  static constexpr double least_log_deviation = -18;  // of a standardised score: 1.5e-8 of its deviation

  // Minimises the convex sum of f + squares / 2 e^(-2f), f = <x, c>, halving steps that do not lower it.
  template <class Matrix>
  [[nodiscard]] static detail::lazily<Eigen::VectorXd, Matrix> newton(
      const detail::lazily<Eigen::ArrayXd, Matrix>& squares, const Matrix& features,
      detail::lazily<Eigen::VectorXd, Matrix> at) {
    using column = detail::lazily<Eigen::VectorXd, Matrix>;
    using array = detail::lazily<Eigen::ArrayXd, Matrix>;
    using solver = detail::lazily<Eigen::LDLT<Eigen::MatrixXd>, Matrix>;
    const auto objective = [&](const column& c) {
      const array f = features * c;
      return (f + squares / 2 * (-2 * f).exp()).sum();
    };
    double value = objective(at);
    for (int iteration = 0; iteration < 50; ++iteration) {
      const array share = squares * (-2 * (features * at).array()).exp();
      const column gradient = features.transpose() * (1 - share).matrix();
      const column step = -solver(2 * features.transpose() * share.matrix().asDiagonal() * features).solve(gradient);
      double part = 1;
      for (int halving = 0; halving < 30; ++halving, part /= 2)
        if (objective(at + part * step) <= value + 1e-12 * std::abs(value)) break;
      at += part * step;
      value = objective(at);
      if (!(step.cwiseAbs().maxCoeff() > 1e-10)) break;
    }
    return at;
  }
};

}  // namespace telltale::conditional
