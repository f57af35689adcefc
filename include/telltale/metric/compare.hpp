// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/metric/clustered_bootstrap.hpp>
#include <telltale/metric/pooled.hpp>
#include <telltale/metric/pooled_scores.hpp>
#include <telltale/metric/pooled_sweeps.hpp>

namespace telltale::metric {

/// How much better one attack tells members from non-members than another does, each figure first minus second.
struct comparison {
  estimate auc;
  std::vector<double> fprs;          ///< as asked for
  std::vector<estimate> tpr_at_fpr;  ///< one for each FPR, by the step rule on each attack's own curve
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
/// Cost: twice that of `evaluate_pooled`. Throws argument_error as that does, and when the second attack was judged on
/// other targets, records or memberships than the first.
/// Reference: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13 (percentile intervals); Field
/// and Welsh 2007, "Bootstrapping clustered data".
[[nodiscard]] inline comparison compare(const pooled_scores& first, const pooled_scores& second,
                                        const pooled_options& options = {}) {
  constexpr std::string_view where = "compare";
  detail::check_confidence(where, options.confidence);
  detail::check_replicates(where, options.resampling.replicates, options.confidence);
  first.check(where);
  second.check(where);
  detail::check_size(where, "second", second.targets(), first.targets());
  for (std::size_t t = 0; t < first.targets(); ++t)
    if (!std::ranges::equal(first.member[t], second.member[t]))
      detail::refuse(where, "second",
                     "has other memberships than first for target " + std::to_string(t) +
                         "; both attacks must be judged on the same records");

  const detail::pooled_sweeps a(first, options.fprs), b(second, options.fprs);
  const std::size_t figures = options.fprs.size() + 1, replicates = options.resampling.replicates;
  // What the sweeps need of a draw: their own figures, of which the pooled ones come first.
  const auto differences = [&](std::span<const std::uint32_t> weights, std::span<std::uint64_t> scratch,
                               std::span<double> out) {
    std::vector<double> of_a(2 * a.width()), of_b(2 * b.width());
    if (!a.figures(weights, scratch, of_a) || !b.figures(weights, scratch, of_b)) return false;
    for (std::size_t k = 0; k < figures; ++k) out[k] = of_a[k] - of_b[k];
    return true;
  };
  const std::size_t scratch_size = std::max(a.scratch_size(), b.scratch_size());
  std::vector<double> value(figures), rows(replicates * figures);
  const std::vector<std::uint32_t> once(first.records(), 1);
  std::vector<std::uint64_t> scratch(scratch_size);
  (void)differences(once, scratch, value);  // both classes are there: checked
  const bool complete = detail::for_each_replicate(
      options.resampling, first.records(), scratch_size,
      [&](std::span<const std::uint32_t> weights, std::span<std::uint64_t> space, std::size_t replicate) {
        return differences(weights, space, std::span(rows).subspan(replicate * figures, figures));
      });
  if (!complete)
    detail::refuse(where, "member", "has a target with too few members or non-members to resample the records");

  comparison result;
  result.fprs = options.fprs;
  result.records = first.records();
  result.targets = first.targets();
  result.replicates = replicates;
  std::vector<double> column(replicates);
  for (std::size_t k = 0; k < figures; ++k) {
    for (std::size_t r = 0; r < replicates; ++r) column[r] = rows[r * figures + k];
    if (k == 0)
      result.auc = detail::percentile(value[k], column, options.confidence);
    else
      result.tpr_at_fpr.push_back(detail::reflected_percentile(value[k], column, options.confidence, -1));
  }
  return result;
}

}  // namespace telltale::metric
