// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <telltale/metric/epsilon/bayesian.hpp>
#include <telltale/metric/epsilon/clopper_pearson.hpp>
#include <telltale/metric/epsilon/lower_bound.hpp>

#include <doctest/doctest.h>

#include "oracle/epsilon.hpp"

using namespace telltale::metric::epsilon;

TEST_CASE("posterior mass of the (epsilon, delta) region") {
  struct row {
    verdict_counts counts;
    double epsilon, delta, mass;
  };
  // Origin: scipy.integrate.quad (SciPy 1.17) over FPR = sin^2, split at the kinks and at quantiles of both laws.
  const row rows[] = {
      {{60, 40, 10, 90}, 1, 0, 0.0018688900231360228},       {{60, 40, 10, 90}, 2, 1e-5, 0.7595757102862389},
      {{100, 0, 0, 100}, 4, 1e-5, 0.0033082365875998286},    {{50, 50, 45, 55}, .1, .01, 0.4697102531055555},
      {{995, 5, 200, 800}, 3, 1e-3, 1.1373423776321029e-12}, {{3, 2, 0, 5}, .5, 0, 0.046130586053983826}};
  for (const row& r : rows) CHECK(std::abs(bayesian::mass(r.counts, r.epsilon, r.delta) - r.mass) < 2e-12);
  CHECK(std::abs(bayesian::low({60, 40, 10, 90}, 1e-5, 0.05) - 1.309724415951852) < 1e-9);
  CHECK(std::abs(bayesian::low({500, 0, 0, 500}, 1e-5, 0.05) - 6.5131480226893705) < 1e-9);
  CHECK(std::abs(bayesian::low({3, 2, 0, 5}, 1e-5, 0.05) - 0.5328222050901312) < 1e-9);
}

TEST_CASE("posterior mass against a grid of cells, ends and large counts included") {
  telltale::random_stream random(5);
  const verdict_counts extremes[] = {{0, 3, 0, 3}, {3, 0, 3, 0}, {0, 3, 3, 0}, {1, 0, 0, 1}, {40, 160, 0, 200}};
  for (int i = 0; i < 25; ++i) {
    verdict_counts c = extremes[i % 5];
    if (i >= 5) c = verdict_counts::of(random.below(31), 30, random.below(13), 12);
    const double epsilon = 3 * random.uniform(), delta = i % 3 == 0 ? 0 : i % 3 == 1 ? 1e-3 : 0.2;
    CAPTURE(i);
    CHECK(std::abs(bayesian::mass(c, epsilon, delta) - oracle::posterior_mass(c, epsilon, delta, 1000)) < 1.5e-3);
  }
}

TEST_CASE("posterior mass of a million records, where every law is a spike") {
  // The law of FPR and of FNR is normal here to about 1e-3: at the posterior's middle half of the mass is inside.
  const verdict_counts counts{600'000, 400'000, 200'000, 800'000};
  const double epsilon = std::log(0.6 / 0.2);
  CHECK(std::abs(bayesian::mass(counts, epsilon, 0.0) - 0.5) < 2e-3);
  CHECK(bayesian::mass(counts, epsilon - 0.05, 0.0) < 1e-12);
  CHECK(bayesian::mass(counts, epsilon + 0.05, 0.0) > 1 - 1e-9);
}

TEST_CASE("posterior mass has the symmetries of the region") {
  // Exchanging the classes, and reversing the verdict, map the region onto itself.
  for (const verdict_counts c : {verdict_counts{60, 40, 10, 90}, verdict_counts{100, 0, 0, 50},
                                 verdict_counts{5, 99'995, 1, 99'999}, verdict_counts{99'999, 1, 70'000, 0}})
    for (const double epsilon : {0.1, 1.0, 4.0}) {
      const double mass = bayesian::mass(c, epsilon, 1e-3);
      const verdict_counts exchanged{c.true_negatives, c.false_positives, c.false_negatives, c.true_positives};
      const verdict_counts reversed{c.false_negatives, c.true_positives, c.true_negatives, c.false_positives};
      CHECK(std::abs(bayesian::mass(exchanged, epsilon, 1e-3) - mass) < 1e-9);
      CHECK(std::abs(bayesian::mass(reversed, epsilon, 1e-3) - mass) < 1e-9);
    }
}

TEST_CASE("epsilon by posterior: where the mass is the error, between Clopper-Pearson's and the plain estimate") {
  const verdict_counts counts{60, 40, 10, 90};
  for (const double error : {0.05, 1e-3, 1e-6}) {
    const double low = bayesian::low(counts, 1e-5, error);
    CHECK(std::abs(bayesian::mass(counts, low, 1e-5) / error - 1) < 1e-6);
    CHECK(low > clopper_pearson::low(counts, 1e-5, error));
    CHECK(low < std::log(6.0));
  }
  CHECK(bayesian::low({50, 50, 50, 50}, 1e-2, 0.05) < 0.05);
  CHECK(bayesian::low(counts, 1e-5, 0.05, 5.0) == 5);
  CHECK(lower_bound<bayesian>(fixed_in_advance(counts), 1e-5).guarantee == guarantee::credible);
}
