// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <telltale/metric/groups.hpp>
#include <telltale/report/format.hpp>
#include <telltale/report/json.hpp>
#include <telltale/report/section.hpp>
#include <telltale/report/text.hpp>

namespace telltale::report {

/// {"value", "low", "high", "highest", "lowest"}.
[[nodiscard]] inline json to_json(const metric::group_gap& got) {
  json object = to_json(got.gap);
  object["highest"] = got.highest;
  object["lowest"] = got.lowest;
  return object;
}

/// {"groups": [{"name", the evaluation's fields}], "not_measurable": [{"name", "members", "nonmembers"}], "auc_gap",
/// "tpr_gaps", "threshold", "holds_for", "confidence"}. A gap is null where fewer than two groups can be measured.
[[nodiscard]] inline json to_json(const metric::grouped_evaluation& got) {
  json groups = json::array(), absent = json::array(), gaps = json::array();
  for (const metric::group_evaluation& group : got.groups) {
    json object{{"name", group.name}};
    object.update(to_json(group.found));
    groups.push_back(std::move(object));
  }
  for (const metric::unmeasurable_group& group : got.not_measurable)
    absent.push_back({{"name", group.name}, {"members", group.members}, {"nonmembers", group.nonmembers}});
  for (const metric::group_gap& gap : got.tpr_gaps) gaps.push_back(to_json(gap));
  return {{"groups", std::move(groups)},
          {"not_measurable", std::move(absent)},
          {"auc_gap", got.auc_gap ? to_json(*got.auc_gap) : json(nullptr)},
          {"tpr_gaps", std::move(gaps)},
          {"threshold", got.threshold},
          {"holds_for", got.holds_for},
          {"confidence", number(got.confidence)}};
}

/// The figures of every group as a section, after those of all records.
[[nodiscard]] inline section section_of(const metric::grouped_evaluation& got) {
  section made{"Groups", "", {{{"", "records"}}, {}}, {}};
  const auto records = [](std::uint64_t members, std::uint64_t nonmembers) {
    return std::vector<std::string>{thousands(members + nonmembers), "", thousands(members) + " members"};
  };
  for (std::vector<std::string>& column : detail::header_of(got.all)) made.content.header.push_back(std::move(column));
  const auto row = [&](const std::string& name, const metric::evaluation& found) {
    std::vector<std::vector<std::string>> cells{records(found.members, found.nonmembers)};
    for (std::vector<std::string>& cell : detail::cells_of(found)) cells.push_back(std::move(cell));
    made.content.rows.push_back({name, std::move(cells), ""});
  };
  row("all", got.all);
  for (const metric::group_evaluation& group : got.groups) row(group.name, group.found);
  for (const metric::unmeasurable_group& group : got.not_measurable)
    made.content.rows.push_back({group.name,
                                 {},
                                 "not measurable: " + thousands(group.members) + " members and " +
                                     thousands(group.nonmembers) + " non-members"});
  made.meaning = "An average over everybody can hide a group that is found far more often.";
  if (got.auc_gap) {
    const metric::group_gap& gap = *got.auc_gap;
    made.meaning += " Here the AUC is highest for " + gap.highest + " and lowest for " + gap.lowest + ", " +
                    fixed(gap.gap.value, 3) + " apart";
    made.meaning +=
        gap.gap.low > 0
            ? "; some groups truly differ, by at least " + fixed(gap.gap.low, 3) + "."
            : "; with so few records that can be chance, and no group is shown to be worse off than another.";
  }
  made.notes = {"TPR at FPR of a group: at " + got.threshold,
                "Confidence of the groups' intervals: " + short_percent(got.confidence) + " % for " + got.holds_for};
  return made;
}

}  // namespace telltale::report
