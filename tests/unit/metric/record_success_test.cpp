// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/metric/record_success.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/metric/interval/jeffreys.hpp>

#include "oracle/coverage.hpp"

#include <doctest/doctest.h>

using namespace telltale::metric;
using telltale::argument_error;
using telltale::membership;
using telltale::random_stream;
using enum telltale::membership;

TEST_CASE("verdicts are counted for each record by itself, each target at its own cut") {
  record_successes records(3);
  records.add(std::vector<double>{1, 2, 3}, 2, std::vector<membership>{in, in, out});      // no, yes, yes
  records.add(std::vector<double>{-1, -2, 0}, -1, std::vector<membership>{out, in, out});  // yes, no, yes
  records.add(std::vector<double>{5, 5, 5}, -std::numeric_limits<double>::infinity(),
              std::vector<membership>{in, in, out});  // all
  const auto found = records.found(0.9);
  REQUIRE(found.size() == 3);
  CHECK(found[0].in == 2);
  CHECK(found[0].out == 1);
  CHECK(found[0].true_positives == 1);
  CHECK(found[0].false_positives == 1);
  CHECK(found[0].right == interval::clopper_pearson::of(1, 3, 0.9));
  CHECK(*found[0].tpr == interval::clopper_pearson::of(1, 2, 0.9));
  CHECK(*found[0].fpr == interval::clopper_pearson::of(1, 1, 0.9));
  CHECK(found[1].right == interval::clopper_pearson::of(2, 3, 0.9));
  CHECK_FALSE(found[1].fpr.has_value());  // never a non-member: not measurable, and not 0
  CHECK(*found[1].tpr == interval::clopper_pearson::of(2, 3, 0.9));
  CHECK_FALSE(found[2].tpr.has_value());
  CHECK(found[2].right.value == 0);
  CHECK(found[2].fpr->value == 1);
  CHECK(records.found<interval::jeffreys>(0.9)[0].right == interval::jeffreys::of(1, 3, 0.9));
}

TEST_CASE("a record's intervals cover what an adversary would reach on it") {
  const std::size_t experiments = 4000;
  for (const std::size_t targets : {std::size_t{8}, std::size_t{64}})
    for (const double rate : {0.05, 0.5, 0.95}) {
      record_successes records(experiments);  // each record is an experiment
      random_stream random(63, targets);
      for (std::size_t t = 0; t < targets; ++t) {
        std::vector<double> evidence(experiments);
        for (double& e : evidence) e = random.uniform() < rate;
        records.add(evidence, 0.5, std::vector<membership>(experiments, t % 2 ? out : in));
      }
      oracle::tally found;
      for (const record_success& record : records.found()) found.add(*record.tpr, rate);
      MESSAGE("of ", targets, " targets half with the record, TPR ", rate, ": coverage ", found.held(), ", width ",
              found.width());
      CHECK(found.held() >= 0.95 - 3 * found.error());
    }
}

TEST_CASE("targets and records that do not fit are refused") {
  CHECK_THROWS_WITH_AS(record_successes(0), doctest::Contains("records"), argument_error);
  record_successes records(2);
  const std::vector<membership> both{in, out};
  const std::vector<double> fine{1, 2};
  CHECK_THROWS_WITH_AS((void)records.found(), doctest::Contains("targets"), argument_error);
  CHECK_THROWS_WITH_AS(records.add(std::vector<double>{1}, 0, both), doctest::Contains("evidence: has 1"),
                       argument_error);
  CHECK_THROWS_WITH_AS(records.add(fine, 0, std::vector<membership>{in}), doctest::Contains("member: has 1"),
                       argument_error);
  CHECK_THROWS_WITH_AS(records.add(std::vector<double>{1, INFINITY}, 0, both), doctest::Contains("element 1"),
                       argument_error);
  for (const double cut : {std::nan(""), static_cast<double>(INFINITY)})
    CHECK_THROWS_WITH_AS(records.add(fine, cut, both), doctest::Contains("threshold of a verdict"), argument_error);
  CHECK_THROWS_WITH_AS(records.add(fine, 0, std::vector<membership>{in, static_cast<membership>(3)}),
                       doctest::Contains("element 1 is 3"), argument_error);
  records.add(fine, 0, both);
  CHECK_THROWS_WITH_AS((void)records.found(0), doctest::Contains("confidence"), argument_error);
}
