// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/gaussian_likelihood_ratio.hpp>

#include <cstdint>
#include <limits>
#include <vector>

#include "oracle/rule_inputs.hpp"
#include "oracle/shadow_statistics.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using oracle::has;
using oracle::judged;
using oracle::random_shadows;
using oracle::refusal;
using oracle::shadow_scores;
using oracle::shadow_views;

namespace {

template <class P = preset::lira, class Scalar>
std::string fit_refusal(const shadow_scores<Scalar>& shadow) {
  const shadow_views<Scalar> views(shadow);
  return refusal([&] { (void)gaussian_likelihood_ratio<P>{}.fit(views.models()); });
}

struct relative : preset::lira {
  static constexpr spread_floor::relative floor{0.5};
};
struct least : preset::lira {
  static constexpr spread_floor::at_least floor{2};
};

const double not_a_number = std::numeric_limits<double>::quiet_NaN();
const double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("a mask that is not 0 or 1 is refused by model and record") {
  auto shadow = random_shadows<float>(6, 1500, 1, 1);
  shadow.keep[4][1207] = 2;
  CHECK(has(fit_refusal(shadow), "keep: model 4: record 1207 is 2; wanted 0 or 1"));
}

TEST_CASE("too few models of a side are refused by record and counts") {
  auto shadow = random_shadows<float>(6, 700, 1, 1);
  for (auto& keep : shadow.keep) keep[600] = 0;
  shadow.keep[2][600] = 1;
  CHECK(has(fit_refusal(shadow), "record 600 has 1 IN and 5 OUT models; wanted at least 2 of each"));
  // A pooled spread needs one of each, the offline form no IN model.
  CHECK(fit_refusal<preset::carlini_2022_fixed_variance>(shadow) == "nothing was thrown");
  shadow.keep[2][600] = 0;
  CHECK(has(fit_refusal<preset::carlini_2022_fixed_variance>(shadow), "record 600 has 0 IN and 6 OUT models"));
  CHECK(fit_refusal<preset::offline<preset::lira>>(shadow) == "nothing was thrown");
  for (auto& keep : shadow.keep) keep[600] = 1;
  shadow.keep[0][600] = 0;
  CHECK(has(fit_refusal<preset::offline<preset::lira>>(shadow),
            "record 600 has 5 IN and 1 OUT models; wanted at least 2 OUT"));
}

TEST_CASE("a score that is not finite is refused by model and record whichever side it is on") {
  for (const double bad : {not_a_number, infinity, -infinity})
    for (std::size_t model = 0; model < 5; ++model) {
      auto shadow = random_shadows<double>(5, 800, 2, 2);
      shadow.scores[model][2 * 733 + 1] = bad;
      const std::string expected = "scores: model " + std::to_string(model) + ": record 733 is ";
      CHECK(has(fit_refusal(shadow), expected));
      CHECK(has(fit_refusal<preset::offline<preset::lira>>(shadow), expected));
      CHECK(has(fit_refusal<preset::carlini_2022>(shadow), expected));
    }
  auto shadow = random_shadows<double>(4, 3, 1, 2);
  shadow.scores[0][1] = 1e300;
  CHECK(has(fit_refusal(shadow), "record 1 has scores so far apart that their squares overflow"));
}

TEST_CASE("zero spread is refused by record and accepted by a floor that counts it") {
  auto shadow = random_shadows<double>(7, 900, 1, 4);
  // 0.1 is not a binary fraction: only exact arithmetic on equal scores finds the zero.
  for (std::size_t m = 0; m < 7; ++m)
    if (shadow.keep[m][777] == 1) shadow.scores[m][777] = 0.1;
  CHECK(has(fit_refusal(shadow), "record 777: the IN scores have zero spread; accepted with spread_floor::add"));
  CHECK(fit_refusal<preset::offline<preset::lira>>(shadow) == "nothing was thrown");
  CHECK(fit_refusal<preset::carlini_2022_fixed_variance>(shadow) == "nothing was thrown");

  const shadow_views<double> views(shadow);
  CHECK(gaussian_likelihood_ratio<preset::carlini_2022>{}.fit(views.models()).floored() == 1);
  gaussian_likelihood_ratio<preset::carlini_2022> rule;
  rule.floor.value = 0.5;
  const auto raised = rule.fit(views.models());
  CHECK(raised.floored() == 900);
  CHECK(raised.in().spread(777, 0) == 0.5);
  rule.floor.value = 0;
  CHECK(has(refusal([&] { (void)rule.fit(views.models()); }), "zero spread"));
  rule.floor.value = -1;
  CHECK(has(refusal([&] { (void)rule.fit(views.models()); }), "spread_floor::add: value"));
}

TEST_CASE("a relative floor has the unit of the scores and a least spread its own") {
  // OUT spreads 0, 1, 3 of three records; their root mean square is sqrt(10/3); IN spreads are 2.
  const shadow_scores<double> shadow{
      {{5, 0, 0}, {5, 2, 6}, {0, 0, 0}, {4, 4, 4}}, {{0, 0, 0}, {0, 0, 0}, {1, 1, 1}, {1, 1, 1}}, 1};
  const shadow_views<double> views(shadow);
  const auto by_share = gaussian_likelihood_ratio<relative>{}.fit(views.models());
  const double floor = 0.5 * std::sqrt(10.0 / 3);
  CHECK(by_share.out().spread(0, 0) == doctest::Approx(floor).epsilon(1e-15));
  CHECK(by_share.out().spread(1, 0) == 1);
  CHECK(by_share.out().spread(2, 0) == 3);
  CHECK(by_share.floored() == 1);
  const auto by_value = gaussian_likelihood_ratio<least>{}.fit(views.models());
  CHECK(by_value.out().spread(0, 0) == 2);
  CHECK(by_value.out().spread(1, 0) == 2);
  CHECK(by_value.out().spread(2, 0) == 3);
  CHECK(by_value.in().spread(0, 0) == 2);
  CHECK(by_value.floored() == 2);
}

TEST_CASE("extents that disagree are refused by name") {
  const auto good = random_shadows<float>(5, 10, 2, 1);
  CHECK(fit_refusal(good) == "nothing was thrown");
  auto bad = good;
  bad.keep.pop_back();
  CHECK(has(fit_refusal(bad), "keep: has 4 models; scores has 5"));
  bad = good;
  bad.scores[3].pop_back();
  CHECK(has(fit_refusal(bad), "scores: model 3: has 19 values; model 0 has 20"));
  bad = good;
  bad.keep[3].pop_back();
  CHECK(has(fit_refusal(bad), "keep: model 3: has 9 records; model 0 has 10"));
  bad = good;
  for (auto& scores : bad.scores) scores.pop_back();
  CHECK(has(fit_refusal(bad), "19 values, which is not a whole number for each of 10 records"));
  bad.scores.clear();
  CHECK(has(fit_refusal(bad), "scores: holds no shadow model"));
  bad = good;
  for (auto& keep : bad.keep) keep.clear();
  CHECK(has(fit_refusal(bad), "keep: holds no record"));
}

TEST_CASE("a fitted rule refuses other records and scores that are not finite") {
  const auto shadow = random_shadows<float>(5, 10, 2, 1);
  const shadow_views<float> views(shadow);
  const auto fitted = gaussian_likelihood_ratio<>{}.fit(views.models());
  std::vector<double> target(20, 1.0), evidence(10);
  const auto judge = [&](std::size_t width) { return refusal([&] { fitted(signals{target, width}, evidence); }); };
  CHECK(judge(2) == "nothing was thrown");
  CHECK(has(judge(1), "signal: has 1 values a record; the rule was fitted to 2"));
  target[7] = not_a_number;
  CHECK(has(judge(2), "signal: element 7 is nan"));
  target.resize(18);
  CHECK(has(judge(2), "signal: has 18 values; the rule was fitted to 10 records of 2 values"));
  target.assign(20, 0);
  evidence.resize(9);
  CHECK(has(judge(2), "evidence: has 9 elements; wanted 10"));
}

TEST_CASE("evidence that overflows is refused by record") {
  shadow_scores<double> shadow = random_shadows<double>(5, 3, 1, 1);
  for (std::size_t m = 0; m < 5; ++m) shadow.scores[m][1] = 2;
  gaussian_likelihood_ratio<preset::carlini_2022> rule;
  rule.floor.value = 1e-200;
  CHECK(has(refusal([&] { (void)judged(rule, shadow, {1, 1, 1}); }), "record 1: its spread is so small"));
}
