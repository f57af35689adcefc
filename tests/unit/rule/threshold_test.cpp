// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/threshold.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <telltale/core/attack.hpp>

#include "oracle/rule_inputs.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using oracle::has;
using oracle::refusal;

TEST_CASE("a given threshold keeps the signal and carries the cut") {
  const std::vector<double> signal{-3, 0.5, -1e-17, 2};
  std::vector<double> evidence(4);
  const threshold rule{where::given{0.5}};
  rule(signals{signal}, evidence);
  CHECK(evidence == signal);
  CHECK(rule.cut() == 0.5);
  CHECK(threshold<where::given>{}.cut() == ranking_only);
}

TEST_CASE("the mean of members is the cut of Yeom") {
  const std::vector<double> signal{-1, -100, -3, -5};
  const std::vector<membership> member{membership::in, membership::out, membership::in, membership::in};
  const auto fitted = threshold<where::mean_of_members>{}.fit(owning(labelled_records<>(signals{signal}, member)));
  CHECK(fitted.cut() == -3);
  const evidence verdict{{-2.9, -3, -3.1}, fitted.cut(), 0};
  CHECK(verdict.says_member(0));
  CHECK(verdict.says_member(1));
  CHECK_FALSE(verdict.says_member(2));
  const std::vector<membership> none(4, membership::out);
  CHECK(has(refusal([&] { (void)threshold<where::mean_of_members>{}.fit(labelled_records<>(signals{signal}, none)); }),
            "labelled records: holds no member"));
  const std::vector<membership> three(3, membership::in);
  CHECK(has(refusal([&] { (void)threshold<where::mean_of_members>{}.fit(labelled_records<>(signals{signal}, three)); }),
            "has 3 elements; wanted 4"));
}

TEST_CASE("the rank in the population counts what lies strictly below") {
  const std::vector<double> population_signal{3, 1, 2, 2, 5};
  const std::vector<double> signal{0, 1, 1.5, 2, 2.5, 3, 5, 6, 2, 2};
  threshold<where::population_quantile> rule;
  std::vector<double> evidence(signal.size());
  const auto owned = owning(population<>(signals{population_signal}));
  rule.fit(owned)(signals{signal}, evidence);
  CHECK(evidence == std::vector<double>{0, 0, 0.2, 0.2, 0.6, 0.6, 0.8, 1, 0.2, 0.2});
  CHECK(rule.fit(owned).cut() == ranking_only);
  rule.where.fpr = 0.2;
  CHECK(rule.fit(owned).cut() == 0.8);
  rule.where.fpr = 1.5;
  CHECK(has(refusal([&] { (void)rule.fit(owned); }), "fpr: is 1.5"));
  CHECK(has(refusal([&] { (void)threshold<where::population_quantile>{}.fit(population<>(signals{})); }),
            "population: is empty"));
}

TEST_CASE("the verdict at a rate makes at most that share of false positives on the population") {
  random_stream stream(11, 0);
  std::vector<double> signal(1000);
  for (double& s : signal) s = static_cast<double>(stream.below(300));
  for (int percent = 1; percent < 100; ++percent) {
    threshold<where::population_quantile> rule;
    rule.where.fpr = percent / 100.0;
    const auto fitted = rule.fit(population<>(signals{signal}));
    std::vector<double> evidence(signal.size());
    fitted(signals{signal}, evidence);
    std::size_t accused = 0;
    for (const double e : evidence) accused += e >= fitted.cut();
    CHECK(accused <= static_cast<std::size_t>(10 * percent));
  }
}

TEST_CASE("several values a subject and what is not finite are refused") {
  const std::vector<double> four(4, 1.0);
  const std::vector<double> bad{1, 2, std::numeric_limits<double>::infinity()};
  std::vector<double> two(2), three(3);
  CHECK(has(refusal([&] { threshold<where::given>{}(signals{four, 2}, two); }), "have to be pooled"));
  CHECK(has(refusal([&] { threshold<where::given>{}(signals{bad}, three); }), "signal: element 2 is inf"));
  CHECK(has(refusal([&] { threshold<where::given>{}(signals{four}, three); }), "has 3 elements; wanted 4"));
  CHECK(has(refusal([&] { (void)threshold<where::population_quantile>{}.fit(population<>(signals{bad})); }),
            "population: element 2 is inf"));
  CHECK(has(refusal([&] {
              (void)threshold<where::population_quantile>{}.fit(population<>(signals{four, 2}));
            }),
            "population: has 2 values a subject"));
}
