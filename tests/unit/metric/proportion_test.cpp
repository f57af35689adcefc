// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>

#include <telltale/metric/interval/clopper_pearson.hpp>
#include <telltale/metric/interval/jeffreys.hpp>
#include <telltale/metric/interval/wilson.hpp>

#include "oracle/coverage.hpp"

#include <doctest/doctest.h>

using telltale::argument_error;
using telltale::metric::estimate;
using namespace telltale::metric::interval;

TEST_CASE("Wilson and Jeffreys limits at 95 percent") {
  struct row {
    std::uint64_t k, n;
    double wilson_low, wilson_high, jeffreys_low, jeffreys_high;
  };
  // Origin: SciPy 1.10, binomtest(k, n).proportion_ci(.95, "wilson") and beta.ppf([.025, .975], k + .5, n - k + .5).
  const row rows[] = {{0, 10, 0, 0.277532799863, 0, 0.217196267509},
                      {1, 10, 0.0178762130951, 0.404150026795, 0.0110116737632, 0.381314771067},
                      {2, 100, 0.00550196755016, 0.0700117907285, 0.00417881244747, 0.0626058488848},
                      {50, 100, 0.403831530366, 0.596168469634, 0.403173950896, 0.596826049104},
                      {950, 1000, 0.934686179756, 0.961869737607, 0.935171544267, 0.962229867746},
                      {10, 10, 0.722467200137, 1, 0.782803732491, 1},
                      {1, 1000000, 1.76524576745e-07, 5.66491180431e-06, 1.07897662465e-07, 4.67419204673e-06}};
  for (const row& r : rows) {
    CAPTURE(r.k);
    CAPTURE(r.n);
    const estimate by_score = wilson::of(r.k, r.n), by_prior = jeffreys::of(r.k, r.n);
    CHECK(by_score.low == doctest::Approx(r.wilson_low).epsilon(1e-10));
    CHECK(by_score.high == doctest::Approx(r.wilson_high).epsilon(1e-10));
    CHECK(by_prior.low == doctest::Approx(r.jeffreys_low).epsilon(1e-9));
    CHECK(by_prior.high == doctest::Approx(r.jeffreys_high).epsilon(1e-9));
  }
}

TEST_CASE("Wilson and Jeffreys cover on average and are shorter, Clopper-Pearson covers always") {
  for (const int n : {10, 50, 200}) {
    CAPTURE(n);
    const oracle::behaviour exact = oracle::behaviour_over<clopper_pearson>(n, 0, 1, 400),
                            score = oracle::behaviour_over<wilson>(n, 0, 1, 400),
                            prior = oracle::behaviour_over<jeffreys>(n, 0, 1, 400);
    MESSAGE("n = ", n, ": least / mean coverage and width, Clopper-Pearson ", exact.least, " ", exact.mean, " ",
            exact.width, ", Wilson ", score.least, " ", score.mean, " ", score.width, ", Jeffreys ", prior.least, " ",
            prior.mean, " ", prior.width);
    CHECK(exact.least >= 0.95);
    CHECK(std::abs(score.mean - 0.95) < 0.01);
    CHECK(std::abs(prior.mean - 0.95) < 0.01);
    CHECK(score.width < exact.width);
    CHECK(prior.width < exact.width);
  }
}

TEST_CASE("coverage at rates near 0 and 1, where attacks are read") {
  struct setting {
    int trials;
    double rate;
  };
  for (const auto& [n, p] : {setting{10, 0.001},
                             {10, 0.3},
                             {100, 0.001},
                             {100, 0.01},
                             {100, 0.99},
                             {1000, 0.001},
                             {1000, 0.01},
                             {1000, 0.5},
                             {10000, 0.001},
                             {10000, 0.999}}) {
    const oracle::coverage exact = oracle::exact_coverage<clopper_pearson>(n, p),
                           score = oracle::exact_coverage<wilson>(n, p), prior = oracle::exact_coverage<jeffreys>(n, p);
    MESSAGE("n = ", n, ", rate ", p, ": coverage and width, Clopper-Pearson ", exact.held, " ", exact.width,
            ", Wilson ", score.held, " ", score.width, ", Jeffreys ", prior.held, " ", prior.width);
    CHECK(exact.held >= 0.95);
    CHECK(exact.width >= prior.width);
    // What the two others give up is bounded; it is not nominal at every rate.
    CHECK(score.held > 0.9);
    CHECK(prior.held > 0.87);
  }
}

TEST_CASE("a confidence of another type gives limits in double") {
  const estimate wide = clopper_pearson::of(3, 10, 0.5f);  // 0.5 is a float as it is a double
  CHECK(wide == clopper_pearson::of(3, 10, 0.5));
  CHECK(wilson::of(3, 10, 0.5f) == wilson::of(3, 10, 0.5));
  CHECK(jeffreys::of(3, 10, 0.5f) == jeffreys::of(3, 10, 0.5));
}

TEST_CASE_TEMPLATE("counts that make no proportion are refused", Interval, clopper_pearson, wilson, jeffreys) {
  CHECK_THROWS_WITH_AS((void)Interval::of(3, 2), doctest::Contains("successes"), argument_error);
  CHECK_THROWS_WITH_AS((void)Interval::of(0, 0), doctest::Contains("trials"), argument_error);
  for (const double confidence : {0.0, 1.0, -1.0, std::nan("")})
    CHECK_THROWS_WITH_AS((void)Interval::of(1, 2, confidence), doctest::Contains("confidence"), argument_error);
}
