// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <boost/math/special_functions/erf.hpp>

#include <telltale/metric/auc.hpp>

#include "oracle/roc.hpp"
#include "samples.hpp"

#include <doctest/doctest.h>

using namespace telltale::metric;
using telltale::argument_error;
using telltale::random_stream;

namespace {

/// The shift of unit normals that has this AUC.
double shift_of(double area) { return -2 * boost::math::erfc_inv(2 * area); }

}  // namespace

TEST_CASE("DeLong's variance in one pass equals the components summed pair by pair") {
  for (std::uint64_t stream = 0; stream < 40; ++stream) {
    const auto data = samples::any(stream, 20 + stream * 4);
    const double fast = delong_components(roc_curve(data.scores, data.member)).variance();
    const double slow = oracle::delong_variance(oracle::classes(data.scores, data.member));
    CHECK(std::abs(fast - slow) <= 1e-12 * (slow + 1e-3));
  }
}

TEST_CASE("DeLong's variance of a sample small enough for pencil and paper") {
  // Members 1 and 3, non-members 0 and 2: V10 = (1/2, 1), V01 = (1, 1/2), both sample variances 1/8, so 1/16 + 1/16.
  const roc_curve curve(std::vector<double>{1, 3}, std::vector<double>{0, 2});
  CHECK(delong_components(curve).variance() == doctest::Approx(0.125).epsilon(1e-15));
}

TEST_CASE("the 95 percent interval of the AUC covers and is not vacuous") {
  const int trials = 4000;
  for (const double area : {0.5, 0.8, 0.95, 0.99})
    for (const auto& sizes : {std::pair{50u, 50u}, {50u, 500u}, {200u, 50u}, {500u, 500u}}) {
      const std::size_t members = sizes.first, nonmembers = sizes.second;
      CAPTURE(area);
      CAPTURE(members);
      CAPTURE(nonmembers);
      int covered = 0;
      double width = 0, plain_width = 0;
      for (int trial = 0; trial < trials; ++trial) {
        random_stream random(21, static_cast<std::uint64_t>(trial));
        const roc_curve curve(samples::normal(random, members, shift_of(area)), samples::normal(random, nonmembers, 0));
        const estimate found = auc(curve);
        covered += found.low <= area && area <= found.high;
        width += found.high - found.low;
        plain_width += 2 * 1.96 * std::sqrt(delong_components(curve).variance());
      }
      MESSAGE("AUC ", area, ", ", members, " / ", nonmembers, ": covered ", covered / double{trials}, ", width ",
              width / trials, ", plain DeLong's width ", plain_width / trials);
      // Three standard errors of 4,000 trials at 95 % are 1.0 %.
      CHECK(covered >= 0.94 * trials);
      // The plain interval, against which this is measured, covers 90 % only at AUC 0.95 with 50 records, fewer at
      // 0.99.
      CHECK(width <= (area < 0.99 ? 1.25 : 1.9) * plain_width);
    }
}

TEST_CASE("perfect separation gives the exact bound over disjoint pairs") {
  const roc_curve apart(std::vector<double>(40, 1.0), std::vector<double>(100, 0.0));
  const estimate best = auc(apart), worst = auc(roc_curve(std::vector<double>(40, 0.0), std::vector<double>(100, 1.0)));
  CHECK(best.value == 1);
  CHECK(best.high == 1);
  CHECK(best.low == doctest::Approx(std::pow(0.025, 1.0 / 40)).epsilon(1e-14));
  CHECK(worst.value == 0);
  CHECK(worst.low == 0);
  CHECK(worst.high == doctest::Approx(1 - best.low).epsilon(1e-14));
}

TEST_CASE("the bound at perfect separation is attained by a distribution and so covers no less than nominal") {
  // Non-members are below every member, except with probability 1 - theta above: separation has probability theta^N
  // (or all are above). At theta just under the limit it must be rarer than alpha / 2.
  const double theta = std::pow(0.025, 1.0 / 20) - 1e-6;
  int separated = 0;
  const int trials = 40000;
  for (int trial = 0; trial < trials; ++trial) {
    random_stream random(22, static_cast<std::uint64_t>(trial));
    bool all = true;
    for (int i = 0; i < 20; ++i) all = (random.uniform() < theta) && all;
    separated += all;
  }
  CHECK(std::abs(separated - 0.025 * trials) < 5 * std::sqrt(0.025 * trials));
}

TEST_CASE("scores without information or classes of one record still give an interval with width") {
  const estimate tied = auc(roc_curve(std::vector<double>(50, 1.0), std::vector<double>(50, 1.0)));
  CHECK(tied.value == 0.5);
  CHECK(tied.low < 0.4);
  CHECK(tied.high > 0.6);
  CHECK(tied.low > 0.2);
  const estimate one = auc(roc_curve(std::vector<double>{1.0}, std::vector<double>{0.0, 2.0, 3.0}));
  CHECK(one.value == 1.0 / 3);
  CHECK(one.low == 0);
  CHECK(one.high == 1);
}

TEST_CASE("more confidence is a wider interval inside the unit interval") {
  random_stream random(23);
  const roc_curve curve(samples::normal(random, 100, 2), samples::normal(random, 100, 0));
  estimate last = auc(curve, 0.5);
  for (const double confidence : {0.9, 0.99, 0.999, 1 - 1e-6}) {
    const estimate next = auc(curve, confidence);
    CHECK(next.low < last.low);
    CHECK(next.high > last.high);
    CHECK(next.low > 0);
    CHECK(next.high < 1);
    last = next;
  }
  CHECK_THROWS_AS((void)auc(curve, 1.0), argument_error);
  CHECK_THROWS_AS((void)auc(curve, 0.0), argument_error);
}
