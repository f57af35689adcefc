// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <sstream>
#include <string>

#include <telltale/report/text.hpp>
#include <unit/report/fixture.hpp>

#include <doctest/doctest.h>

using namespace telltale::report;

namespace {

std::size_t widest(const std::string& text) {
  std::istringstream lines(text);
  std::size_t most = 0;
  for (std::string line; std::getline(lines, line);) most = std::max(most, columns_of(line));
  return most;
}

// Figures written down, not computed: the table may not change when a metric does.
audit small_audit() {
  attack_result ranks;
  ranks.name = "gradient norm of the head";
  ranks.evaluation.auc = {0.7571, 0.7069, 0.8004};
  ranks.evaluation.tpr_at_fpr = {{0.1, {0.405, 0.336, 0.477}, 0.1, 2000, 810, 0, true},
                                 {0.001, {0.00996, 0.004, 0.02}, 0.0004, 8, 19, 0, true},
                                 {0.00001, {0, 0, 0.002}, 0, 0, 0, 0, false}};
  const double none = std::numeric_limits<double>::quiet_NaN();
  ranks.evaluation.balanced_accuracy = {{0.652, none, none}, 0.3, true};
  ranks.evaluation.conventions = {"step rule", "exact", "DeLong", "none", "by record", 0.95};
  attack_result judges = ranks;
  judges.name = "LiRA";
  judges.evaluation.balanced_accuracy = {{0.525, 0.452, 0.597}, 0, false};
  judges.evaluation.conventions.advantage_interval = "two exact intervals";
  audit made;
  made.title = "Audit of a model";
  made.targets = {{"trained", "As it was.", {ranks, judges}}, {"argmax", "", {fixture::stopped("LiRA")}}};
  made.notes = {"One limit."};
  return made;
}

}  // namespace

TEST_CASE("the table of an audit at 80 columns") {
  const std::string expected = R"(Audit of a model

target: trained
As it was.
                               TPR, % at    TPR, % at    TPR, % at      balanced
                          AUC   10 % FPR    0.1 % FPR  0.001 % FPR   accuracy, %
--------------------------------------------------------------------------------
gradient norm of        0.757       40.5          1.0          n/r         65.2*
the head          0.707-0.800  33.6-47.7     0.40-2.0               ranking only
                                2,000 FP  8 FP 0.040%
LiRA                    0.757       40.5          1.0          n/r          52.5
                  0.707-0.800  33.6-47.7     0.40-2.0                  45.2-59.7
                                2,000 FP  8 FP 0.040%

target: argmax
LiRA  stopped by type: lacks confidence

TPR at FPR: step rule
FP: false positives behind the TPR, with the realised FPR where it differs by
  more than 5 %
n/r: not resolvable: a target has fewer than 1/FPR non-members
*: ranking only, at the best threshold of the same scores: optimistic
Interval of AUC: DeLong
Interval of TPR: exact
Interval of balanced accuracy: two exact intervals
Clustering: by record
Confidence of every interval: 95 %
- One limit.
)";
  CHECK(text_report(small_audit()) == expected);
}

TEST_CASE("a table never exceeds its width where figures fit one by one") {
  for (const std::size_t width : std::initializer_list<std::size_t>{50, 60, 80, 100, 140})
    CHECK(widest(text_report(fixture::audit(), {width, false, true})) <= width);
}

TEST_CASE("colour is used only when asked for") {
  CHECK(text_report(fixture::audit()).find('\x1b') == std::string::npos);
  CHECK(text_report(fixture::audit(), {80, true, false}).find("\x1b[1m") != std::string::npos);
  CHECK_FALSE(style_for(-1).colour);
}

TEST_CASE("an evaluation alone has a table with every footnote") {
  const std::string text = text_report(fixture::attack("x", 10.5).evaluation);
  for (const char* part : {"n/r", "ranking only", "Clopper-Pearson", "DeLong", "95 %", "largest achieved FPR"})
    CHECK(text.find(part) != std::string::npos);
}
