// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/noncentral_chi_square/log_cdf.hpp>

#include <cmath>
#include <limits>

#include <boost/math/distributions/non_central_chi_squared.hpp>

#include <telltale/core/random.hpp>

#include "oracle/noncentral_chi_square.hpp"

#include <doctest/doctest.h>

using namespace telltale;

TEST_CASE("log F keeps its digits from far below the smallest double to 1") {
  for (const oracle::noncentral_chi_square& known : oracle::noncentral_chi_square_cases) {
    CAPTURE(known.x);
    CAPTURE(known.freedom);
    CAPTURE(known.noncentrality);
    const double got = log_noncentral_chi_square_cdf(known.x, known.freedom, known.noncentrality);
    CHECK(std::abs(got / known.log_cdf - 1) < 1e-12);
  }
}

TEST_CASE("log F agrees with Boost.Math around the middle of the law") {
  // Boost's own error there is some 1e-13 of F, and grows with the noncentrality.
  random_stream random(3);
  for (int trial = 0; trial < 400; ++trial) {
    const double freedom = std::floor(std::exp(7 * random.uniform())),
                 noncentrality = std::exp(-3 + 12 * random.uniform());
    const double mean = freedom + noncentrality, spread = std::sqrt(2 * (freedom + 2 * noncentrality));
    const double x = mean + spread * (8 * random.uniform() - 4);
    if (x <= 0) continue;
    const boost::math::non_central_chi_squared law(freedom, noncentrality);
    CAPTURE(x);
    CAPTURE(freedom);
    CAPTURE(noncentrality);
    const double got = log_noncentral_chi_square_cdf(x, freedom, noncentrality);
    if (x < mean)
      CHECK(std::abs(std::exp(got) / cdf(law, x) - 1) < 1e-10);
    else
      CHECK(std::abs(-std::expm1(got) / cdf(complement(law, x)) - 1) < 1e-10);
  }
}

TEST_CASE("log F rises without a step where the sides of the mean meet, and far from it") {
  for (const double noncentrality : {0.0, 3.0, 1600.0, 1e8, 1e13}) {
    const double freedom = 50, mean = freedom + noncentrality, spread = std::sqrt(2 * (freedom + 2 * noncentrality));
    double before = -std::numeric_limits<double>::infinity();
    for (double z = -std::min(60.0, 0.99 * mean / spread); z < 8; z += 0.01) {
      const double now = log_noncentral_chi_square_cdf(mean + z * spread, freedom, noncentrality);
      CAPTURE(noncentrality);
      CAPTURE(z);
      CHECK(now > before);
      before = now;
    }
    // A normal law in the limit: F(mean) = 1/2 + skewness / (6 sqrt(2 pi)) to first order.
    if (noncentrality < 1e8) continue;
    const double skewness = 8 * (freedom + 3 * noncentrality) / (spread * spread * spread);
    const double at_mean = std::exp(log_noncentral_chi_square_cdf(mean, freedom, noncentrality));
    CHECK(at_mean - 0.5 == doctest::Approx(skewness / (6 * std::sqrt(2 * std::acos(-1.0)))).epsilon(1e-3));
  }
}

TEST_CASE("log F refuses what is no law and no point of it") {
  CHECK(log_noncentral_chi_square_cdf(0, 3, 1) == -std::numeric_limits<double>::infinity());
  CHECK(log_noncentral_chi_square_cdf(1e9, 3, 1) == 0);
  CHECK_THROWS_WITH_AS((void)log_noncentral_chi_square_cdf(-1, 3, 1),
                       "log_noncentral_chi_square_cdf: x: is -1.000000; wanted a finite number of at least 0",
                       argument_error);
  CHECK_THROWS_WITH_AS((void)log_noncentral_chi_square_cdf(1, 0.5, 1),
                       "log_noncentral_chi_square_cdf: freedom: is 0.500000; wanted a finite number of at least 1",
                       argument_error);
  CHECK_THROWS_AS((void)log_noncentral_chi_square_cdf(1, 3, -1), argument_error);
  CHECK_THROWS_AS((void)log_noncentral_chi_square_cdf(1, 3, std::nan("")), argument_error);
  CHECK_THROWS_AS((void)log_noncentral_chi_square_cdf(std::numeric_limits<double>::infinity(), 3, 1), argument_error);
}
