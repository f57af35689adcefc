// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/report/verdict_rates.hpp>

#include <cmath>
#include <string>
#include <vector>

#include <telltale/report/text.hpp>

#include <doctest/doctest.h>

using namespace telltale;

namespace {

// Two draws of three members and two others: 2 and 3 members found, 1 and 0 of the others accused.
const std::vector<evidence> draws{{{1, 1, 0, 1, 0}, 1}, {{1, 1, 1, 0, 0}, 1}};
const std::vector<membership> member{membership::in, membership::in, membership::in, membership::out, membership::out};

}  // namespace

TEST_CASE("rates of draws are written as JSON, and what does not exist as null") {
  const metric::drawn_rates got = metric::rates_over_draws(draws, member);
  const report::json object = report::to_json(got);
  CHECK(object["tpr"]["value"] == doctest::Approx(2.5 / 3));
  CHECK(object["tpr"]["low"] == metric::interval::clopper_pearson::of(2, 3).low);
  CHECK(object["tpr"]["standard_deviation"] == doctest::Approx(std::sqrt(0.5) / 3));
  CHECK(object["fpr"]["value"] == 0.25);
  CHECK(object["members"] == 3);
  CHECK(object["nonmembers"] == 2);
  CHECK(report::to_json(got.draws[0])["false_positives"] == 1);
  CHECK(report::to_json(got.draws[1])["tpr"]["value"] == 1);

  const std::vector<evidence> one{{{1, 0, 1}, 1}};
  const report::json members_only =
      report::to_json(metric::rates_over_draws(one, std::vector<membership>(3, membership::in)));
  CHECK(members_only["fpr"].is_null());
  CHECK(members_only["tpr"]["standard_deviation"].is_null());
}

TEST_CASE("rates of draws are a table that says what they rest on") {
  const std::string text = report::text_report(report::section_of(metric::rates_over_draws(draws, member)));
  for (const std::string part : {"Rates\n", "TPR", "83.3", "FPR", "25.0", "3 members, 2 non-members", "accuracy"}) {
    INFO(part);
    CHECK(text.find(part) != std::string::npos);
  }
  const std::string alone = report::text_report(
      report::section_of(metric::rates_over_draws(draws, std::vector<membership>(5, membership::in))));
  CHECK(alone.find("FPR") == std::string::npos);
  CHECK(alone.find("nothing is known of false accusations") != std::string::npos);
}
