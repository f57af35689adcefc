// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <telltale/metric/compare.hpp>
#include <telltale/report/format.hpp>
#include <telltale/report/json.hpp>
#include <telltale/report/section.hpp>

namespace telltale::report {

/// {"auc", "tpr_at_fpr": [{"fpr", "difference"}], "records", "replicates", "confidence", "method"}; each difference is
/// first minus second.
[[nodiscard]] inline json to_json(const metric::comparison& got) {
  json points = json::array();
  for (std::size_t k = 0; k < got.fprs.size(); ++k)
    points.push_back({{"fpr", number(got.fprs[k])}, {"difference", to_json(got.tpr_at_fpr[k])}});
  return {{"auc", to_json(got.auc)},
          {"tpr_at_fpr", std::move(points)},
          {"records", got.records},
          {"replicates", got.replicates},
          {"method", "paired bootstrap over records"}};
}

/// "first", "second" or "not told apart", of a difference first minus second.
[[nodiscard]] inline std::string verdict_of(const metric::estimate& difference, const std::string& first,
                                            const std::string& second) {
  if (!metric::comparison::told_apart(difference)) return "not told apart";
  return (difference.low > 0 ? first : second) + " is better";
}

/// Two attacks on the same records as a section: each difference with its interval and its verdict.
[[nodiscard]] inline section section_of(const metric::comparison& got, const std::string& first,
                                        const std::string& second, double confidence) {
  section made{first + " against " + second, "", {{{"", "difference"}, {"", "verdict"}}, {}}, {}};
  const auto row = [&](const std::string& figure, const std::string& value, const std::string& interval,
                       const metric::estimate& difference) {
    made.content.rows.push_back({figure, {{value, interval}, {verdict_of(difference, first, second)}}, ""});
  };
  row("AUC", fixed(got.auc.value, 3), interval_fixed(got.auc, " to "), got.auc);
  for (std::size_t k = 0; k < got.fprs.size(); ++k)
    row("TPR at " + short_percent(got.fprs[k]) + " % FPR, percentage points", percent(got.tpr_at_fpr[k].value),
        interval_percent(got.tpr_at_fpr[k], " to "), got.tpr_at_fpr[k]);
  made.meaning = "Both attacks were tried on the same " + thousands(got.records) +
                 " records. Where an interval leaves out 0, one of them does better on records like these; where it "
                 "holds 0, these records do not tell which, however different the two figures look.";
  made.notes = {"Difference: " + first + " minus " + second,
                "Interval of a difference: paired bootstrap over records, " + thousands(got.replicates) +
                    " replicates, " + short_percent(confidence) + " %, each interval by itself"};
  return made;
}

}  // namespace telltale::report
