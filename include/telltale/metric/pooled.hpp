// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/metric/auc_clustered.hpp>
#include <telltale/metric/clustered_bootstrap.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/metric/interval/none.hpp>
#include <telltale/metric/interval/percentile.hpp>
#include <telltale/metric/pooled_scores.hpp>
#include <telltale/metric/pooled_sweeps.hpp>

namespace telltale::metric {

/// What to evaluate pooled scores at: the false-positive rates `fprs`, fractions; the `confidence` of every interval;
/// the `resampling` of records.
struct pooled_options {
  std::vector<double> fprs{0.1, 0.01, 0.001};
  double confidence = 0.95;
  bootstrap resampling;
};

/// Several targets in one: all scores on one curve (`pooled`), and each target's own figures averaged (`averaged`), of
/// so many `targets`, `records` and `replicates`.
///
/// Pooling compares scores of different targets with each other, which asks for evidence on one scale, and resolves an
/// FPR of 1/(n T). Averaging compares within a target only, and resolves 1/n. In `averaged`, counts are summed over
/// targets, rates are means over targets, a threshold is NaN unless one cut served all targets, and `resolvable` says
/// whether every target resolves the FPR. Where a target has few false positives the step rule is optimistic (a
/// threshold that lets k of N pass lets (k+1)/(N+1) pass on average) and averaging keeps that bias, which no resampling
/// of records reveals: read low FPRs from `pooled`.
struct pooled_evaluation {
  evaluation pooled, averaged;
  std::size_t targets = 0, records = 0, replicates = 0;
};

}  // namespace telltale::metric

namespace telltale::detail {

/// The means over the targets' own curves, without intervals.
template <class Rule>
[[nodiscard]] metric::evaluation averaged_points(const metric::pooled_scores& pooled, std::span<const double> fprs) {
  using metric::interval::none;
  constexpr double absent = std::numeric_limits<double>::quiet_NaN();
  const double share = 1 / static_cast<double>(pooled.targets());
  metric::evaluation mean;
  for (const double fpr : fprs) mean.tpr_at_fpr.push_back({fpr, {}, 0, 0, 0, absent, true});
  double advantage = 0;
  for (std::size_t t = 0; t < pooled.targets(); ++t) {
    const metric::roc_curve curve(pooled.scores[t], pooled.member[t]);
    mean.auc.value += share * curve.auc();
    for (metric::operating_point& point : mean.tpr_at_fpr) {
      const metric::operating_point here = metric::tpr_at_fpr<Rule, none>(curve, point.fpr);
      point.tpr.value += share * here.tpr.value;
      point.realised_fpr += share * here.realised_fpr;
      point.false_positives += here.false_positives;
      point.true_positives += here.true_positives;
      point.resolvable = point.resolvable && here.resolvable;
    }
    advantage +=
        share * (pooled.has_cut() ? metric::advantage_at<none>(curve, pooled.cut_of(t)) : metric::best_advantage(curve))
                    .advantage.value;
    mean.members += curve.positives();
    mean.nonmembers += curve.negatives();
  }
  const double cut = pooled.has_cut() && pooled.cuts.size() == 1 ? pooled.cuts[0] : absent;
  mean.advantage = {{advantage, absent, absent}, cut, !pooled.has_cut()};
  mean.balanced_accuracy = {{(1 + advantage) / 2, absent, absent}, cut, !pooled.has_cut()};
  return mean;
}

/// Every score of every target on one curve, without intervals.
template <class Rule>
[[nodiscard]] metric::evaluation pooled_points(const metric::pooled_scores& pooled,
                                               const metric::pooled_options& options) {
  using metric::interval::none;
  std::vector<double> scores;
  std::vector<membership> member;
  for (std::size_t t = 0; t < pooled.targets(); ++t) {
    scores.insert(scores.end(), pooled.scores[t].begin(), pooled.scores[t].end());
    member.insert(member.end(), pooled.member[t].begin(), pooled.member[t].end());
  }
  metric::evaluation all =
      metric::evaluate<Rule, none, none>(metric::roc_curve(scores, member), {options.fprs, options.confidence, {}});
  if (!pooled.has_cut()) return all;
  double tp = 0, fp = 0;
  for (std::size_t t = 0; t < pooled.targets(); ++t)
    for (std::size_t r = 0; r < pooled.records(); ++r)
      if (pooled.scores[t][r] >= pooled.cut_of(t)) (pooled.member[t][r] == membership::in ? tp : fp) += 1;
  constexpr double absent = std::numeric_limits<double>::quiet_NaN();
  const double advantage = tp / static_cast<double>(all.members) - fp / static_cast<double>(all.nonmembers);
  const double cut = pooled.cuts.size() == 1 ? pooled.cuts[0] : absent;
  all.advantage = {{advantage, absent, absent}, cut, false};
  all.balanced_accuracy = {{(1 + advantage) / 2, absent, absent}, cut, false};
  return all;
}

/// Gives the figures of `result` the percentile intervals of the replicates, of which figure k is `replicated[k]`.
///
/// Replicates that are all equal (perfect separation, all tied, no true positive) would give an interval without width;
/// there each record counts as one trial and the bounds of `Proportion` for that many trials are taken.
template <class Proportion>
void set_intervals(metric::evaluation& result, std::span<std::vector<double>> replicated, bool has_cut,
                   const record_counts& records, double confidence) {
  using metric::interval::percentile, metric::interval::reflected_percentile;
  const auto bounds = [&](double rate, std::uint64_t trials) {
    const double count = rate * static_cast<double>(trials);
    return metric::estimate{rate, Proportion::of(static_cast<std::uint64_t>(std::floor(count)), trials, confidence).low,
                            Proportion::of(static_cast<std::uint64_t>(std::ceil(count)), trials, confidence).high};
  };
  result.auc = percentile::of({result.auc.value, replicated[0]}, confidence);
  if (!(result.auc.low < result.auc.high))
    result.auc =
        metric::interval::disjoint_pairs::of(result.auc.value, std::max<std::uint64_t>(1, records.pairs()), confidence);
  for (std::size_t f = 0; f < result.tpr_at_fpr.size(); ++f) {
    metric::estimate& tpr = result.tpr_at_fpr[f].tpr;
    tpr = reflected_percentile::of({tpr.value, replicated[f + 1]}, confidence);
    if (!(tpr.low < tpr.high)) tpr = bounds(tpr.value, records.with_member);
  }
  if (!has_cut) return;
  metric::estimate advantage = percentile::of({result.advantage.value, replicated.back()}, confidence);
  if (!(advantage.low < advantage.high)) {
    // Hoeffding's inequality for each rate at half the error, since only TPR - FPR is at hand.
    const double reach =
        std::sqrt(std::log(4 / (1 - confidence)) / 2) * (1 / std::sqrt(static_cast<double>(records.with_member)) +
                                                         1 / std::sqrt(static_cast<double>(records.with_nonmember)));
    advantage = {advantage.value, std::max(-1.0, advantage.value - reach), std::min(1.0, advantage.value + reach)};
  }
  static_cast<metric::estimate&>(result.advantage) = advantage;
  static_cast<metric::estimate&>(result.balanced_accuracy) = {(1 + advantage.value) / 2, (1 + advantage.low) / 2,
                                                              (1 + advantage.high) / 2};
}

}  // namespace telltale::detail

namespace telltale::metric {

/// Evaluates the same records against several targets, pooled and averaged, with intervals clustered by record; `Rule`
/// finds the operating point of an FPR.
///
/// Each replicate draws records with replacement; a record brings all its scores, so that dependence between a record's
/// scores widens the intervals as it should. Thresholds for an FPR are chosen again in every replicate. The
/// intervals of AUC and of figures at the cut are percentile intervals; that of a TPR at an FPR is symmetric, reaching
/// the farther percentile limit, since at few false positives the replicates are biased. The targets are taken as
/// given: nothing here says how another training run would differ. A replicate that leaves a target without one of its
/// classes is drawn again.
///
/// Cost: O(m log m) once and O(m) a replicate for m = n T scores; memory O(m) and 8 m bytes a thread. The same for
/// every number of threads.
/// Throws argument_error as `pooled_scores::check` does, for FPRs outside [0, 1], a confidence outside (0, 1), fewer
/// than 2/(1 - confidence) - 1 replicates, and when a target has so few records of a class that a thousand resamples in
/// a row miss it.
/// Reference: Field and Welsh 2007, "Bootstrapping clustered data" (the cluster bootstrap).
template <class Rule = fpr_rule::step, class Proportion = interval::clopper_pearson>
[[nodiscard]] pooled_evaluation evaluate_pooled(const pooled_scores& pooled, const pooled_options& options = {}) {
  constexpr std::string_view where = "evaluate_pooled";
  detail::check_confidence(where, options.confidence);
  detail::check_replicates(where, options.resampling.replicates, options.confidence);
  pooled.check(where);
  pooled_evaluation result{detail::pooled_points<Rule>(pooled, options),
                           detail::averaged_points<Rule>(pooled, options.fprs), pooled.targets(), pooled.records(),
                           options.resampling.replicates};

  const detail::pooled_sweeps<Rule> sweeps(pooled, options.fprs);
  const std::size_t width = 2 * sweeps.width(), replicates = options.resampling.replicates;
  std::vector<double> rows(replicates * width);
  const bool complete = detail::for_each_replicate(
      options.resampling, {pooled.records()}, sweeps.scratch_size(),
      [&](std::span<const std::uint32_t> weights, std::span<std::uint64_t> scratch, std::size_t b) {
        return sweeps.figures(weights, scratch, std::span(rows).subspan(b * width, width));
      });
  if (!complete)
    detail::refuse(where, "member", "has a target with too few members or non-members to resample the records");

  std::vector<std::vector<double>> columns(width, std::vector<double>(replicates));
  for (std::size_t b = 0; b < replicates; ++b)
    for (std::size_t k = 0; k < width; ++k) columns[k][b] = rows[b * width + k];
  const detail::record_counts records(pooled);
  const auto all = std::span(columns);
  detail::set_intervals<Proportion>(result.pooled, all.first(sweeps.width()), pooled.has_cut(), records,
                                    options.confidence);
  detail::set_intervals<Proportion>(result.averaged, all.subspan(sweeps.width()), pooled.has_cut(), records,
                                    options.confidence);

  const std::string by_bootstrap = "percentile bootstrap over records, " + std::to_string(replicates) +
                                   " replicates, seed " + std::to_string(options.resampling.seed);
  result.pooled.conventions = {std::string(Rule::name),
                               by_bootstrap + ", symmetric about the value",
                               by_bootstrap,
                               pooled.has_cut() ? by_bootstrap : "none: best threshold of the same scores",
                               "by record, " + std::to_string(pooled.targets()) + " targets",
                               options.confidence};
  result.averaged.conventions = result.pooled.conventions;
  return result;
}

}  // namespace telltale::metric
