// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/reference_quantile.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/core/concepts.hpp>

#include "oracle/null_rules.hpp"
#include "oracle/rule_inputs.hpp"
#include "oracle/shadow_statistics.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using doctest::Approx;
using oracle::has;
using oracle::judged;
using oracle::refusal;
using oracle::shadow_scores;

namespace {

using empirical = reference_quantile<>;
using gaussian = reference_quantile<estimate::gaussian>;

static_assert(DecisionRule<empirical, signals, adversary<shadow_models<float>>> &&
              DecisionRule<gaussian, signals, adversary<shadow_models<double>>> &&
              !DecisionRule<empirical, signals, adversary<population<>>>);

struct no_estimate {
  static constexpr std::string_view name = "no estimate";
};
static_assert(!DistributionEstimate<no_estimate> && DistributionEstimate<estimate::gaussian>);

// The definition: how many of the OUT scores of a record are at most t.
template <class Scalar>
double slow_share(const shadow_scores<Scalar>& shadow, std::size_t record, double t) {
  double at_most = 0, all = 0;
  for (const long double s : shadow.side(record, 0, 0)) {
    at_most += s <= static_cast<long double>(t);
    ++all;
  }
  return at_most / all;
}

template <class Scalar>
void agrees(std::size_t models, std::size_t records, double grid) {
  const auto shadow = oracle::random_shadows<Scalar>(models, records, 1, models + records, grid);
  random_stream random(5, 1);
  std::vector<double> target(records);
  for (std::size_t i = 0; i < records; ++i)  // a third are exact ties with a model's score
    target[i] = i % 3 == 0 ? static_cast<double>(shadow.scores[i % models][i]) : 5 * random.uniform();
  const std::vector<double> share = judged(empirical{}, shadow, target), bell = judged(gaussian{}, shadow, target);
  for (std::size_t i = 0; i < records; ++i) {
    CHECK(share[i] == slow_share(shadow, i, target[i]));
    const auto out = shadow.side(i, 0, 0);
    const long double z = (static_cast<long double>(target[i]) - oracle::mean(out)) / oracle::deviation(out);
    CHECK(bell[i] == Approx(static_cast<double>(std::erfc(-z / std::sqrt(2.0L)) / 2)).epsilon(1e-10));
  }
}

}  // namespace

TEST_CASE("the share of OUT models at or below a score is counted by hand") {
  // OUT {0, 1, 2, 1} of record 0, {5} of record 1; IN scores never count. A tie counts in full.
  const shadow_scores<float> shadow{
      {{0, 5}, {1, -9}, {2, -9}, {1, -9}, {-7, -9}}, {{0, 0}, {0, 1}, {0, 1}, {0, 1}, {1, 1}}, 1};
  CHECK(judged(empirical{}, shadow, {1, 4.99}) == std::vector<double>{0.75, 0});
  CHECK(judged(empirical{}, shadow, {0.5, 5}) == std::vector<double>{0.25, 1});
  CHECK(judged(empirical{}, shadow, {-7, 6}) == std::vector<double>{0, 1});
  CHECK(judged(empirical{}, shadow, {2, 6})[0] == 1);
}

TEST_CASE("the Gaussian quantile of a known answer") {
  // OUT {0, 1, 2, 1}, target 4.2: the normal distribution function as the peers' note gives it.
  const shadow_scores<double> shadow{{{0}, {1}, {2}, {1}}, {{0}, {0}, {0}, {0}}, 1};
  CHECK(judged(gaussian{}, shadow, {4.2})[0] == Approx(0.9999969871194241).epsilon(1e-15));
  CHECK(judged(gaussian{}, shadow, {1})[0] == 0.5);
  // Far up it is exactly 1, as documented.
  CHECK(judged(gaussian{}, shadow, {100})[0] == 1);
}

TEST_CASE("shares agree with the definition under ties and uneven masks") {
  agrees<float>(9, 2500, 0.5);
  agrees<double>(64, 300, 0);
  agrees<double>(300, 40, 0.25);
}

TEST_CASE("shares do not depend on the number of threads") {
  const auto shadow = oracle::random_shadows<float>(12, 5000, 1, 3);
  const oracle::shadow_views<float> views(shadow);
  const std::vector<double> target(5000, 2.0);
  std::vector<double> one(5000), four(5000);
  empirical{}.fit(views.models(), 1)(signals{target}, one, 1);
  empirical{}.fit(views.models(), 4)(signals{target}, four, 4);
  CHECK(one == four);
}

TEST_CASE("a verdict at a rate accuses the documented share of non-members") {
  // A target drawn as its reference models are: 20,000 records, M OUT models, (1 + floor(f M)) / (M + 1).
  const std::size_t records = 20000;
  for (const std::size_t models : {9UL, 20UL, 64UL})
    for (const double fpr : {0.05, 0.1, 0.3}) {
      random_stream random(41, models);
      shadow_scores<double> shadow;
      shadow.scores.assign(models, std::vector<double>(records));
      shadow.keep.assign(models, std::vector<std::uint8_t>(records, 0));
      std::vector<double> target(records), evidence(records);
      for (auto& scores : shadow.scores)
        for (double& s : scores) s = random.normal();
      for (double& t : target) t = random.normal();
      const oracle::shadow_views<double> views(shadow);
      const auto fitted = empirical{fpr}.fit(views.models());
      fitted(signals{target}, evidence);
      double accused = 0;
      for (const double e : evidence) accused += e >= fitted.cut();
      const double m = static_cast<double>(models);
      const double expected = (1 + std::floor(fpr * m + 1e-9)) / (m + 1);
      CAPTURE(models);
      CAPTURE(fpr);
      CHECK(std::abs(accused / records - expected) < 4 * std::sqrt(expected * (1 - expected) / records));
    }
}

TEST_CASE("attack-R says nothing of records that no model saw") {
  const auto check = [](const auto& rule, std::uint64_t seed) {
    const metric::estimate auc =
        oracle::null_auc(seed, [&](const std::vector<double>& target, const shadow_models<double>& shadow,
                                   std::span<double> evidence) { rule.fit(shadow)(signals{target}, evidence); });
    INFO(auc.value, " in [", auc.low, ", ", auc.high, "]");
    CHECK(auc.low < 0.5);
    CHECK(auc.high > 0.5);
    CHECK(auc.high - auc.low < 0.04);
  };
  check(empirical{}, 301);
  check(gaussian{}, 302);
}

TEST_CASE("attack-R refuses what it cannot count by name") {
  const shadow_scores<double> sound{{{0, 1}, {1, 1}}, {{0, 0}, {0, 0}}, 1};
  CHECK(has(refusal([&] { (void)judged(empirical{1.0}, sound, {0, 0}); }), "fpr: is 1"));
  CHECK(has(refusal([&] { (void)judged(empirical{}, sound, {0, 0, 0}); }), "signal: has 3 values"));
  CHECK(has(refusal([&] {
              (void)judged(empirical{}, sound, {0, std::numeric_limits<double>::quiet_NaN()});
            }),
            "signal: element 1 is nan"));
  auto shadow = sound;
  shadow.scores[1][1] = -std::numeric_limits<double>::infinity();
  CHECK(has(refusal([&] { (void)judged(empirical{}, shadow, {0, 0}); }), "scores: model 1: record 1 is -inf"));
  shadow = sound;
  shadow.keep = {{0, 1}, {0, 1}};
  CHECK(has(refusal([&] { (void)judged(empirical{}, shadow, {0, 0}); }), "record 1 has 2 IN and 0 OUT models"));
  CHECK(has(refusal([&] { (void)judged(gaussian{}, sound, {0, 0}); }), "record 1: the OUT scores have zero spread"));
  const shadow_scores<double> wide{{{0, 1}}, {{0}}, 2};
  CHECK(has(refusal([&] { (void)judged(empirical{}, wide, {0, 0}); }), "has 2 values a record; this rule takes one"));
}
