// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "evaluate_further.hpp"

#include <string_view>
#include <utility>

#include <telltale/metric/compare.hpp>
#include <telltale/metric/groups.hpp>
#include <telltale/report/comparison.hpp>
#include <telltale/report/epsilon.hpp>
#include <telltale/report/groups.hpp>

#include "errors.hpp"

namespace tool {
namespace {

namespace epsilon = telltale::metric::epsilon;
namespace group_threshold = telltale::metric::group_threshold;
namespace group_without_a_class = telltale::metric::group_without_a_class;

template <class Threshold, class Lacking>
struct chosen_groups : telltale::metric::group_preset::strict {
  static constexpr Threshold threshold{};
  static constexpr Lacking without_a_class{};
};

template <class Threshold>
telltale::metric::grouped_evaluation grouped(const judged_records& records, const telltale::metric::grouping& groups,
                                             bool list) {
  using telltale::metric::evaluate_groups;
  return list ? evaluate_groups<chosen_groups<Threshold, group_without_a_class::listed>>(
                    records.evidence, records.member, groups, records.options)
              : evaluate_groups<chosen_groups<Threshold, group_without_a_class::refused>>(
                    records.evidence, records.member, groups, records.options);
}

}  // namespace

void add_comparison(further& more, const judged_records& records, const telltale::metric::evaluation& figures,
                    const std::string& other, std::span<const double> evidence) {
  telltale::metric::pooled_options settings;
  settings.confidence = records.options.confidence;
  settings.fprs.clear();
  for (const telltale::metric::operating_point& point : figures.tpr_at_fpr)
    if (point.resolvable) settings.fprs.push_back(point.fpr);
  const telltale::metric::comparison found = telltale::metric::compare({{records.evidence}, {records.member}, {}},
                                                                       {{evidence}, {records.member}, {}}, settings);
  more.json["comparison"] = telltale::report::to_json(found);
  more.json["comparison"]["first"] = records.name;
  more.json["comparison"]["second"] = other;
  more.sections.push_back(telltale::report::section_of(found, records.name, other, settings.confidence));
}

const std::vector<std::string>& group_thresholds() {
  static const std::vector<std::string> names{"own", "of-all-records"};
  return names;
}

const std::vector<std::string>& groups_lacking() {
  static const std::vector<std::string> names{"refuse", "list"};
  return names;
}

void add_groups(further& more, const judged_records& records, const std::vector<std::string>& group_of,
                const std::string& threshold, const std::string& lacking) {
  const telltale::metric::grouping groups(group_of);
  const bool list = lacking == groups_lacking()[1];
  const telltale::metric::grouped_evaluation found =
      threshold == group_thresholds()[0] ? grouped<group_threshold::own>(records, groups, list)
                                         : grouped<group_threshold::of_all_records>(records, groups, list);
  more.json["groups"] = telltale::report::to_json(found);
  more.sections.push_back(telltale::report::section_of(found));
}

std::vector<std::string> epsilon_methods() {
  const auto& names = epsilon::every_method::names;
  return {names.begin(), names.end()};
}

epsilon_wanted epsilon_of(const std::string& delta, const std::vector<std::string>& methods,
                          const std::string& strategy) {
  constexpr const char* option = "--threshold-strategy";
  epsilon_wanted wanted;
  wanted.delta = number("--delta", delta);
  if (!(wanted.delta >= 0 && wanted.delta < 1))
    throw usage_error("--delta", delta + " is not at least 0 and below 1 (1e-5 is usual)");
  for (const std::string& name : methods)
    wanted.methods.push_back(checked_name("--epsilon-method", name, "method", epsilon_methods()));
  // What is random differs from audit to audit, and only the user knows it.
  if (wanted.methods.empty())
    wanted.methods = {std::string(epsilon::clopper_pearson::name), std::string(epsilon::one_run::name)};
  if (strategy.rfind("fixed:", 0) == 0)
    wanted.strategy = epsilon::strategy::fixed{number(option, strategy.substr(6))};
  else if (checked_name(option, strategy, "strategy", {"bonferroni", "fixed:THRESHOLD", "split", "multi-split"}) ==
           epsilon::strategy::split::name)
    wanted.strategy = epsilon::strategy::split{};
  else if (strategy == epsilon::strategy::multi_split::name)
    wanted.strategy = epsilon::strategy::multi_split{};
  else if (strategy != epsilon::strategy::bonferroni::name)
    throw usage_error(option, "write the threshold as a number, as in fixed:0.5");
  return wanted;
}

void add_epsilon(further& more, const judged_records& records, const epsilon_wanted& wanted) {
  const std::vector<std::string_view> names(wanted.methods.begin(), wanted.methods.end());
  more.epsilon = epsilon::lower_bounds(epsilon::every_method{}, records.evidence, records.member, names,
                                       wanted.strategy, wanted.delta, records.options.confidence);
  more.json["epsilon"] = telltale::report::json::array();
  for (const epsilon::bound& bound : more.epsilon) more.json["epsilon"].push_back(telltale::report::to_json(bound));
  more.sections.push_back(telltale::report::section_of(more.epsilon));
}

}  // namespace tool
