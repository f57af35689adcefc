// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <vector>

#include <telltale/metric/advantage.hpp>

#include "oracle/roc.hpp"
#include "samples.hpp"

#include <doctest/doctest.h>

using namespace telltale::metric;
using telltale::argument_error;
using telltale::random_stream;

TEST_CASE("advantage at a cut is the difference of the rates and balanced accuracy their mean") {
  const roc_curve curve(std::vector<double>{1, 2, 3, 4}, std::vector<double>{0, 1, 2, 5, -1});
  const advantage_result at = advantage_at(curve, 2);  // 3 of 4 members and 2 of 5 non-members are at or above
  CHECK(at.advantage.value == doctest::Approx(0.75 - 0.4));
  CHECK(at.balanced_accuracy.value == doctest::Approx((0.75 + 0.6) / 2));
  CHECK(at.advantage.threshold == 2);
  CHECK_FALSE(at.advantage.in_sample);
  // By definition, from exact intervals of the two rates at 97.5 %.
  const auto tpr = interval::clopper_pearson::of(3, 4, 0.975), fpr = interval::clopper_pearson::of(2, 5, 0.975);
  CHECK(at.advantage.low == tpr.low - fpr.high);
  CHECK(at.advantage.high == tpr.high - fpr.low);
  CHECK(at.balanced_accuracy.low == doctest::Approx((1 + at.advantage.low) / 2));
  CHECK(advantage_at(curve, 1e300).advantage.value == 0);
  CHECK(advantage_at(curve, -std::numeric_limits<double>::infinity()).advantage.value == 0);
  CHECK_THROWS_AS((void)advantage_at(curve, std::nan("")), argument_error);
}

TEST_CASE("the interval at a cut covers at least nominally and is not vacuous") {
  for (const double tpr : {0.5, 0.9, 0.99}) {
    const double fpr = 0.3;
    int covered = 0;
    double width = 0;
    const int trials = 2000;
    for (int trial = 0; trial < trials; ++trial) {
      random_stream random(31, static_cast<std::uint64_t>(trial));
      std::vector<double> members(100), nonmembers(100);
      for (double& x : members) x = random.uniform() < tpr;
      for (double& x : nonmembers) x = random.uniform() < fpr;
      const estimate found = advantage_at(roc_curve(members, nonmembers), 0.5).advantage;
      covered += found.low <= tpr - fpr && tpr - fpr <= found.high;
      width += (found.high - found.low) / trials;
    }
    CHECK(covered >= 0.95 * trials);
    CHECK(width < 0.45);
  }
}

TEST_CASE("the best over thresholds is the maximum and is marked as in-sample without interval") {
  for (std::uint64_t stream = 0; stream < 40; ++stream) {
    const auto data = samples::any(stream, 30 + stream);
    const oracle::classes classes(data.scores, data.member);
    const roc_curve curve(data.scores, data.member);
    double most = 0, at = std::numeric_limits<double>::infinity();
    for (const double threshold : oracle::thresholds(classes)) {
      const double gain = advantage_at(curve, threshold).advantage.value;
      if (gain > most + 1e-12) {
        most = gain;
        at = threshold;
      }
    }
    const advantage_result best = best_advantage(curve);
    CHECK(best.advantage.value == doctest::Approx(most).epsilon(1e-14));
    CHECK(best.advantage.threshold == at);
    CHECK(best.balanced_accuracy.value == doctest::Approx((1 + most) / 2).epsilon(1e-14));
    CHECK(best.balanced_accuracy.in_sample);
    CHECK(best.advantage.in_sample);
    CHECK(std::isnan(best.advantage.low));
    CHECK(std::isnan(best.balanced_accuracy.high));
  }
}

TEST_CASE("four equal scores have their best threshold at infinity") {
  // Origin: amulet test_compute_mi_metrics.py.
  const advantage_result best = best_advantage(roc_curve(std::vector<double>{1, 1}, std::vector<double>{1, 1}));
  CHECK(best.advantage.threshold == std::numeric_limits<double>::infinity());
  CHECK(best.balanced_accuracy.value == 0.5);
}
