// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

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
/// 1) (figure - figure without record i) of the n_s records of class s, less its mean over the class; 0 where no record
/// has any. Every record is left out exactly; tied ones have one influence. Reference: Efron 1987, "Better bootstrap
/// confidence intervals"; Davison and Hinkley 1997, "Bootstrap Methods and their Application" (several samples).
///
/// `influence(point, is_member)` is that of a score at a point of the curve.
template <class Influence>
[[nodiscard]] double acceleration_of(const metric::roc_curve& curve, const Influence& influence) {
  double squares = 0, cubes = 0, about_zero = 0;
  std::vector<double> found(curve.size());
  for (const bool is_member : {true, false}) {
    const auto total = [&](std::size_t i) { return is_member ? curve.true_positives(i) : curve.false_positives(i); };
    const auto records_at = [&](std::size_t i) { return static_cast<double>(total(i) - total(i - 1)); };
    const double records = static_cast<double>(total(curve.size() - 1));
    double mean = 0;
    for (std::size_t i = 1; i < curve.size(); ++i) {
      if (total(i) == total(i - 1)) continue;
      found[i] = influence(i, is_member) / records;
      mean += records_at(i) * found[i] / records;
    }
    for (std::size_t i = 1; i < curve.size(); ++i) {
      const double l = found[i] - mean, count = records_at(i);
      about_zero += count * found[i] * found[i];
      squares += count * l * l;
      cubes += count * l * l * l;
    }
  }
  // Equal influences differ from their mean by rounding.
  return squares > 1e-24 * about_zero ? cubes / (6 * squares * std::sqrt(squares)) : 0;
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
