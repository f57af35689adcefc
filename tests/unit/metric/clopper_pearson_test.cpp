// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>

#include <telltale/metric/interval/clopper_pearson.hpp>

#include "oracle/coverage.hpp"

#include <doctest/doctest.h>

using telltale::argument_error;
using telltale::metric::interval::clopper_pearson;

TEST_CASE("Clopper-Pearson limits at 95 percent") {
  struct row {
    std::uint64_t k, n;
    double low, high;
  };
  // Origin: scipy.stats.beta.ppf(0.025, k, n - k + 1) and (0.975, k + 1, n - k), to ten or eight decimals.
  const row rows[] = {{0, 100, 0, .0362166926},
                      {2, 100, .0024313368, .0703839325},
                      {10, 100, .0490046892, .1762225977},
                      {50, 100, .3983211295, .6016788705},
                      {1, 1000, .0000253175, .0055589243},
                      {950, 1000, .9346095121, .9626646024},
                      {0, 1000, 0, .00368208},
                      {10, 1000, .00480551, .01831324},
                      {900, 1000, .87971206, .91789467},
                      {5, 50, .03327509, .21813537}};
  for (const row& r : rows) {
    CAPTURE(r.k);
    const double digits = r.n == 50 || r.k == 900 || (r.n == 1000 && r.k % 10 == 0 && r.k != 950) ? 5.1e-9 : 5.1e-11;
    const auto interval = clopper_pearson::of(r.k, r.n);
    CHECK(interval.value == static_cast<double>(r.k) / static_cast<double>(r.n));
    CHECK(std::abs(interval.low - r.low) < digits);
    CHECK(std::abs(interval.high - r.high) < digits);
  }
}

TEST_CASE("each limit leaves exactly half the error in its binomial tail") {
  // The definition: P[X >= k | low] = P[X <= k | high] = alpha / 2, summed term by term.
  const auto below = [](int k, int n, double p) {
    double sum = 0;
    for (int i = 0; i <= k; ++i) sum += oracle::binomial_mass(i, n, p);
    return sum;
  };
  for (const double confidence : {0.5, 0.95, 0.999, 1 - 1e-6})
    for (int n = 2; n < 40; n += 3)
      for (int k = 1; k < n; ++k) {
        const auto interval =
            clopper_pearson::of(static_cast<std::uint64_t>(k), static_cast<std::uint64_t>(n), confidence);
        CHECK(std::abs((1 - below(k - 1, n, interval.low)) - (1 - confidence) / 2) < 1e-11);
        CHECK(std::abs(below(k, n, interval.high) / ((1 - confidence) / 2) - 1) < 1e-8);
      }
}

TEST_CASE("coverage is at least nominal for every proportion") {
  for (double p = 0.01; p < 1; p += 0.01) CHECK(oracle::exact_coverage<clopper_pearson>(30, p, 0.9).held >= 0.9);
}

TEST_CASE("counts that make no proportion are refused") {
  CHECK_THROWS_AS((void)clopper_pearson::of(0, 0), argument_error);
  CHECK_THROWS_AS((void)clopper_pearson::of(3, 2), argument_error);
  CHECK_THROWS_AS((void)clopper_pearson::of(1, 2, 1.0), argument_error);
}
