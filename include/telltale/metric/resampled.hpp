// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/metric/clustered_bootstrap.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/metric/interval/bca.hpp>
#include <telltale/metric/interval/none.hpp>
#include <telltale/metric/interval/percentile.hpp>
#include <telltale/metric/jackknife.hpp>
#include <telltale/metric/ranked_scores.hpp>

namespace telltale::metric {

/// What to evaluate at, and how to resample: `resampling`.
struct resampling_options : evaluation_options {
  bootstrap resampling;
};

/// Everything `evaluation` holds, the AUC and each TPR at an FPR with the interval of a stratified bootstrap: members
/// and non-members are resampled apart, so that their numbers stay what they are.
///
/// A threshold is chosen again in every replicate, so that the interval of a TPR also holds the uncertainty over which
/// non-members were drawn, which an interval at the given threshold leaves out. `Area` and `Rate` are intervals of a
/// replicated figure: interval::percentile, interval::bca or interval::reflected_percentile. Where all replicates of a
/// figure are equal they would be without width; there the AUC has `disjoint_pairs` and a TPR its `Proportion`. Figures
/// at the cut are not resampled: they have exact intervals.
/// Measured at 95 %, normal scores, classes of 20 to 1,000 and 50 against 500, 2,000 experiments of 399 replicates: the
/// AUC (0.5 to 0.99) is covered by BCa in 93.5 to 96.3 %, by the percentile interval in 91.2 to 95.1 %; a TPR where two
/// non-members or more may pass by `reflected_percentile` in 91.8 to 98.8 %, by the percentile interval in 90.5 to 98.6
/// %. Where none or one may pass the step rule is optimistic, and no resampling reveals it: 72 to 98.6 % and 57 to 94
/// %. An interval at the given threshold covers that TPR in 60 to 96 %.
/// Scores are sorted once; a replicate draws counts and adds them up along the curve.
/// Cost: O(n) a replicate, memory 16 bytes a score and as much a thread; BCa adds O(n log n) for each FPR, O(n^2) by
/// the hull. The same for every number of threads.
/// Throws argument_error as `evaluate` does, for 2^30 scores or more, and for fewer replicates than
/// 2/(1 - confidence) - 1.
/// Reference: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapters 8 (two samples) and 14.
template <class Rule = fpr_rule::step, class Area = interval::bca, class Rate = interval::reflected_percentile,
          class Proportion = interval::clopper_pearson>
[[nodiscard]] evaluation evaluate_resampled(const roc_curve& curve, const resampling_options& options = {}) {
  constexpr std::string_view where = "evaluate_resampled";
  detail::check_replicates(where, options.resampling.replicates, options.confidence);
  const std::uint64_t members = curve.positives(), nonmembers = curve.negatives();
  if (members + nonmembers >= std::uint64_t{1} << 30)
    detail::refuse(where, "curve", "has 2^30 scores or more; wanted fewer");
  evaluation result = evaluate<Rule, Proportion, interval::none>(curve, options);

  const detail::ranked_scores ranked(curve);
  const std::size_t figures = options.fprs.size() + 1, replicates = options.resampling.replicates;
  std::vector<double> rows(replicates * figures);
  (void)detail::for_each_replicate(
      options.resampling, {members, nonmembers}, ranked.points() + 1,
      [&](std::span<const std::uint32_t> weights, std::span<std::uint64_t> counts, std::size_t b) {
        const auto row = std::span(rows).subspan(b * figures, figures);
        detail::add_rates<Rule>(ranked.sweep(weights, counts), options.fprs, 1, row);
        return true;  // both classes are in every replicate
      });

  std::vector<double> column(replicates);
  const auto limits = [&]<class Interval>(Interval, std::size_t k, double value, const auto& acceleration) {
    for (std::size_t b = 0; b < replicates; ++b) column[b] = rows[b * figures + k];
    replicated_figure figure{value, column};
    if constexpr (Interval::needs_acceleration) figure.acceleration = acceleration();
    return Interval::of(figure, options.confidence);
  };
  const auto has_width = [](const estimate& found) { return found.low < found.high; };
  result.auc = limits(Area{}, 0, result.auc.value, [&] { return detail::acceleration_of_auc(curve); });
  if (!has_width(result.auc))
    result.auc = interval::disjoint_pairs::of(result.auc.value, std::min(members, nonmembers), options.confidence);
  for (std::size_t f = 0; f < options.fprs.size(); ++f) {
    estimate& tpr = result.tpr_at_fpr[f].tpr;
    const estimate found =
        limits(Rate{}, f + 1, tpr.value, [&] { return detail::acceleration_of_rate<Rule>(curve, options.fprs[f]); });
    if (has_width(found)) tpr = found;
  }
  const std::string by_bootstrap = " bootstrap, members and non-members apart, " + std::to_string(replicates) +
                                   " replicates, seed " + std::to_string(options.resampling.seed);
  result.conventions.auc_interval = std::string(Area::name) + by_bootstrap;
  result.conventions.tpr_interval = std::string(Rate::name) + by_bootstrap;
  return result;
}

/// The same from evidence (larger means member) and membership, aligned by record. Throws argument_error as `roc_curve`
/// does as well.
template <class Rule = fpr_rule::step, class Area = interval::bca, class Rate = interval::reflected_percentile,
          class Proportion = interval::clopper_pearson>
[[nodiscard]] evaluation evaluate_resampled(std::span<const double> scores, std::span<const membership> member,
                                            const resampling_options& options = {}) {
  return evaluate_resampled<Rule, Area, Rate, Proportion>(roc_curve(scores, member), options);
}

}  // namespace telltale::metric
