// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#include <telltale/metric/ranked_scores.hpp>
#include <telltale/metric/roc.hpp>

namespace telltale::detail {

/// The curve that is left when one score at point `without` is taken away, as the rules of an FPR read it.
struct curve_without {
  const metric::roc_curve& all;
  std::size_t without;
  bool is_member;

  [[nodiscard]] std::size_t size() const noexcept { return all.size(); }
  [[nodiscard]] std::uint64_t true_positives(std::size_t i) const noexcept {
    return all.true_positives(i) - (is_member && i >= without);
  }
  [[nodiscard]] std::uint64_t false_positives(std::size_t i) const noexcept {
    return all.false_positives(i) - (!is_member && i >= without);
  }
  [[nodiscard]] std::uint64_t positives() const noexcept { return all.positives() - is_member; }
  [[nodiscard]] std::uint64_t negatives() const noexcept { return all.negatives() - !is_member; }
};

/// The acceleration of a figure of members and non-members, each resampled within itself: how fast its standard error
/// moves with its value.
///
/// sum_s sum_i l_si^3 / n_s^3 / (6 (sum_s sum_i l_si^2 / n_s^2)^(3/2)), where l_si is the jackknife's influence (n_s -
/// 1) (figure - figure without record i) of the n_s records of class s; 0 where no record has any. Every record is left
/// out exactly; tied ones have one influence. Reference: Efron 1987, "Better bootstrap confidence intervals"; Davison
/// and Hinkley 1997, "Bootstrap Methods and their Application", section 5.3 (several samples).
///
/// `influence(point, is_member)` is that of a score at a point of the curve.
template <class Influence>
[[nodiscard]] double acceleration_of(const metric::roc_curve& curve, const Influence& influence) {
  double squares = 0, cubes = 0;
  const auto add = [&](std::uint64_t records, std::uint64_t of_class, std::size_t point, bool is_member) {
    if (records == 0) return;
    const double l = influence(point, is_member) / static_cast<double>(of_class), count = static_cast<double>(records);
    squares += count * l * l;
    cubes += count * l * l * l;
  };
  for (std::size_t i = 1; i < curve.size(); ++i) {
    add(curve.true_positives(i) - curve.true_positives(i - 1), curve.positives(), i, true);
    add(curve.false_positives(i) - curve.false_positives(i - 1), curve.negatives(), i, false);
  }
  return squares > 0 ? cubes / (6 * squares * std::sqrt(squares)) : 0;
}

/// That of the AUC, whose influences are its structural components less itself. O(points).
[[nodiscard]] inline double acceleration_of_auc(const metric::roc_curve& curve) {
  const double area = curve.auc(), positives = static_cast<double>(curve.positives()),
               negatives = static_cast<double>(curve.negatives());
  return acceleration_of(curve, [&](std::size_t i, bool is_member) {
    const double fp = static_cast<double>(curve.false_positives(i) + curve.false_positives(i - 1)) / 2;
    const double tp = static_cast<double>(curve.true_positives(i) + curve.true_positives(i - 1)) / 2;
    return (is_member ? 1 - fp / negatives : tp / positives) - area;
  });
}

/// That of the TPR at an FPR by `Rule`, which is asked again without each record. O(points log points), O(points^2) by
/// the hull. 0 where a class has one record, which cannot be left out.
template <class Rule>
[[nodiscard]] double acceleration_of_rate(const metric::roc_curve& curve, double fpr) {
  if (curve.positives() == 1 || curve.negatives() == 1) return 0;
  const double rate = rate_at<Rule>(curve, fpr);
  return acceleration_of(curve, [&](std::size_t i, bool is_member) {
    const double of_class = static_cast<double>(is_member ? curve.positives() : curve.negatives());
    return (of_class - 1) * (rate - rate_at<Rule>(curve_without{curve, i, is_member}, fpr));
  });
}

}  // namespace telltale::detail
