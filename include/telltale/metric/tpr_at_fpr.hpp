// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <telltale/core/error.hpp>
#include <telltale/metric/interval/clopper_pearson.hpp>
#include <telltale/metric/interval/estimate.hpp>
#include <telltale/metric/roc.hpp>

namespace telltale::metric {

/// The true-positive rate at a wanted false-positive rate, and what it rests on.
struct operating_point {
  double fpr = 0;                     ///< the rate that was asked for
  estimate tpr;                       ///< at the realised rate
  double realised_fpr = 0;            ///< what the data could offer: false_positives / negatives
  std::uint64_t false_positives = 0;  ///< non-members at or above the threshold
  std::uint64_t true_positives = 0;   ///< members at or above the threshold
  double threshold = 0;               ///< the verdict is score >= threshold; NaN where there is no single one
  bool resolvable = false;            ///< whether fpr >= 1 / negatives; if not, this is the row at no false positive
};

namespace fpr_rule {

/// The largest achieved false-positive rate that is at most the wanted one.
///
/// Tied scores move together, so the realised rate can be well below the wanted one; no interpolation, which would
/// describe an adversary that flips coins.
/// Reference: Carlini, Chien, Nasr, Song, Terzis and Tramer 2022, section III-B, as in Privacy Meter ("at most", where
/// LiRA's own script takes "below").
struct step {
  static constexpr std::string_view name = "step: TPR at the largest achieved FPR <= f";

  /// The largest k with k / negatives <= fpr as correctly rounded doubles, so that 3 of 10 is allowed at 0.3.
  [[nodiscard]] static std::uint64_t allowed(double fpr, std::uint64_t negatives) noexcept {
    const double n = static_cast<double>(negatives);
    auto k = static_cast<std::uint64_t>(fpr * n);
    if (k > 0 && static_cast<double>(k) / n > fpr) --k;
    if (k < negatives && static_cast<double>(k + 1) / n <= fpr) ++k;
    return k;
  }

  /// Index of the operating point in the curve. O(log thresholds).
  [[nodiscard]] static std::size_t point(const roc_curve& curve, double fpr) {
    const auto fp = curve.false_positives();
    const std::uint64_t most = allowed(fpr, curve.negatives());
    return static_cast<std::size_t>(std::upper_bound(fp.begin(), fp.end(), most) - fp.begin()) - 1;
  }
};

}  // namespace fpr_rule

/// TPR at a wanted FPR, by `Rule`, with the interval `Interval` of the TPR.
///
/// The interval takes the threshold as given: it is the uncertainty over which members were drawn. An FPR below
/// 1/negatives cannot be measured; it is a legal row, at no false positive, with `resolvable == false`.
/// fpr is a fraction in [0, 1]. O(log thresholds). Throws argument_error for an fpr outside [0, 1] and a confidence
/// outside (0, 1).
template <class Rule = fpr_rule::step, class Interval = interval::clopper_pearson>
[[nodiscard]] operating_point tpr_at_fpr(const roc_curve& curve, double fpr, double confidence = 0.95) {
  if (!(fpr >= 0 && fpr <= 1))
    detail::refuse("tpr_at_fpr", "fpr", "is " + std::to_string(fpr) + "; wanted a fraction in [0, 1]");
  const std::size_t i = Rule::point(curve, fpr);
  const std::uint64_t fp = curve.false_positives()[i], tp = curve.true_positives()[i];
  const double negatives = static_cast<double>(curve.negatives());
  return {fpr,
          Interval::of(tp, curve.positives(), confidence),
          static_cast<double>(fp) / negatives,
          fp,
          tp,
          curve.thresholds()[i],
          fpr >= 1 / negatives};
}

}  // namespace telltale::metric
