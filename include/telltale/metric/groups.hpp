// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/metric/group_policies.hpp>
#include <telltale/metric/grouping.hpp>

namespace telltale::metric {

/// A group, and what was `found` on its records; `found.conventions.confidence` is that of its own intervals.
struct group_evaluation {
  std::string name;
  evaluation found;
};

/// The largest difference of a figure between two groups, and which these are: `highest` and `lowest` by name.
///
/// The value of `gap` is the largest measured less the smallest. Its [low, high] holds the true largest difference with
/// the confidence asked for, whichever groups the data make look largest and smallest: it follows from intervals that
/// hold for all groups at once.
struct group_gap {
  estimate gap;
  std::string highest, lowest;
};

/// The figures of `all` records and of every group, and the largest gaps between groups.
struct grouped_evaluation {
  evaluation all;
  std::vector<group_evaluation> groups;            ///< in ascending order of their labels
  std::vector<unmeasurable_group> not_measurable;  ///< empty unless the policy lists them
  std::optional<group_gap> auc_gap;                ///< nothing where fewer than two groups can be measured
  std::vector<group_gap> tpr_gaps;                 ///< one for each FPR, or empty
  double confidence = 0.95;                        ///< of what `holds_for` says
  std::string threshold, holds_for;                ///< the policies' names
};

}  // namespace telltale::metric

namespace telltale::detail {

/// The largest less the smallest of values that lie in their intervals all at once.
[[nodiscard]] inline metric::group_gap largest_gap(std::span<const metric::group_evaluation> groups,
                                                   const std::vector<metric::estimate>& figures) {
  const auto value = [](const metric::estimate& e) { return e.value; };
  const auto low = [](const metric::estimate& e) { return e.low; };
  const auto high = [](const metric::estimate& e) { return e.high; };
  const auto [smallest, largest] = std::ranges::minmax_element(figures, {}, value);
  const double least = std::ranges::max(figures, {}, low).low - std::ranges::min(figures, {}, high).high;
  const double most = std::ranges::max(figures, {}, high).high - std::ranges::min(figures, {}, low).low;
  const auto name = [&](auto place) { return groups[static_cast<std::size_t>(place - figures.begin())].name; };
  return {{largest->value - smallest->value, std::max(0.0, least), most}, name(largest), name(smallest)};
}

/// The operating point of one curve at a threshold that belongs to another.
template <class Proportion>
[[nodiscard]] metric::operating_point judged_at(const metric::roc_curve& curve, const metric::operating_point& given,
                                                double confidence) {
  const std::size_t i = curve.point_at(given.threshold);
  const std::uint64_t tp = curve.true_positives(i), fp = curve.false_positives(i);
  return {given.fpr,
          Proportion::of(tp, curve.positives(), confidence),
          static_cast<double>(fp) / static_cast<double>(curve.negatives()),
          fp,
          tp,
          given.threshold,
          given.resolvable};
}

}  // namespace telltale::detail

namespace telltale::metric {

/// Evaluates every group of records by itself, and how far the groups are apart.
///
/// An attack that finds few members over all may find many of one class or of one hospital. `Policies` says whose
/// threshold an FPR stands for, what the confidence holds for, and what happens to a group that lacks a class: each
/// choice is a named policy, see group_policies.hpp. With the threshold of all records, `resolvable` says whether all
/// records together resolve the FPR, and a group's `realised_fpr` is its own. Figures at the cut and the AUC are the
/// group's own in any case. An interval takes its threshold as given.
/// O(n). Throws argument_error as `evaluate` does, when the groups are not of these records, as the
/// policy says for a group that lacks a class, and for the threshold of all records by a rule that mixes two of them.
template <class Policies = group_preset::strict, class Rule = fpr_rule::step,
          class Proportion = interval::clopper_pearson, class Area = interval::delong_logit>
[[nodiscard]] grouped_evaluation evaluate_groups(std::span<const double> scores, std::span<const membership> member,
                                                 const grouping& groups, const evaluation_options& options = {}) {
  constexpr std::string_view where = "evaluate_groups";
  constexpr bool one_threshold =
      std::same_as<std::remove_cvref_t<decltype(Policies::threshold)>, group_threshold::of_all_records>;
  detail::check_size(where, "groups", groups.records(), scores.size());
  grouped_evaluation result;
  result.all = evaluate<Rule, Proportion, Area>(scores, member, options);  // checks scores and member
  result.confidence = options.confidence;
  result.threshold = Policies::threshold.name;
  result.holds_for = Policies::confidence.name;
  if (one_threshold)
    for (const operating_point& point : result.all.tpr_at_fpr)
      if (std::isnan(point.threshold))
        detail::refuse(where, "Rule",
                       std::string("'") + std::string(Rule::name) +
                           "' mixes two thresholds; one threshold for all groups wants a rule that "
                           "takes a point of the curve");

  std::vector<std::vector<double>> in(groups.size()), out(groups.size());
  for (std::size_t r = 0; r < scores.size(); ++r)
    (member[r] == membership::in ? in : out)[groups.of_records()[r]].push_back(scores[r]);
  std::vector<std::pair<std::size_t, roc_curve>> curves;
  for (std::size_t g = 0; g < groups.size(); ++g)
    if (in[g].empty() || out[g].empty())
      Policies::without_a_class.meet(result.not_measurable, {groups.name(g), in[g].size(), out[g].size()});
    else
      curves.emplace_back(g, roc_curve(in[g], out[g]));

  const auto found_at = [&](const roc_curve& curve, double confidence) {
    evaluation_options mine = options;
    mine.confidence = confidence;
    evaluation found = evaluate<Rule, Proportion, Area>(curve, mine);
    if (one_threshold)
      for (std::size_t f = 0; f < found.tpr_at_fpr.size(); ++f)
        found.tpr_at_fpr[f] = detail::judged_at<Proportion>(curve, result.all.tpr_at_fpr[f], confidence);
    return found;
  };
  std::vector<std::vector<estimate>> at_once(options.fprs.size() + 1);  // AUC, a TPR for each FPR; then by group
  for (const auto& [g, curve] : curves) {
    result.groups.push_back(
        {groups.name(g), found_at(curve, Policies::confidence.of_one(options.confidence, curves.size()))});
    const evaluation found = found_at(curve, group_confidence::bonferroni::of_one(options.confidence, curves.size()));
    at_once[0].push_back(found.auc);
    for (std::size_t f = 0; f < options.fprs.size(); ++f) at_once[f + 1].push_back(found.tpr_at_fpr[f].tpr);
  }
  if (curves.size() < 2) return result;
  result.auc_gap = detail::largest_gap(result.groups, at_once[0]);
  for (std::size_t f = 0; f < options.fprs.size(); ++f)
    result.tpr_gaps.push_back(detail::largest_gap(result.groups, at_once[f + 1]));
  return result;
}

}  // namespace telltale::metric
