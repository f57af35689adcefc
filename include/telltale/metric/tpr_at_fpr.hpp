// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <telltale/core/error.hpp>
#include <telltale/metric/fpr_rule.hpp>
#include <telltale/metric/interval/clopper_pearson.hpp>
#include <telltale/metric/interval/estimate.hpp>
#include <telltale/metric/roc.hpp>

namespace telltale::detail {

inline void check_fpr(std::string_view function, double fpr) {
  if (!(fpr >= 0 && fpr <= 1)) refuse(function, "fpr", "is " + std::to_string(fpr) + "; wanted a fraction in [0, 1]");
}

}  // namespace telltale::detail

namespace telltale::metric {

/// The true-positive rate at a wanted false-positive rate, and what it rests on.
struct operating_point {
  double fpr = 0;                     ///< the rate that was asked for
  estimate tpr;                       ///< at the realised rate
  double realised_fpr = 0;            ///< what the data could offer; between two points of the curve, the rate itself
  std::uint64_t false_positives = 0;  ///< non-members at or above the threshold, the stricter of two
  std::uint64_t true_positives = 0;   ///< members at or above the threshold, the stricter of two
  double threshold = 0;               ///< the verdict is score >= threshold; NaN where there is no single one
  bool resolvable = false;            ///< whether fpr >= 1 / negatives; if not, this is the row at no false positive
};

/// TPR at a wanted FPR, by `Rule`, with the interval `Interval` of the TPR.
///
/// The interval takes the thresholds as given: it is the uncertainty over which members were drawn, of the TPR at these
/// very thresholds. For that at FPR f of the population, see `evaluate_resampled`. Between two points
/// it mixes two intervals at half the error each, which hold jointly with probability >= confidence. An FPR below
/// 1/negatives cannot be measured; it is a legal row, at no false positive, with `resolvable == false`.
/// fpr is a fraction in [0, 1]. O(log thresholds), O(thresholds) by the hull. Throws argument_error for an fpr outside
/// [0, 1] and a confidence outside (0, 1).
template <FprRule Rule = fpr_rule::step, class Interval = interval::clopper_pearson>
[[nodiscard]] operating_point tpr_at_fpr(const roc_curve& curve, double fpr, double confidence = 0.95) {
  detail::check_fpr("tpr_at_fpr", fpr);
  detail::check_confidence("tpr_at_fpr", confidence);
  const curve_place place = Rule::place(curve, fpr);
  const std::uint64_t fp = curve.false_positives()[place.from], tp = curve.true_positives()[place.from];
  const double negatives = static_cast<double>(curve.negatives());
  const bool resolvable = fpr >= 1 / negatives;
  if (place.share == 0)
    return {fpr,
            Interval::of(tp, curve.positives(), confidence),
            static_cast<double>(fp) / negatives,
            fp,
            tp,
            curve.thresholds()[place.from],
            resolvable};
  const double each = (1 + confidence) / 2;
  const estimate strict = Interval::of(tp, curve.positives(), each);
  const estimate lax = Interval::of(curve.true_positives()[place.to], curve.positives(), each);
  const auto mixed = [&](double a, double b) { return a + place.share * (b - a); };
  const estimate tpr{mixed(strict.value, lax.value), mixed(strict.low, lax.low), mixed(strict.high, lax.high)};
  return {fpr, tpr, fpr, fp, tp, std::numeric_limits<double>::quiet_NaN(), resolvable};
}

}  // namespace telltale::metric
