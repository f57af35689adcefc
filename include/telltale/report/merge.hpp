// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/report/audit.hpp>
#include <telltale/report/format.hpp>

namespace telltale::report {

/// An audit and what to call it where two say different things.
struct named_audit {
  std::string name;  ///< what tells its attacks from those of another
  audit content;     ///< as it was read
};

}  // namespace telltale::report

namespace telltale::report::detail {

/// The figures of one table stand under one header: every attack of a target has the same FPRs.
inline void check_fprs(const target_result& target, const attack_result& added, std::string_view from) {
  if (added.stopped_by_type) return;
  for (const attack_result& attack : target.attacks) {
    if (attack.stopped_by_type) continue;
    const bool same = std::ranges::equal(attack.evaluation.tpr_at_fpr, added.evaluation.tpr_at_fpr, {},
                                         &metric::operating_point::fpr, &metric::operating_point::fpr);
    if (!same)
      telltale::detail::refuse("merged", from,
                               "'" + added.name + "' was evaluated at other false-positive rates than '" + attack.name +
                                   "' of the same target; evaluate both with the same list");
    return;
  }
}

inline void add_attacks(target_result& into, const target_result& from, std::string_view report) {
  for (const attack_result& attack : from.attacks) {
    check_fprs(into, attack, report);
    const bool is_new =
        std::ranges::none_of(into.attacks, [&](const attack_result& a) { return a.name == attack.name; });
    into.attacks.push_back(attack);
    if (!is_new) into.attacks.back().name += " (" + std::string(report) + ")";
  }
}

}  // namespace telltale::report::detail

namespace telltale::report {

/// Several audits as one: targets of one name are joined, attacks of one name are told apart by the report they come
/// from.
///
/// Figures are taken as they are: nothing is pooled, since the reports may rest on the same records. Settings and notes
/// carry the report's name where there are several; who is vulnerable is kept where just one report says so, and
/// otherwise noted as left out. Throws argument_error for no report, and for attacks of one target that were evaluated
/// at different false-positive rates.
[[nodiscard]] inline audit merged(const std::vector<named_audit>& reports) {
  if (reports.empty()) telltale::detail::refuse("merged", "reports", "is empty; wanted at least one");
  if (reports.size() == 1) return reports.front().content;
  audit result;
  result.title = "Merged audit";
  std::size_t with_vulnerability = 0;
  for (const auto& [name, from] : reports) {
    result.data += (result.data.empty() ? "" : "; ") + name + (from.data.empty() ? "" : ": " + from.data);
    for (const auto& [key, value] : from.settings)
      result.settings.emplace_back(std::string(name).append(": ").append(key), value);
    for (const target_result& target : from.targets) {
      auto same = std::ranges::find(result.targets, target.name, &target_result::name);
      if (same == result.targets.end())
        same = result.targets.insert(same, target_result{target.name, target.description, {}});
      detail::add_attacks(*same, target, name);
    }
    for (const std::string& note : from.notes)
      if (std::ranges::find(result.notes, note) == result.notes.end()) result.notes.push_back(note);
    if (!from.classes.empty() || !from.records.empty()) {
      ++with_vulnerability;
      result.vulnerability_measure = from.vulnerability_measure;
      result.classes = from.classes;
      result.record_measure = from.record_measure;
      result.records = from.records;
    }
    if (from.seconds > 0) result.seconds += from.seconds;
  }
  if (with_vulnerability > 1) {
    result.classes.clear();
    result.records.clear();
    result.notes.emplace_back("Who is vulnerable is left out, since several of the merged reports say so.");
  }
  return result;
}

}  // namespace telltale::report
