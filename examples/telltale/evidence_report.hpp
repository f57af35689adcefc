// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <telltale/metric/evaluation.hpp>
#include <telltale/metric/roc.hpp>

#include "common.hpp"
#include "evaluate_further.hpp"
#include "fail_if.hpp"
#include "files.hpp"

namespace tool {

/// What is told to every command that measures evidence against membership.
struct report_options {
  std::string json, html, fpr = "0.1,0.01,0.001", confidence = "0.95";
  std::vector<std::string> fail_if;

  /// Whether any of them was given that only a report can answer.
  [[nodiscard]] bool any_output() const { return !json.empty() || !html.empty() || !fail_if.empty(); }
};

void add_report_options(command& to, report_options& options);

/// The figures of evidence as text, JSON and a page, and the conditions that they must not meet.
class evidence_report {
 public:
  /// Throws usage_error for options that cannot be used; opens no file.
  explicit evidence_report(const report_options& options);

  [[nodiscard]] const telltale::metric::evaluation_options& settings() const noexcept { return settings_; }
  [[nodiscard]] telltale::metric::evaluation_options& settings() noexcept { return settings_; }

  /// That the files can be written is known from here on.
  void open();

  /// Writes what was asked for; returns an exit_code. `page` is only asked for where it is wanted; `commit_others` is
  /// called once nothing can be refused any more, so that other outputs appear with these or not at all.
  int finish(const telltale::metric::roc_curve& curve, const telltale::report::attack_result& attack,
             const further& more, const std::function<std::string()>& page, const shared_options& shared,
             const std::function<void()>& commit_others = {});

 private:
  const report_options* options_;
  telltale::metric::evaluation_options settings_;
  std::vector<condition> conditions_;
  std::optional<text_output> json_, html_;
};

}  // namespace tool
