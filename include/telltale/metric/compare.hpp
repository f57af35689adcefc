// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/metric/clustered_bootstrap.hpp>
#include <telltale/metric/fpr_rule.hpp>
#include <telltale/metric/interval/percentile.hpp>
#include <telltale/metric/pooled.hpp>
#include <telltale/metric/pooled_scores.hpp>
#include <telltale/metric/ranked_scores.hpp>
#include <telltale/metric/tpr_at_fpr.hpp>

namespace telltale::metric {

/// How much better one attack tells members from non-members than another does, each figure first minus second: `auc`,
/// and a TPR for each FPR. It rests on `records` that were judged in `targets` targets, drawn again in `replicates`
/// replicates.
struct comparison {
  estimate auc;
  std::vector<double> fprs;          ///< as asked for
  std::vector<estimate> tpr_at_fpr;  ///< one for each FPR, by the FPR rule on each attack's own curve
  std::size_t records = 0, targets = 0, replicates = 0;

  /// Whether the interval of a difference leaves out 0.
  [[nodiscard]] static bool told_apart(const estimate& difference) noexcept {
    return difference.low > 0 || difference.high < 0;
  }
};

/// Compares two attacks on the same records against the same targets, by a paired bootstrap over records.
///
/// Each replicate draws records with replacement and takes both attacks' figures on that draw, so that what makes a
/// record easy for both cancels: the interval of the difference is narrower than those of the two figures suggest, and
/// two intervals that overlap say little about it. Scores of the two attacks need no common scale. All scores of a
/// target lie on one curve, as in `evaluate_pooled(...).pooled`. Percentile intervals; that of a TPR difference reaches
/// the farther limit on both sides, since at few false positives the replicates are biased.
/// Measured at 95 %, 100 members and 100 non-members, 199 replicates: the AUC difference is covered in 95.2 % of 2,000
/// experiments where it is 0.046, and attacks that are equal are told apart in 4.0 %.
/// Cost: about that of `evaluate_pooled`, whose averaged figures it leaves out.
/// Throws argument_error as that does, and when the second attack was judged on other targets, records or memberships
/// than the first.
/// Reference: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13 (percentile intervals); Field
/// and Welsh 2007, "Bootstrapping clustered data".
template <class Rule = fpr_rule::step>
[[nodiscard]] comparison compare(const pooled_scores& first, const pooled_scores& second,
                                 const pooled_options& options = {}) {
  constexpr std::string_view where = "compare";
  detail::check_confidence(where, options.confidence);
  detail::check_replicates(where, options.resampling.replicates, options.confidence);
  for (const double fpr : options.fprs) detail::check_fpr(where, fpr);
  first.check(where);
  second.check(where);
  detail::check_size(where, "second", second.targets(), first.targets());
  for (std::size_t t = 0; t < first.targets(); ++t)
    if (!std::ranges::equal(first.member[t], second.member[t]))
      detail::refuse(where, "second",
                     "has other memberships than first for target " + std::to_string(t) +
                         "; both attacks must be judged on the same records");

  const detail::ranked_scores a(first.scores, first.member), b(second.scores, second.member);
  const std::size_t figures = options.fprs.size() + 1, replicates = options.resampling.replicates;
  const std::size_t scratch_size = std::max(a.points(), b.points()) + 1;
  const auto differences = [&](std::span<const std::uint32_t> weights, std::span<std::uint64_t> scratch,
                               std::span<double> out) {
    std::fill(out.begin(), out.end(), 0.0);
    for (const auto& [attack, sign] : {std::pair(&a, 1.0), std::pair(&b, -1.0)}) {
      const detail::packed_curve curve = attack->sweep(weights, scratch);
      if (!curve.has_both()) return false;
      detail::add_rates<Rule>(curve, options.fprs, sign, out);
    }
    return true;
  };
  std::vector<double> value(figures), rows(replicates * figures);
  const std::vector<std::uint32_t> once(first.records(), 1);
  std::vector<std::uint64_t> scratch(scratch_size);
  (void)differences(once, scratch, value);  // both classes are there: checked
  const bool complete = detail::for_each_replicate(
      options.resampling, {first.records()}, scratch_size,
      [&](std::span<const std::uint32_t> weights, std::span<std::uint64_t> space, std::size_t replicate) {
        return differences(weights, space, std::span(rows).subspan(replicate * figures, figures));
      });
  if (!complete) detail::refuse(where, "member", "has too few members or non-members to resample the records");

  comparison result;
  result.fprs = options.fprs;
  result.records = first.records();
  result.targets = first.targets();
  result.replicates = replicates;
  std::vector<double> column(replicates);
  for (std::size_t k = 0; k < figures; ++k) {
    for (std::size_t r = 0; r < replicates; ++r) column[r] = rows[r * figures + k];
    if (k == 0)
      result.auc = interval::percentile::of({value[k], column, 0, -1}, options.confidence);
    else
      result.tpr_at_fpr.push_back(interval::reflected_percentile::of({value[k], column, 0, -1}, options.confidence));
  }
  return result;
}

}  // namespace telltale::metric
