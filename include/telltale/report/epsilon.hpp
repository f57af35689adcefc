// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <telltale/metric/epsilon/bound.hpp>
#include <telltale/report/format.hpp>
#include <telltale/report/json.hpp>
#include <telltale/report/section.hpp>

namespace telltale::report {

/// {"method", "strategy", "delta", "low", "confidence", "guarantee", "searched", "threshold", "true_positives",
/// "false_positives"}; a threshold that is not a single one is null.
[[nodiscard]] inline json to_json(const metric::epsilon::bound& got) {
  return {{"method", got.method},
          {"strategy", got.strategy},
          {"delta", number(got.delta)},
          {"low", number(got.low)},
          {"confidence", number(got.confidence)},
          {"guarantee", to_string(got.guarantee)},
          {"searched", got.searched},
          {"threshold", number(got.threshold)},
          {"true_positives", got.counts.true_positives},
          {"false_positives", got.counts.false_positives}};
}

/// Lower limits of epsilon as a section. Throws argument_error for no bound.
[[nodiscard]] inline section section_of(const std::vector<metric::epsilon::bound>& got) {
  if (got.empty()) telltale::detail::refuse("section_of", "bounds", "is empty; wanted at least one");
  section made{"Differential privacy", "", {{{"epsilon", "at least"}, {"", "guarantee"}, {"", "threshold"}}, {}}, {}};
  for (const metric::epsilon::bound& bound : got) {
    const std::string counts =
        thousands(bound.counts.true_positives) + " TP, " + thousands(bound.counts.false_positives) + " FP";
    made.content.rows.push_back(
        {std::string(bound.method),
         {{fixed(bound.low, 3)},
          {std::string(to_string(bound.guarantee))},
          {std::string(bound.strategy) +
               (bound.searched > 1 ? ", " + thousands(bound.searched) + " searched" : std::string()),
           "", std::isnan(bound.threshold) ? "" : counts}},
         ""});
  }
  const metric::epsilon::bound& first = got.front();
  const std::string sure = short_percent(first.confidence) + " % confidence";
  made.meaning =
      first.low > 0
          ? "By " + std::string(first.method) + ", with " + sure +
                ", this training was not (\xce\xb5, \xce\xb4)-differentially private with any \xce\xb5 below " +
                fixed(first.low, 3) +
                ". A promise of a smaller \xce\xb5 is disproved; a larger one is not confirmed, "
                "since a stronger attack may certify more."
          : "These data disprove no promise of differential privacy. That is no proof that one holds: few records or a "
            "weak attack certify nothing.";
  made.notes = {"delta: " + json(first.delta).dump(),
                "Each bound holds with " + sure + " by itself; the largest of several does not",
                "clopper-pearson, gaussian-dp, bayesian and the log ratios take each record as a trial of its own, "
                "as with one model a record; the one-run methods take the membership of each record as tossed "
                "independently with probability 1/2 for one training run"};
  return made;
}

}  // namespace telltale::report
