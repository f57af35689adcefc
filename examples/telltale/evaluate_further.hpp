// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include <telltale/core/membership.hpp>
#include <telltale/metric/epsilon/lower_bounds.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/report/json.hpp>
#include <telltale/report/section.hpp>

namespace tool {

/// What `evaluate` says beside the figures of the evidence: a part of the JSON and a section of the report each.
struct further {
  telltale::report::json json = telltale::report::json::object();
  std::vector<telltale::report::section> sections;
  std::vector<telltale::metric::epsilon::bound> epsilon;
};

/// The records that are judged, and how.
struct judged_records {
  std::string name;  ///< of the evidence
  std::span<const double> evidence;
  std::span<const telltale::membership> member;
  telltale::metric::evaluation_options options;
};

/// Compares with the evidence of another attack at the false-positive rates that the data resolve.
void add_comparison(further& more, const judged_records& records, const telltale::metric::evaluation& figures,
                    const std::string& other, std::span<const double> evidence);

/// The choices of --group-threshold and --group-lacking; the first is the default.
[[nodiscard]] const std::vector<std::string>& group_thresholds();
[[nodiscard]] const std::vector<std::string>& groups_lacking();

/// The figures by group; `threshold` and `lacking` are of the lists above.
void add_groups(further& more, const judged_records& records, const std::vector<std::string>& group_of,
                const std::string& threshold, const std::string& lacking);

/// --delta, --epsilon-method and --threshold-strategy, read and checked.
struct epsilon_wanted {
  double delta = 0;
  std::vector<std::string> methods;
  telltale::metric::epsilon::any_strategy strategy;
};

[[nodiscard]] std::vector<std::string> epsilon_methods();
/// Throws usage_error for what cannot be read.
[[nodiscard]] epsilon_wanted epsilon_of(const std::string& delta, const std::vector<std::string>& methods,
                                        const std::string& strategy);
void add_epsilon(further& more, const judged_records& records, const epsilon_wanted& wanted);

}  // namespace tool
