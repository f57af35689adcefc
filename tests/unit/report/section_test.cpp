// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/report/comparison.hpp>
#include <telltale/report/epsilon.hpp>
#include <telltale/report/groups.hpp>
#include <telltale/report/text.hpp>

#include <doctest/doctest.h>

using namespace telltale::report;
namespace metric = telltale::metric;

namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

metric::epsilon::bound a_bound(double low) {
  metric::epsilon::bound made;
  made.low = low;
  made.delta = 1e-5;
  made.confidence = 0.95;
  made.method = "clopper-pearson";
  made.strategy = "bonferroni";
  made.searched = 100;
  made.threshold = 0.5;
  made.counts = metric::epsilon::verdict_counts::of(1234, 2000, 5, 2000);
  return made;
}

}  // namespace

TEST_CASE("a bound on epsilon says how its threshold was chosen and what it disproves") {
  const section got = section_of(std::vector{a_bound(1.25)});
  REQUIRE(got.content.rows.size() == 1);
  CHECK(got.content.rows[0].cells[0][0] == "1.250");
  CHECK(got.content.rows[0].cells[2][0] == "bonferroni, 100 searched");
  CHECK(got.content.rows[0].cells[2][2] == "1,234 TP, 5 FP");
  CHECK(holds(got.meaning, "not (\xce\xb5, \xce\xb4)-differentially private with any \xce\xb5 below 1.250"));
  CHECK(holds(section_of(std::vector{a_bound(0)}).meaning, "disprove no promise"));
  CHECK_THROWS_AS(static_cast<void>(section_of(std::vector<metric::epsilon::bound>{})), telltale::argument_error);

  metric::epsilon::bound split = a_bound(0.5);
  split.threshold = std::numeric_limits<double>::quiet_NaN();
  split.searched = 1;
  CHECK(section_of(std::vector{split}).content.rows[0].cells[2][2].empty());
  CHECK(to_json(split)["threshold"].is_null());
  CHECK(to_json(a_bound(1.25))["low"] == 1.25);
}

TEST_CASE("a difference is called better only where its interval leaves out nothing") {
  CHECK(verdict_of({0.1, 0.05, 0.2}, "A", "B") == "A is better");
  CHECK(verdict_of({-0.1, -0.2, -0.05}, "A", "B") == "B is better");
  CHECK(verdict_of({0.1, -0.01, 0.2}, "A", "B") == "not told apart");
  metric::comparison found;
  found.auc = {0.1, 0.05, 0.2};
  found.fprs = {0.01};
  found.tpr_at_fpr = {{0.02, -0.01, 0.05}};
  found.records = 2000;
  found.replicates = 500;
  const section got = section_of(found, "A", "B", 0.95);
  CHECK(got.content.rows[0].cells[1][0] == "A is better");
  CHECK(got.content.rows[1].name == "TPR at 1 % FPR, percentage points");
  CHECK(got.content.rows[1].cells[1][0] == "not told apart");
  CHECK(to_json(found)["tpr_at_fpr"][0]["difference"]["low"] == -0.01);
}

TEST_CASE("groups are rows below all records, and a gap that can be chance is called so") {
  std::vector<double> scores;
  std::vector<telltale::membership> member;
  std::vector<std::string> group;
  for (int i = 0; i < 60; ++i) {
    scores.push_back((i * 17) % 60);
    member.push_back(i % 2 == 0 ? telltale::membership::in : telltale::membership::out);
    group.emplace_back(i < 30 ? "boot & shoe" : "shirt");
  }
  const metric::grouped_evaluation found = metric::evaluate_groups(scores, member, metric::grouping(group));
  const section got = section_of(found);
  REQUIRE(got.content.rows.size() == 3);
  CHECK(got.content.rows[0].name == "all");
  CHECK(got.content.rows[1].name == "boot & shoe");
  CHECK(got.content.rows[1].cells[0][0] == "30");
  CHECK(got.content.rows[1].cells.size() == got.content.header.size());
  CHECK(holds(got.meaning, "that can be chance"));
  CHECK(holds(got.notes[1], "95 % for all groups at once (Bonferroni)"));
  const json object = to_json(found);
  CHECK(object["groups"][1]["name"] == "shirt");
  CHECK(object["auc_gap"]["low"] == 0);
}

TEST_CASE("a report in text holds every section and what it means") {
  const metric::evaluation figures = metric::evaluate(
      std::vector<double>{3, 1, 2, 0}, std::vector{telltale::membership::in, telltale::membership::in,
                                                   telltale::membership::out, telltale::membership::out});
  const std::string text = text_report(figures, {80, false, false}, {section_of(std::vector{a_bound(1.25)})});
  CHECK(holds(text, "Differential privacy"));
  CHECK(holds(text, "1.250"));
  CHECK(holds(text, "What does this mean? Shown one training record and one other"));
  CHECK(holds(text, "What does this mean? By clopper-pearson,"));
}
