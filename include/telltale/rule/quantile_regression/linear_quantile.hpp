// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <telltale/core/detail/lazily.hpp>
#include <telltale/core/error.hpp>
#include <telltale/rule/false_positive_rate.hpp>

namespace telltale {
namespace detail {

/// The coefficients b that minimise sum_i rho(y_i - <x_i, b>), rho(r) = r (level - [r < 0]), and how far their loss can
/// be above the least possible one, by duality.
struct pinball_fit {
  Eigen::VectorXd coefficients;
  double loss = 0, gap = 0;
  std::size_t iterations = 0;
};

[[nodiscard]] inline double pinball_loss(const Eigen::VectorXd& residual, double level) {
  double sum = 0;
  for (const double r : residual) sum += r * (r < 0 ? level - 1 : level);
  return sum;
}

/// Frisch-Newton: Mehrotra's predictor and corrector on the dual, max <y, a> with X'a = (1 - level) X'1 and 0 < a < 1,
/// started at its interior point a = 1 - level. Ends when the gap is below `most_gap`, or after 100 iterations with
/// whatever gap there is. Cost: O(n d^2) an iteration, some 20 of them.
///
/// Reference: Portnoy and Koenker 1997, "The Gaussian hare and the Laplacian tortoise", section 4.
// A template, so that including this compiles none of it.
template <std::same_as<double> Real = double>
[[nodiscard]] pinball_fit fit_pinball(const lazily<Eigen::MatrixXd, Real>& x, const lazily<Eigen::VectorXd, Real>& y,
                                      Real level, double most_gap) {
  using vector = lazily<Eigen::ArrayXd, Real>;
  using column = lazily<Eigen::VectorXd, Real>;
  using solver = lazily<Eigen::LDLT<Eigen::MatrixXd>, Real>;
  const Eigen::Index n = x.rows();
  constexpr double shrink = 0.9995;
  vector a = vector::Constant(n, 1 - level), s = 1 - a;
  // Signs as in a linear program that minimises <-y, a>: multipliers are minus the coefficients.
  column multipliers = -solver(x.transpose() * x).solve(x.transpose() * y);
  vector reduced = -y.array() - (x * multipliers).array();
  reduced += (reduced == 0).template cast<double>() * 1e-3;
  vector z = reduced.max(0.0), w = z - reduced;
  z += 1e-12;  // strictly inside; both moved alike, so that z - w stays
  w += 1e-12;
  const auto longest = [](const vector& at, const vector& step) {
    double most = 1e20;
    for (Eigen::Index i = 0; i < at.size(); ++i)
      if (step[i] < 0) most = std::min(most, -at[i] / step[i]);
    return most;
  };
  pinball_fit fit;
  for (fit.iterations = 0;; ++fit.iterations) {
    fit.coefficients = -multipliers;
    fit.loss = pinball_loss(y - x * fit.coefficients, level);
    fit.gap = fit.loss - y.dot((a - (1 - level)).matrix());
    if (fit.gap <= most_gap || fit.iterations == 100 || !std::isfinite(fit.gap)) return fit;
    const vector q = 1 / (z / a + w / s), r = z - w;
    const solver factor(x.transpose() * q.matrix().asDiagonal() * x);
    column step = factor.solve(x.transpose() * (q * r).matrix());
    vector da = q * ((x * step).array() - r), ds = -da, dz = -z * (1 + da / a), dw = -w * (1 + ds / s);
    double primal = std::min(1.0, shrink * std::min(longest(a, da), longest(s, ds)));
    double dual = std::min(1.0, shrink * std::min(longest(z, dz), longest(w, dw)));
    if (std::min(primal, dual) < 1) {
      const double mu_now = (z * a).sum() + (w * s).sum();
      const double mu_then = ((z + dual * dz) * (a + primal * da)).sum() + ((w + dual * dw) * (s + primal * ds)).sum();
      const double mu = mu_now * std::pow(mu_then / mu_now, 3) / (2 * static_cast<double>(n));
      const vector dadz = da * dz, dsdw = ds * dw, xi = mu * (1 / a - 1 / s);
      const vector rhs = r + dadz / a - dsdw / s - xi;
      step = factor.solve(x.transpose() * (q * rhs).matrix());
      da = q * ((x * step).array() - rhs);
      ds = -da;
      dz = (mu - dadz) / a - z - z * da / a;
      dw = (mu - dsdw) / s - w - w * ds / s;
      primal = std::min(1.0, shrink * std::min(longest(a, da), longest(s, ds)));
      dual = std::min(1.0, shrink * std::min(longest(z, dz), longest(w, dw)));
    }
    a += primal * da;
    s += primal * ds;
    multipliers += dual * step;
    z += dual * dz;
    w += dual * dw;
  }
}

}  // namespace detail

/// How a record's score is distributed among non-members with its features.
///
/// A policy names itself and fits standardised scores and features; what it returns gives the evidence of a score with
/// its features (`unit` being what one standardised score is worth) and a cut.
namespace conditional {

/// A quantile that is linear in the features.
class fitted_linear_quantile {
 public:
  /// Around a fit of the pinball loss.
  explicit fitted_linear_quantile(detail::pinball_fit fit) : fit_(std::move(fit)) {}

  /// t - q(x), in the units of the score.
  [[nodiscard]] double evidence(double score, std::span<const double> features, double unit) const {
    double quantile = fit_.coefficients[0];
    for (std::size_t d = 0; d < features.size(); ++d)
      quantile += fit_.coefficients[static_cast<Eigen::Index>(d) + 1] * features[d];
    return (score - quantile) * unit;
  }
  [[nodiscard]] static constexpr double cut() noexcept { return 0; }

  /// Of the standardised score and features: the intercept first.
  [[nodiscard]] std::span<const double> coefficients() const {
    return {fit_.coefficients.data(), static_cast<std::size_t>(fit_.coefficients.size())};
  }
  /// The summed pinball loss of the population.
  [[nodiscard]] double loss() const noexcept { return fit_.loss; }
  /// By how much the loss can be above the least possible one.
  [[nodiscard]] double gap() const noexcept { return fit_.gap; }

 private:
  detail::pinball_fit fit_;
};

/// Linear quantile regression at the level 1 - fpr: E = t - q(x), cut 0. One fit serves one rate.
struct linear_quantile {
  static constexpr std::string_view name = "linear quantile regression";

  /// The false positive rate that the verdict aims at, in (0, 1); it has to be set.
  double fpr = no_rate;

  /// Throws `argument_error` if `fpr` is not set, no rate, or below what the population can count; if features are
  /// collinear; if the loss does not come within 1e-9 deviations a record of the least.
  template <class Matrix>
  [[nodiscard]] fitted_linear_quantile fit(const Eigen::VectorXd& scores, const Matrix& features) const {
    detail::check_rate(function, fpr);
    const double records = static_cast<double>(scores.size());
    if (fpr == no_rate) detail::refuse(function, "fpr", "is not set, and a quantile is fitted for one rate");
    if (fpr * records < 1)
      detail::refuse(function, "fpr",
                     "is " + std::to_string(fpr) + ", of which a population of " + std::to_string(scores.size()) +
                         " records says nothing; wanted at least 1 / records");
    const double most_gap = 1e-9 * records;
    detail::pinball_fit fit = detail::fit_pinball(features, scores, 1 - fpr, most_gap);
    if (!(fit.gap <= most_gap))
      detail::refuse(function, "population",
                     "gives no quantile regression: the loss stays " + std::to_string(fit.gap) +
                         " deviations above the least after " + std::to_string(fit.iterations) + " iterations");
    return fitted_linear_quantile(std::move(fit));
  }

 private:
  static constexpr std::string_view function = "quantile_regression";
};

}  // namespace conditional
}  // namespace telltale
