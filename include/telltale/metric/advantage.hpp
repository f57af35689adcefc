// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string_view>

#include <telltale/core/error.hpp>
#include <telltale/metric/interval/clopper_pearson.hpp>
#include <telltale/metric/interval/estimate.hpp>
#include <telltale/metric/roc.hpp>

namespace telltale::metric {

/// A value at one cut, its interval, the cut (`threshold`), and whether the cut was chosen on the scores it is judged
/// by.
///
/// Where `in_sample` is true the value is optimistic by construction and `low`, `high` are NaN: the best of all
/// thresholds has no valid interval of its own.
struct estimate_at_cut : estimate {
  double threshold = 0;
  bool in_sample = false;
};

/// Both figures of a verdict: `balanced_accuracy`, (TPR + 1 - FPR) / 2 in [0, 1], and `advantage`, TPR - FPR in [-1,
/// 1].
struct advantage_result {
  estimate_at_cut balanced_accuracy, advantage;
};

/// Balanced accuracy and membership advantage of the verdict score >= cut, for a cut that was fixed without looking at
/// these scores.
///
/// advantage = TPR - FPR, balanced accuracy = (1 + advantage) / 2. Their intervals are conservative: one exact interval
/// for each rate, at confidence 1 - (1 - confidence)/2, hold jointly with probability >= confidence, and
/// [TPR_low - FPR_high, TPR_high - FPR_low] follows.
/// cut may be infinite (no or every record judged a member) but not NaN. O(log thresholds). Throws argument_error for a
/// NaN cut and a confidence outside (0, 1).
/// Reference: Yeom, Giacomelli, Fredrikson and Jha 2018, definition 4 (advantage).
template <class Interval = interval::clopper_pearson>
[[nodiscard]] advantage_result advantage_at(const roc_curve& curve, double cut, double confidence = 0.95) {
  if (std::isnan(cut)) detail::refuse("advantage_at", "cut", "is NaN; wanted a threshold");
  detail::check_confidence("advantage_at", confidence);
  const std::size_t i = curve.point_at(cut);
  const double each = (1 + confidence) / 2;
  const estimate tpr = Interval::of(curve.true_positives()[i], curve.positives(), each);
  const estimate fpr = Interval::of(curve.false_positives()[i], curve.negatives(), each);
  const estimate advantage{tpr.value - fpr.value, tpr.low - fpr.high, tpr.high - fpr.low};
  return {{{(1 + advantage.value) / 2, (1 + advantage.low) / 2, (1 + advantage.high) / 2}, cut, false},
          {advantage, cut, false}};
}

/// The best balanced accuracy and advantage over all thresholds, marked as in-sample and without an interval.
///
/// For evidence that only ranks. Among equally good thresholds the highest is taken, so that useless evidence gives
/// +infinity. Compared exactly, in integers. O(thresholds). Throws nothing.
[[nodiscard]] inline advantage_result best_advantage(const roc_curve& curve) {
  const auto tp = curve.true_positives(), fp = curve.false_positives();
  const auto positives = static_cast<std::int64_t>(curve.positives());
  const auto negatives = static_cast<std::int64_t>(curve.negatives());
  std::size_t best = 0;
  std::int64_t most = 0;  // |tp N - fp P| <= P N < 2^62: a curve has fewer than 2^32 scores
  for (std::size_t i = 1; i < curve.size(); ++i) {
    const std::int64_t gain = tp[i] * negatives - fp[i] * positives;
    if (gain > most) {
      most = gain;
      best = i;
    }
  }
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const double advantage = static_cast<double>(tp[best]) / static_cast<double>(positives) -
                           static_cast<double>(fp[best]) / static_cast<double>(negatives);
  const double threshold = curve.thresholds()[best];
  return {{{(1 + advantage) / 2, none, none}, threshold, true}, {{advantage, none, none}, threshold, true}};
}

}  // namespace telltale::metric
