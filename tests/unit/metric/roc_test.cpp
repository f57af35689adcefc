// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include <telltale/metric/roc.hpp>
#include <telltale/metric/tpr_at_fpr.hpp>

#include "oracle/roc.hpp"
#include "samples.hpp"

#include <doctest/doctest.h>

using telltale::argument_error;
using telltale::membership;
using telltale::random_stream;
using namespace telltale::metric;
using enum telltale::membership;

namespace {

std::vector<double> halves(std::initializer_list<double> values) { return values; }

}  // namespace

TEST_CASE("every count and the AUC equal their definitions on ties and extreme values") {
  for (std::uint64_t stream = 0; stream < 60; ++stream) {
    CAPTURE(stream);
    const auto data = samples::any(stream, 2 + stream * 3);
    const oracle::classes classes(data.scores, data.member);
    const roc_curve curve(data.scores, data.member);
    const auto thresholds = oracle::thresholds(classes);
    REQUIRE(curve.size() == thresholds.size());
    for (std::size_t i = 0; i < thresholds.size(); ++i) {
      CHECK(curve.thresholds()[i] == thresholds[i]);
      CHECK(curve.true_positives()[i] == oracle::at_or_above(classes.members, thresholds[i]));
      CHECK(curve.false_positives()[i] == oracle::at_or_above(classes.nonmembers, thresholds[i]));
      CHECK(curve.point_at(thresholds[i]) == i);
    }
    CHECK(curve.twice_ordered_pairs() == oracle::twice_ordered_pairs(classes));
    CHECK(curve.auc() == oracle::auc(classes));
    CHECK(roc_curve(classes.members, classes.nonmembers).twice_ordered_pairs() == curve.twice_ordered_pairs());
  }
}

TEST_CASE("large samples that take the radix sort agree with the definition") {
  for (std::uint64_t stream = 0; stream < 4; ++stream) {
    const auto data = samples::any(stream, 12000);
    const oracle::classes classes(data.scores, data.member);
    CHECK(roc_curve(data.scores, data.member).twice_ordered_pairs() == oracle::twice_ordered_pairs(classes));
  }
}

TEST_CASE("counts at all thresholds of the TF-Privacy example") {
  // Origin: TF-Privacy epsilon_lower_bound_test.py.
  const roc_curve curve(halves({9, 4, 5, 0}), halves({3, 8, 6, 1, 2, 7}));
  const std::vector<std::uint32_t> tp{0, 1, 1, 1, 1, 2, 3, 3, 3, 3, 4}, fp{0, 0, 1, 2, 3, 3, 3, 4, 5, 6, 6};
  CHECK(std::vector(curve.true_positives().begin(), curve.true_positives().end()) == tp);
  CHECK(std::vector(curve.false_positives().begin(), curve.false_positives().end()) == fp);
}

TEST_CASE("published areas") {
  // Origin: SACRO tests/attacks/test_metrics.py.
  CHECK(roc_curve(halves({.45, .9, .99}), halves({.1, .6, .2})).auc() == 8.0 / 9);
  // Origin: jax_privacy tests/auditing_test.py, where the hull gives 13/16; pairs give 11/16 (counted by hand).
  CHECK(roc_curve(halves({0, 4, 6, 7}), halves({1, 2, 3, 5})).auc() == 11.0 / 16);
  // Origin: amulet test_compute_mi_metrics.py: four equal scores.
  CHECK(roc_curve(halves({1, 1}), halves({1, 1})).auc() == 0.5);
  // Origin: derived by hand, ties across and within classes: 13 of 16 pairs.
  const std::vector<double> scores{.9, .8, .8, .7, .6, .6, .5, .4};
  CHECK(roc_curve(scores, std::vector<membership>{in, in, out, in, out, in, out, out}).auc() == 0.8125);
}

TEST_CASE("members sqrt of 1 - u squared against uniform non-members follow the closed form") {
  // Origin: jax_privacy tests/auditing_test.py: TPR = sqrt(f (2 - f)).
  const int n = 20000;
  std::vector<double> members, nonmembers;
  for (int i = 0; i <= n; ++i) {
    const double u = static_cast<double>(i) / n;
    members.push_back(std::sqrt(1 - u * u));
    nonmembers.push_back(u);
  }
  const roc_curve curve(members, nonmembers);
  for (const double f : {0.001, 0.01, 0.1, 0.5, 0.9})
    CHECK(std::abs(tpr_at_fpr(curve, f).tpr.value - std::sqrt(f * (2 - f))) < 2e-3);
}

TEST_CASE("a heavily tied null has the AUC of the pairs and ends at one and one") {
  // Origin: LeakPro counts at the first element of a tie group, which reports 0.327 for five distinct values.
  for (const std::uint64_t levels : {5u, 20u, 100u}) {
    random_stream random(4, levels);
    oracle::classes classes;
    for (int i = 0; i < 2000; ++i) {
      classes.members.push_back(static_cast<double>(random.below(levels)));
      classes.nonmembers.push_back(static_cast<double>(random.below(levels)));
    }
    const roc_curve curve(classes.members, classes.nonmembers);
    CHECK(curve.twice_ordered_pairs() == oracle::twice_ordered_pairs(classes));
    CHECK(std::abs(curve.auc() - 0.5) < 4 * 0.00913);  // sqrt((P+N+1)/(12PN)), an upper bound under ties
    CHECK(curve.size() == levels + 1);
    CHECK(curve.true_positives().front() == 0);
    CHECK(curve.true_positives().back() == 2000);
    CHECK(curve.false_positives().back() == 2000);
  }
}

TEST_CASE("the null standard deviation of the AUC is Mann-Whitney's") {
  // Origin: SACRO metrics.py, sqrt((P+N+1)/(12PN)): 100 against 100 and 1,000 against 1,000.
  struct null {
    std::size_t records;
    double deviation;
    int replicates;
  };
  for (const null& expected : {null{100, 0.0409267639, 20000}, {1000, 0.0129131716, 4000}}) {
    double sum = 0, squares = 0;
    for (int r = 0; r < expected.replicates; ++r) {
      random_stream random(8, static_cast<std::uint64_t>(r));
      const double area =
          roc_curve(samples::normal(random, expected.records, 0), samples::normal(random, expected.records, 0)).auc();
      sum += area - 0.5;
      squares += (area - 0.5) * (area - 0.5);
    }
    const double deviation = std::sqrt(squares / expected.replicates);
    CHECK(std::abs(deviation / expected.deviation - 1) < 4 / std::sqrt(2.0 * expected.replicates));
    CHECK(std::abs(sum / expected.replicates) < 4 * expected.deviation / std::sqrt(1.0 * expected.replicates));
  }
}

TEST_CASE("thinning keeps the ends and bounds the number of points and the error") {
  random_stream random(9);
  const roc_curve curve(samples::normal(random, 50000, 1), samples::normal(random, 70000, 0));
  for (const std::size_t most : {16u, 100u, 1000u}) {
    CAPTURE(most);
    const auto points = curve.thinned(most);
    REQUIRE(points.size() <= most);
    CHECK(points.size() > most / 4);
    CHECK(points.front().true_positives + points.front().false_positives == 0);
    CHECK(points.back().true_positives == 50000);
    CHECK(points.back().false_positives == 70000);
    // Between kept neighbours both counts stay in one cell or step straight to the next point of the curve.
    const double cells = static_cast<double>((most - 6) / 4);
    for (std::size_t i = 1; i < points.size(); ++i) {
      const std::size_t a = curve.point_at(points[i - 1].threshold), b = curve.point_at(points[i].threshold);
      REQUIRE(b > a);
      if (b == a + 1) continue;
      const auto width = [&](double low, double high, double total) {
        return low == 0 ? high : std::log(high / low) / std::log(total) * cells;
      };
      CHECK(width(curve.true_positives()[a], curve.true_positives()[b], 50000) <= 1.0 + 1e-6);
      CHECK(width(curve.false_positives()[a], curve.false_positives()[b], 70000) <= 1.0 + 1e-6);
    }
  }
  CHECK(roc_curve(halves({1, 2}), halves({0})).thinned(16).size() == 4);
  CHECK_THROWS_AS((void)curve.thinned(15), argument_error);
}

TEST_CASE("bad input is refused by name") {
  const std::vector<double> two{1, 2};
  const auto with = [](double bad) { return std::vector<double>{1, bad}; };
  const std::vector<membership> both{in, out};
  CHECK_THROWS_WITH_AS(roc_curve(two, std::vector<membership>{in}), "roc_curve: member: has 1 elements; wanted 2",
                       argument_error);
  CHECK_THROWS_WITH_AS(roc_curve(two, std::vector<membership>{in, in}),
                       "roc_curve: member: holds only members; wanted both classes", argument_error);
  CHECK_THROWS_WITH_AS(roc_curve(two, std::vector<membership>{out, out}),
                       "roc_curve: member: holds only non-members; wanted both classes", argument_error);
  CHECK_THROWS_WITH_AS(roc_curve(two, std::vector<membership>{in, static_cast<membership>(2)}),
                       "roc_curve: member: element 1 is 2; wanted 0 or 1", argument_error);
  CHECK_THROWS_AS(roc_curve(with(std::nan("")), both), argument_error);
  CHECK_THROWS_AS(roc_curve(with(INFINITY), both), argument_error);
  CHECK_THROWS_AS(roc_curve(std::vector<double>{}, std::vector<membership>{}), argument_error);
  CHECK_THROWS_WITH_AS(roc_curve(two, std::vector<double>{}), "roc_curve: nonmembers: is empty; wanted both classes",
                       argument_error);
  CHECK_THROWS_AS(roc_curve(with(-INFINITY), two), argument_error);
  CHECK_THROWS_AS((void)roc_curve(two, two).point_at(std::nan("")), argument_error);
}
