// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <telltale/core/error.hpp>
#include <telltale/metric/interval/estimate.hpp>
#include <telltale/metric/interval/quantile.hpp>
#include <telltale/study/power_law/cell.hpp>
#include <telltale/study/power_law/law_fit.hpp>

namespace telltale::study {

/// What a power law says about models of S shots and C classes.
struct law_prediction {
  metric::estimate tpr;       ///< of the line: where it lies at all
  metric::estimate new_cell;  ///< of one more measured cell; NaN limits where the scatter of cells is not known
  bool extrapolated = false;  ///< S or C outside the cells that were fitted
};

/// log10(TPR - FPR) = b0 + bS log10 S + bC log10 C at one FPR, with the uncertainty of its coefficients.
///
/// A description of measured cells, not a guarantee: it says what the attack that was run would find, on data like
/// these. Where all cells have one number of classes bC is unknown, and the law holds for that number alone.
/// Reference: Tobaben, Ito, Jaelkoe, He and Honkela 2025, "Impact of dataset properties on membership inference
/// vulnerability of deep transfer learning".
class power_law {
 public:
  /// A law from published coefficients, about whose uncertainty nothing is known: every limit is NaN. Without
  /// `of_classes` it holds for `classes` alone. Throws argument_error for an FPR outside (0, 1), numbers that are not
  /// finite and classes that are not positive.
  [[nodiscard]] static power_law given(double fpr, double intercept, double of_shots,
                                       std::optional<double> of_classes = {}, double classes = 1) {
    constexpr std::string_view where = "power_law::given";
    detail::check_fpr_inside(where, fpr);
    const std::array<double, 4> numbers{intercept, of_shots, of_classes.value_or(0), classes};
    detail::check_finite(where, "coefficients", numbers);
    if (!(classes > 0)) detail::refuse(where, "classes", "is not positive");
    power_law law;
    law.fpr_ = fpr;
    law.coefficients_ = {intercept, of_shots, numbers[2]};
    law.covariance_.fill(unknown);
    law.has_classes_ = of_classes.has_value();
    law.classes_ = {classes, classes};
    law.shots_ = {0, std::numeric_limits<double>::infinity()};
    if (law.has_classes_) law.classes_ = law.shots_;
    law.residual_ = unknown;
    return law;
  }

  /// A law that was fitted before: coefficients (b0, bS, bC) and their covariance row by row, the degrees of freedom,
  /// the scatter of cells (NaN: unknown), and the ranges of S and C that were measured. One number of classes: bC is
  /// not used. Throws argument_error for an FPR outside (0, 1), coefficients that are not finite and ranges that are
  /// none.
  [[nodiscard]] static power_law restored(double fpr, const std::array<double, 3>& coefficients,
                                          const std::array<double, 9>& covariance, double freedom, double residual,
                                          const std::array<double, 2>& shots, const std::array<double, 2>& classes) {
    constexpr std::string_view where = "power_law::restored";
    detail::check_fpr_inside(where, fpr);
    detail::check_finite(where, "coefficients", coefficients);
    detail::check_finite(where, "covariance", covariance);
    if (!(freedom >= 1 && std::isfinite(freedom)))
      detail::refuse(where, "freedom", "is " + std::to_string(freedom) + "; wanted at least 1");
    for (const std::array<double, 2>& range : {shots, classes})
      if (!(range[0] > 0 && range[0] <= range[1])) detail::refuse(where, "range", "is none");
    power_law law;
    law.fpr_ = fpr;
    law.coefficients_ = coefficients;
    law.covariance_ = covariance;
    law.freedom_ = freedom;
    law.residual_ = residual;
    law.shots_ = shots;
    law.classes_ = classes;
    law.has_classes_ = classes[0] < classes[1];
    return law;
  }

  /// The FPR that it speaks of.
  [[nodiscard]] double fpr() const noexcept { return fpr_; }
  /// (b0, bS, bC); bC is 0 where the number of classes did not vary.
  [[nodiscard]] const std::array<double, 3>& coefficients() const noexcept { return coefficients_; }
  /// The covariance of the coefficients, row by row; NaN where nothing is known of it.
  [[nodiscard]] const std::array<double, 9>& covariance() const noexcept { return covariance_; }
  /// Degrees of freedom of the intervals: cells less coefficients; NaN where unknown.
  [[nodiscard]] double freedom() const noexcept { return freedom_; }
  /// Standard deviation of log10(TPR - FPR) about the line; NaN where unknown.
  [[nodiscard]] double residual() const noexcept { return residual_; }
  /// The least and the largest S that were measured; 0 to infinity for a given law.
  [[nodiscard]] const std::array<double, 2>& shots_range() const noexcept { return shots_; }
  /// The least and the largest C that were measured; 0 to infinity for a given law with `of_classes`.
  [[nodiscard]] const std::array<double, 2>& classes_range() const noexcept { return classes_; }
  /// Whether the cells had several numbers of classes, so that bC means something.
  [[nodiscard]] bool has_classes() const noexcept { return has_classes_; }

  /// b0, bS and bC (0 without limits where unknown) with intervals of Student's t. Throws argument_error for a
  /// confidence outside (0, 1).
  template <std::same_as<double> Real = double>
  [[nodiscard]] metric::estimate intercept(std::type_identity_t<Real> confidence = 0.95) const {
    return coefficient<Real>(0, confidence);
  }
  /// bS, see `intercept`.
  template <std::same_as<double> Real = double>
  [[nodiscard]] metric::estimate of_shots(std::type_identity_t<Real> confidence = 0.95) const {
    return coefficient<Real>(1, confidence);
  }
  /// bC, see `intercept`; 0 with NaN limits where the number of classes did not vary.
  template <std::same_as<double> Real = double>
  [[nodiscard]] metric::estimate of_classes(std::type_identity_t<Real> confidence = 0.95) const {
    if (!has_classes_) return {0, unknown, unknown};
    return coefficient<Real>(2, confidence);
  }
  /// The standard error of coefficient k: 0 for b0, 1 for bS, 2 for bC; NaN where unknown.
  [[nodiscard]] double standard_error(std::size_t k) const { return std::sqrt(covariance_[4 * k]); }

  /// TPR at S and C. Above 1 the law does not hold any more, and the value says so by being above 1. Throws
  /// argument_error for S or C that are not positive and finite, for another C where all cells had the same, and for a
  /// confidence outside (0, 1). O(1).
  template <std::same_as<double> Real = double>
  [[nodiscard]] law_prediction predict(double shots, double classes,
                                       std::type_identity_t<Real> confidence = 0.95) const {
    constexpr std::string_view where = "power_law::predict";
    if (!(shots > 0 && std::isfinite(shots)))
      detail::refuse(where, "shots", "is " + std::to_string(shots) + "; wanted a positive number");
    check_classes(where, classes);
    const std::array<double, 3> x{1, std::log10(shots), has_classes_ ? std::log10(classes) : 0};
    double at = 0, variance = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      at += x[i] * coefficients_[i];
      for (std::size_t j = 0; j < 3; ++j) variance += x[i] * x[j] * covariance_[3 * i + j];
    }
    const Real reach = quantile<Real>(where, confidence);
    const auto about = [&](double spread) -> metric::estimate {
      return {fpr_ + std::pow(10, at), fpr_ + std::pow(10, at - reach * spread),
              fpr_ + std::pow(10, at + reach * spread)};
    };
    const auto outside = [](const std::array<double, 2>& range, double value) {
      return value < range[0] || value > range[1];
    };
    return {about(std::sqrt(variance)), about(std::sqrt(variance + residual_ * residual_)),
            outside(shots_, shots) || outside(classes_, classes)};
  }

  /// Refuses a number of classes that the law says nothing of, in the name of `function`. Throws argument_error where
  /// it is not positive and finite, and where all cells had another one.
  void check_classes(std::string_view function, double classes) const {
    if (!(classes > 0 && std::isfinite(classes)))
      detail::refuse(function, "classes", "is " + std::to_string(classes) + "; wanted a positive number");
    if (!has_classes_ && classes != classes_[0])
      detail::refuse(function, "classes",
                     "is " + std::to_string(classes) + "; all cells had " + std::to_string(classes_[0]) +
                         ", and say nothing about others");
  }

  /// The quantile of Student's law that intervals at this confidence reach to. Throws argument_error for a confidence
  /// outside (0, 1).
  template <std::same_as<double> Real = double>
  [[nodiscard]] Real quantile(std::string_view function, Real confidence) const {
    detail::check_confidence(function, confidence);
    return std::isfinite(freedom_) ? detail::students_t_upper<Real>(freedom_, (1 - confidence) / 2) : unknown;
  }

 private:
  static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

  template <class Real>
  [[nodiscard]] metric::estimate coefficient(std::size_t k, Real confidence) const {
    const Real reach = quantile<Real>("power_law", confidence) * standard_error(k);
    return {coefficients_[k], coefficients_[k] - reach, coefficients_[k] + reach};
  }

  double fpr_ = 0, freedom_ = unknown, residual_ = unknown;
  std::array<double, 3> coefficients_{};
  std::array<double, 9> covariance_{};
  std::array<double, 2> shots_{}, classes_{};
  bool has_classes_ = false;
};

/// A law, and how well it describes the cells that it was fitted to.
struct power_law_fit {
  power_law law;            ///< the line with its uncertainty
  std::string_view policy;  ///< name of the `LawFit` that was used
  double r2 = 0,  ///< share of the variance that the line explains: of log10(TPR - FPR), or of the TPR by `likelihood`
      dispersion =
          1;  ///< scatter of cells over that of the binomial law, as a ratio of variances; 1 where not estimated
  std::size_t cells = 0,  ///< how many were given
      dropped = 0,        ///< left out by the policy
      floored = 0;        ///< raised by the policy
};

/// Fits a power law to cells of one FPR, by a policy that says what becomes of cells with TPR <= FPR.
///
/// Measured on binomial cells (5 S x 3 C, 2,000 members each, FPR 0.1 and 0.01), 400 experiments: intervals at 95 % by
/// `law_fit::likelihood` hold the coefficients in 96 to 99 %, with and without the noise of thresholds from 2,000
/// non-members; those of bS by ordinary least squares in 84 to 91 %. O(cells). Throws argument_error for cells of
/// several FPRs, numbers out of range, fewer cells than coefficients + 1, one number of shots only, S and C that move
/// together, and where the policy does.
template <LawFit Policy = law_fit::likelihood>
[[nodiscard]] power_law_fit fit_power_law(std::span<const cell> cells, const Policy& policy = {}) {
  detail::check_cells("fit_power_law", cells);
  const fitted_line line = policy.fit(cells);
  std::array<double, 2> shots{cells[0].shots, cells[0].shots}, classes{cells[0].classes, cells[0].classes};
  for (const cell& each : cells) {
    shots = {std::min(shots[0], each.shots), std::max(shots[1], each.shots)};
    classes = {std::min(classes[0], each.classes), std::max(classes[1], each.classes)};
  }
  if (!line.has_classes && classes[0] != classes[1])
    detail::refuse("fit_power_law", "cells",
                   "have several numbers of classes, but those with an excess only one; wanted more of them");
  return {power_law::restored(cells[0].fpr, line.coefficients, line.covariance, static_cast<double>(line.freedom),
                              line.residual, shots, classes),
          Policy::name,
          line.r2,
          line.dispersion,
          cells.size(),
          line.dropped,
          line.floored};
}

}  // namespace telltale::study
