// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <boost/math/special_functions/erf.hpp>

#include <telltale/core/error.hpp>
#include <telltale/metric/interval/estimate.hpp>
#include <telltale/metric/roc.hpp>

namespace telltale::metric {

/// The variance of the AUC by DeLong, DeLong and Clarke-Pearson 1988.
///
/// var = s10 / P + s01 / N, where s10 is the sample variance over members of V10 (the share of non-members below the
/// member, ties half) and s01 that over non-members of V01 (the share of members above). A point of the curve holds its
/// tie group's mid-rank, so one pass over the curve does what Sun and Xu 2014 do with mid-ranks. O(points).
/// NaN when a class has one record only: there is no sample variance.
[[nodiscard]] inline double delong_variance(const roc_curve& curve) {
  const auto tp = curve.true_positives(), fp = curve.false_positives();
  const double positives = static_cast<double>(curve.positives()), negatives = static_cast<double>(curve.negatives());
  const double area = curve.auc();
  double over_members = 0, over_nonmembers = 0;
  for (std::size_t i = 1; i < curve.size(); ++i) {
    const double below = negatives - (static_cast<double>(fp[i]) + fp[i - 1]) / 2;
    const double above = (static_cast<double>(tp[i]) + tp[i - 1]) / 2;
    const double v10 = below / negatives - area, v01 = above / positives - area;
    over_members += static_cast<double>(tp[i] - tp[i - 1]) * v10 * v10;
    over_nonmembers += static_cast<double>(fp[i] - fp[i - 1]) * v01 * v01;
  }
  return over_members / (positives - 1) / positives + over_nonmembers / (negatives - 1) / negatives;
}

namespace interval {

/// The interval of an AUC that needs no variance: what is sure from `pairs` disjoint, hence independent pairs.
///
/// A U-statistic over P and N records averages means over min(P, N) disjoint pairs. All pairs ordered alike has
/// probability <= theta^pairs, so at AUC 1 the limit is (alpha/2)^(1/pairs), which some distributions attain; otherwise
/// Hoeffding's inequality gives +- sqrt(log(2/alpha) / (2 pairs)), cut to [0, 1] where an AUC lives.
/// Reference: Hoeffding 1963, section 5a.
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

/// area +- quantile * standard error on the scale logit(area) = log(area / (1 - area)), so that the limits stay inside
/// (0, 1); by the delta method the standard error there is se / (area (1 - area)). area is inside (0, 1).
[[nodiscard]] inline estimate on_logit_scale(double area, double standard_error, double quantile) {
  const double centre = std::log(area / (1 - area)), reach = quantile * standard_error / (area * (1 - area));
  return {area, 1 / (1 + std::exp(reach - centre)), 1 / (1 + std::exp(-reach - centre))};
}

/// DeLong's variance on the logit scale; where that variance is zero (perfect separation, all scores tied) or does not
/// exist (one record in a class), `disjoint_pairs`.
struct delong_logit {
  static constexpr std::string_view name = "DeLong on the logit scale";

  [[nodiscard]] static estimate of(const roc_curve& curve, double confidence = 0.95) {
    detail::check_confidence("interval::delong_logit::of", confidence);
    const double area = curve.auc(), variance = delong_variance(curve);
    if (!(variance > 0) || area == 0 || area == 1)
      return disjoint_pairs::of(area, std::min(curve.positives(), curve.negatives()), confidence);
    return on_logit_scale(area, std::sqrt(variance), boost::math::erfc_inv(1 - confidence) * std::sqrt(2.0));
  }
};

}  // namespace interval

/// The area under the curve, that is the share of (member, non-member) pairs ordered rightly, with its interval.
///
/// O(points). Throws argument_error for a confidence outside (0, 1).
template <class Interval = interval::delong_logit>
[[nodiscard]] estimate auc(const roc_curve& curve, double confidence = 0.95) {
  return Interval::of(curve, confidence);
}

}  // namespace telltale::metric
