// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <telltale/core/membership.hpp>
#include <telltale/metric/advantage.hpp>
#include <telltale/metric/auc.hpp>
#include <telltale/metric/interval/estimate.hpp>
#include <telltale/metric/roc.hpp>
#include <telltale/metric/tpr_at_fpr.hpp>

namespace telltale::metric {

/// What the numbers of an evaluation mean, in words for a reader of the report: `tpr_rule`, how an FPR finds its
/// threshold; `tpr_interval`, `auc_interval` and `advantage_interval`, which interval each figure has; `clustering`,
/// what was taken as one draw; and the `confidence` of all intervals.
struct conventions {
  std::string tpr_rule, tpr_interval, auc_interval, advantage_interval, clustering;
  double confidence = 0.95;
};

/// How well evidence tells members from non-members, every number with its uncertainty: `auc`, TPRs,
/// `balanced_accuracy` and `advantage` of the verdict, of how many `members` and `nonmembers`, by which `conventions`.
///
/// Where `balanced_accuracy.in_sample` is true the best threshold of these very scores was taken and there is no
/// interval (NaN); otherwise both hold at the rule's own cut.
struct evaluation {
  estimate auc;
  std::vector<operating_point> tpr_at_fpr;  ///< one for each wanted FPR, in the order asked for
  estimate_at_cut balanced_accuracy, advantage;
  std::size_t members = 0, nonmembers = 0;
  metric::conventions conventions;
};

/// What to evaluate at: the wanted false-positive rates (`fprs`, fractions), the `confidence` of every interval, the
/// rule's `cut`.
struct evaluation_options {
  std::vector<double> fprs{0.1, 0.01, 0.001};
  double confidence = 0.95;
  std::optional<double> cut;  ///< nothing or +infinity: the evidence only ranks
};

/// Everything `evaluation` holds, from a curve: `Rule` finds the operating point of an FPR, `Proportion` is the
/// interval of a rate and `Area` that of the AUC.
///
/// Cost: O(thresholds). Throws argument_error for an FPR outside [0, 1], a confidence outside (0, 1), a NaN cut.
template <class Rule = fpr_rule::step, class Proportion = interval::clopper_pearson,
          class Area = interval::delong_logit>
[[nodiscard]] evaluation evaluate(const roc_curve& curve, const evaluation_options& options = {}) {
  evaluation result;
  result.auc = auc<Area>(curve, options.confidence);
  for (const double fpr : options.fprs)
    result.tpr_at_fpr.push_back(tpr_at_fpr<Rule, Proportion>(curve, fpr, options.confidence));
  const bool ranks_only = !options.cut || (std::isinf(*options.cut) && *options.cut > 0);
  const advantage_result verdict =
      ranks_only ? best_advantage(curve) : advantage_at<Proportion>(curve, *options.cut, options.confidence);
  result.balanced_accuracy = verdict.balanced_accuracy;
  result.advantage = verdict.advantage;
  result.members = curve.positives();
  result.nonmembers = curve.negatives();
  result.conventions = {std::string(Rule::name),
                        std::string(Proportion::name) + ", the threshold taken as given",
                        std::string(Area::name),
                        ranks_only ? "none: best threshold of the same scores"
                                   : "two " + std::string(Proportion::name) + " intervals at half the error each",
                        "none: records are independent",
                        options.confidence};
  return result;
}

/// Everything `evaluation` holds, from evidence (larger means member) and membership, aligned by record.
///
/// Cost: O(n) for the radix sort of n scores. Throws argument_error as `roc_curve` does, and as above.
template <class Rule = fpr_rule::step, class Proportion = interval::clopper_pearson,
          class Area = interval::delong_logit>
[[nodiscard]] evaluation evaluate(std::span<const double> scores, std::span<const membership> member,
                                  const evaluation_options& options = {}) {
  return evaluate<Rule, Proportion, Area>(roc_curve(scores, member), options);
}

}  // namespace telltale::metric
