// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <telltale/core/error.hpp>
#include <telltale/metric/interval/estimate.hpp>
#include <telltale/metric/interval/quantile.hpp>
#include <telltale/metric/roc.hpp>

namespace telltale::metric {

/// The two sample variances from which DeLong, DeLong and Clarke-Pearson 1988 build the variance of an AUC.
///
/// `s10` is the variance over members of V10, the share of non-members below the member (ties half); `s01` that over
/// non-members of V01, the share of members above; `variance()`, var(AUC), is s10 / P + s01 / N, with P `positives` and
/// N `negatives`. A point of the curve holds its tie group's mid-rank, so one pass over the curve does what Sun and Xu
/// 2014 do with mid-ranks. O(points). NaN for a class of one record, which has no sample variance.
struct delong_components {
  double s10 = 0, s01 = 0, positives, negatives;

  /// Computes both in one pass over the points.
  explicit delong_components(const roc_curve& curve)
      : positives(static_cast<double>(curve.positives())), negatives(static_cast<double>(curve.negatives())) {
    const auto tp = curve.true_positives(), fp = curve.false_positives();
    const double area = curve.auc();
    for (std::size_t i = 1; i < curve.size(); ++i) {
      const double below = negatives - (static_cast<double>(fp[i]) + fp[i - 1]) / 2;
      const double above = (static_cast<double>(tp[i]) + tp[i - 1]) / 2;
      const double v10 = below / negatives - area, v01 = above / positives - area;
      s10 += static_cast<double>(tp[i] - tp[i - 1]) * v10 * v10;
      s01 += static_cast<double>(fp[i] - fp[i - 1]) * v01 * v01;
    }
    s10 /= positives - 1;
    s01 /= negatives - 1;
  }

  [[nodiscard]] double variance() const noexcept { return s10 / positives + s01 / negatives; }
};

namespace interval {

/// The interval of an AUC that needs no variance: what is sure from `pairs` disjoint, hence independent pairs.
///
/// A U-statistic over P and N records averages means over min(P, N) disjoint pairs. All pairs ordered alike has
/// probability <= theta^pairs, so at AUC 1 the limit is (alpha/2)^(1/pairs), which some distributions attain; otherwise
/// Hoeffding's inequality gives +- sqrt(log(2/alpha) / (2 pairs)), cut to [0, 1] where an AUC lives. `of(area, pairs,
/// confidence)` gives it; nothing is checked. Reference: Hoeffding 1963, section 5a.
struct disjoint_pairs {
  static constexpr std::string_view name = "distribution-free over disjoint pairs";

  [[nodiscard]] static estimate of(double area, std::uint64_t pairs, double confidence) {
    const double alpha = 1 - confidence, count = static_cast<double>(pairs);
    const double sure = std::pow(alpha / 2, 1 / count);
    if (area == 1) return {1, sure, 1};
    if (area == 0) return {0, 0, 1 - sure};
    const double reach = std::sqrt(std::log(2 / alpha) / (2 * count));
    return {area, std::max(0.0, area - reach), std::min(1.0, area + reach)};
  }
};

/// The interval of an AUC or a rate from its standard error, by the normal law or Student's on the logit scale, so that
/// its limits stay inside (0, 1).
///
/// Formula: logit(area) +- quantile se / (area (1 - area)) carried back, logit(a) = log(a / (1 - a)), the standard
/// error there by the delta method.
/// Range: limits in (0, 1) for an area inside (0, 1).
/// Cost: O(1).
/// Throws nothing.
[[nodiscard]] inline estimate on_logit_scale(double area, double standard_error, double quantile) {
  const double centre = std::log(area / (1 - area)), reach = quantile * standard_error / (area * (1 - area));
  return {area, 1 / (1 + std::exp(reach - centre)), 1 / (1 + std::exp(-reach - centre))};
}

/// DeLong's interval on the logit scale, with what it takes to cover at small classes and high AUC.
///
/// Each of s10 and s01 is joined by two pseudo-records of the largest variance an AUC of A admits, A (1 - A): s10' = (P
/// s10 + 2 A (1 - A)) / (P + 2); and the quantile is Student's t with min(P, N) - 1 degrees of freedom. Both vanish as
/// classes grow. Where the plain variance is zero (perfect separation, all scores tied) or does not exist (one record
/// in a class), `disjoint_pairs`. Measured coverage at 95 %, normal scores of equal spread, AUC 0.5, 0.8, 0.95, classes
/// of 50 to 1,000: 95.2 to 97.3 %, widths 1.01 to 1.12 times those without the two changes; without them 92.6 to 95.4
/// %, and the plain DeLong interval (area +- 1.96 se) 90.3 to 95.2 %. With members twice as spread as non-members, 50
/// against 500 at AUC 0.95: 92.8 %; 100 against 1,000 at AUC 0.99: 86.0 %, too few. A policy, with `of(curve,
/// confidence)`. Throws argument_error for a confidence outside (0, 1).
struct delong_logit {
  static constexpr std::string_view name = "DeLong on the logit scale, plus two pseudo-records a class, Student t";

  template <std::same_as<double> Real = double>
  [[nodiscard]] static estimate of(const roc_curve& curve, std::type_identity_t<Real> confidence = 0.95) {
    detail::check_confidence("interval::delong_logit::of", confidence);
    const double area = curve.auc(), widest = area * (1 - area);
    const std::uint64_t fewer = std::min(curve.positives(), curve.negatives());
    delong_components parts(curve);
    if (fewer == 1 || !(parts.variance() > 0) || widest == 0) return disjoint_pairs::of(area, fewer, confidence);
    const auto joined = [&](double variance, double count) { return (count * variance + 2 * widest) / (count + 2); };
    parts.s10 = joined(parts.s10, parts.positives);
    parts.s01 = joined(parts.s01, parts.negatives);
    const double reach = detail::students_t_upper(static_cast<Real>(fewer - 1), (1 - confidence) / 2);
    return on_logit_scale(area, std::sqrt(parts.variance()), reach);
  }
};

}  // namespace interval

/// The area under the curve, that is the share of (member, non-member) pairs ordered rightly, with its interval.
///
/// Formula: (pairs in which the member scores higher + half the ties) / (P N), exactly.
/// Range: [0, 1], 1/2 for guessing.
/// Cost: O(points).
/// Throws argument_error for a confidence outside (0, 1).
/// Reference: Hanley and McNeil 1982, "The meaning and use of the area under a receiver operating characteristic (ROC)
/// curve".
template <class Interval = interval::delong_logit>
[[nodiscard]] estimate auc(const roc_curve& curve, double confidence = 0.95) {
  return Interval::of(curve, confidence);
}

}  // namespace telltale::metric
