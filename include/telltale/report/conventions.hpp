// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/metric/evaluation.hpp>
#include <telltale/report/format.hpp>

namespace telltale::report {

/// What the figures of these evaluations mean: one sentence for each convention that any of them follows, and for each
/// mark that a table of them carries.
[[nodiscard]] inline std::vector<std::string> footnotes(const std::vector<const metric::evaluation*>& shown) {
  std::vector<std::string> notes;
  const auto add = [&](std::string note) {
    if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(std::move(note));
  };
  const auto each = [&](std::string_view label, auto convention) {
    for (const metric::evaluation* got : shown)
      if (const std::string text = convention(*got); !text.empty()) add(std::string(label) + text);
  };
  using evaluation = metric::evaluation;
  each("TPR at FPR: ", [](const evaluation& e) { return e.conventions.tpr_rule; });
  each("FP: ", [](const evaluation& e) {
    return e.tpr_at_fpr.empty()
               ? ""
               : "false positives behind the TPR, with the realised FPR where it differs by more than 5 %";
  });
  each("n/r: ", [](const evaluation& e) {
    for (const metric::operating_point& point : e.tpr_at_fpr)
      if (!point.resolvable) return "not resolvable: a target has fewer than 1/FPR non-members";
    return "";
  });
  each("*: ", [](const evaluation& e) {
    return e.balanced_accuracy.in_sample ? "ranking only, at the best threshold of the same scores: optimistic" : "";
  });
  each("Interval of AUC: ", [](const evaluation& e) { return e.conventions.auc_interval; });
  each("Interval of TPR: ", [](const evaluation& e) { return e.conventions.tpr_interval; });
  each("Interval of balanced accuracy: ", [](const evaluation& e) {
    return e.balanced_accuracy.in_sample ? std::string() : e.conventions.advantage_interval;
  });
  each("Clustering: ", [](const evaluation& e) { return e.conventions.clustering; });
  each("Confidence of every interval: ",
       [](const evaluation& e) { return short_percent(e.conventions.confidence) + " %"; });
  return notes;
}

}  // namespace telltale::report
