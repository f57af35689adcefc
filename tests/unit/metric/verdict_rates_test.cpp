// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/metric/verdict_rates.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <telltale/core/random.hpp>

#include <doctest/doctest.h>

using namespace telltale;

namespace {

std::vector<membership> members(std::size_t in, std::size_t out) {
  std::vector<membership> member(in, membership::in);
  member.resize(in + out, membership::out);
  return member;
}

}  // namespace

TEST_CASE("the rates of a run are shares of members and of non-members with exact intervals") {
  // 3 of 4 members and 1 of 5 non-members at or above the cut; a value on the cut says member.
  const evidence verdicts{{5, 2, 1, 3, 0, 2, 1, 1, -4}, 2};
  const metric::verdict_rates got = metric::rates_of(verdicts, members(4, 5));
  CHECK(got.true_positives == 3);
  CHECK(got.false_positives == 1);
  CHECK(got.members == 4);
  CHECK(got.nonmembers == 5);
  REQUIRE((got.tpr && got.fnr && got.fpr && got.tnr));
  CHECK(got.tpr->value == 0.75);
  CHECK(got.fnr->value == 0.25);
  CHECK(got.fpr->value == 0.2);
  CHECK(got.tnr->value == 0.8);
  CHECK(got.accuracy.value == 7.0 / 9);
  // Clopper-Pearson of 3/4 and 1/5 by binomial tails: P(X >= 3 | low) = P(X <= 1 | high) = 0.025 ...
  const auto upper_tail = [](double p) { return 4 * std::pow(p, 3) * (1 - p) + std::pow(p, 4); };
  const auto lower_tail = [](double p) { return std::pow(1 - p, 5) + 5 * p * std::pow(1 - p, 4); };
  CHECK(upper_tail(got.tpr->low) == doctest::Approx(0.025).epsilon(1e-8));
  CHECK(lower_tail(got.fpr->high) == doctest::Approx(0.025).epsilon(1e-8));
  CHECK(got.fnr->low == doctest::Approx(1 - got.tpr->high).epsilon(1e-12));
  CHECK(got.tnr->high == doctest::Approx(1 - got.fpr->low).epsilon(1e-12));
}

TEST_CASE("a class that is not there has no rate") {
  const evidence verdicts{{1, 0}, 1};
  const metric::verdict_rates only_in = metric::rates_of(verdicts, members(2, 0));
  CHECK((only_in.tpr && !only_in.fpr && !only_in.tnr));
  CHECK(only_in.accuracy.value == 0.5);
  CHECK_FALSE(metric::rates_of(verdicts, members(0, 2)).tpr);
}

TEST_CASE("over draws that agree the rates are those of one draw") {
  const evidence verdicts{{5, 2, 1, 3, 0, 2, 1, 1, -4}, 2};
  const std::vector<evidence> draws(20, verdicts);
  const metric::drawn_rates got = metric::rates_over_draws(draws, members(4, 5));
  const metric::verdict_rates one = metric::rates_of(verdicts, members(4, 5));
  CHECK(got.draws.size() == 20);
  CHECK(got.tpr->mean == *one.tpr);
  CHECK(got.fpr->mean == *one.fpr);
  CHECK(got.tnr->mean == *one.tnr);
  CHECK(got.accuracy.mean == one.accuracy);
  CHECK(got.tpr->standard_deviation == 0);
  CHECK(got.rests_on().find("4 members, 5 non-members") != std::string::npos);
  CHECK(got.rests_on().find("20 draws") != std::string::npos);
}

TEST_CASE("over draws that differ the mean is taken, and limits at whole counts around it") {
  // 3, 2 and 3 of 4 members: a mean of 8/3 hits.
  const auto with_hits = [](int hits) {
    evidence run{std::vector<double>(5, 0), 1};
    std::fill_n(run.values.begin(), hits, 1.0);
    return run;
  };
  const std::vector<evidence> draws{with_hits(3), with_hits(2), with_hits(3)};
  const metric::drawn_rates got = metric::rates_over_draws(draws, members(4, 1));
  CHECK(got.tpr->mean.value == doctest::Approx(8.0 / 12).epsilon(1e-14));
  CHECK(got.tpr->standard_deviation == doctest::Approx(std::sqrt((2 * 1.0 / 9 + 4.0 / 9) / 2) / 4).epsilon(1e-14));
  CHECK(got.tpr->mean.low == metric::interval::clopper_pearson::of(2, 4).low);
  CHECK(got.tpr->mean.high == metric::interval::clopper_pearson::of(3, 4).high);
  CHECK(got.fnr->mean.low == metric::interval::clopper_pearson::of(1, 4).low);
  const std::vector<evidence> once(draws.begin(), draws.begin() + 1);
  CHECK(std::isnan(metric::rates_over_draws(once, members(4, 1)).tpr->standard_deviation));
}

TEST_CASE("the interval of a mean over draws covers the share of the population") {
  // Persons are found with a probability of their own, independently in each draw: its mean over the population is 0.6
  // for Beta(0.6, 0.4) and for a law that is 0 or 1; the interval must cover it at least 95 % of the time in both.
  for (const bool all_or_nothing : {false, true}) {
    constexpr int runs = 1500, draws = 10;
    constexpr std::size_t persons = 30;
    random_stream random(all_or_nothing ? 3 : 2);
    int covered = 0;
    double width = 0;
    const std::vector<membership> member = members(persons, 0);
    for (int run = 0; run < runs; ++run) {
      std::vector<evidence> all(draws, evidence{std::vector<double>(persons), 1});
      for (std::size_t person = 0; person < persons; ++person) {
        // Beta(0.6, 0.4) by Johnk's method.
        double found = random.uniform() < 0.6;
        while (!all_or_nothing) {
          const double a = std::pow(random.uniform(), 1 / 0.6), b = std::pow(random.uniform(), 1 / 0.4);
          if (a + b > 1 || a + b == 0) continue;
          found = a / (a + b);
          break;
        }
        for (evidence& draw : all) draw.values[person] = random.uniform() < found;
      }
      const metric::estimate mean = metric::rates_over_draws(all, member).tpr->mean;
      covered += mean.low <= 0.6 && 0.6 <= mean.high;
      width += (mean.high - mean.low) / runs;
    }
    MESSAGE("covered " << covered << " of " << runs << ", mean width " << width);
    CHECK(covered >= runs * 0.95 - 4 * std::sqrt(runs * 0.95 * 0.05));
    CHECK(width < 0.4);  // that of 30 trials is 0.36
  }
}

TEST_CASE("verdicts that are none are refused") {
  const std::vector<membership> member = members(1, 1);
  CHECK_THROWS_WITH_AS(static_cast<void>(metric::rates_of({{1, 2}}, member)),
                       "rates_of: cut: is inf; wanted the threshold of a verdict", argument_error);
  CHECK_THROWS_AS(static_cast<void>(metric::rates_of({{1, 2}, std::nan("")}, member)), argument_error);
  CHECK_THROWS_WITH_AS(static_cast<void>(metric::rates_of({{1, 2, 3}, 1}, member)),
                       "rates_of: member: has 2 elements; wanted 3", argument_error);
  CHECK_THROWS_AS(static_cast<void>(metric::rates_of({{1, std::nan("")}, 1}, member)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(metric::rates_of({{1, 2}, 1}, member, 1)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(metric::rates_of({{}, 1}, {})), argument_error);
  CHECK_THROWS_AS(static_cast<void>(metric::rates_of({{1}, 1}, std::vector<membership>{membership(2)})),
                  argument_error);
  CHECK_THROWS_WITH_AS(static_cast<void>(metric::rates_over_draws({}, member)),
                       "rates_over_draws: draws: is empty; wanted at least 1", argument_error);
}
