// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/study/spearman.hpp>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>

#include "oracle/coverage.hpp"

#include <doctest/doctest.h>

using telltale::argument_error;
using telltale::study::spearman;

TEST_CASE("Spearman's correlation agrees with SciPy, ties and all") {
  // scipy.stats.spearmanr 1.17.1.
  const auto check = [](const std::vector<double>& a, const std::vector<double>& b, double wanted) {
    CHECK(spearman(a, b).value == doctest::Approx(wanted).epsilon(1e-14));
    CHECK(spearman(b, a).value == doctest::Approx(wanted).epsilon(1e-14));
  };
  check({1, 2, 2, 3, 5, 5, 5, 8, 9, 10}, {2, 1, 4, 4, 3, 7, 7, 6, 10, 9}, 0.8328532615141301);
  check({0.5, 0.5, 0.5, 0.5, 1.25, -3, 7, 7, 2, 2, 2, 1e6}, {9, 8, 8, 7, 6.5, 6, 5, 4, 4, 4, 1, -1e-9},
        -0.7827371484096137);
  check({3, 1, 4, 1, 5, 9, 2, 6}, {2, 7, 1, 8, 2, 8, 1, 8}, 0.19885368120992467);
}

TEST_CASE("a perfect order still has an interval") {
  const std::vector<double> a{1, 2, 3, 4, 5, 6}, b{2, 4, 8, 16, 32, 64}, c{6, 5, 4, 3, 2, 1};
  CHECK(spearman(a, b).value == doctest::Approx(1).epsilon(1e-15));
  CHECK(spearman(a, b).high == 1);
  CHECK(spearman(a, b).low < 0.75);
  CHECK(spearman(a, b).low > 0.2);
  CHECK(spearman(a, c).low == -1);
  CHECK(spearman(a, c).high == doctest::Approx(-spearman(a, b).low).epsilon(1e-12));
}

TEST_CASE("its interval covers") {
  // Of normal pairs with product-moment correlation r Spearman's is 6/pi asin(r/2).
  for (const std::size_t n : {30u, 300u})
    for (const double r : {0.0, 0.5, 0.9}) {
      oracle::tally held;
      const double truth = 6 / std::numbers::pi * std::asin(r / 2);
      for (std::uint64_t e = 0; e < 1000; ++e) {
        telltale::random_stream random(9, e);
        std::vector<double> a(n), b(n);
        for (std::size_t i = 0; i < n; ++i) {
          a[i] = random.normal();
          b[i] = r * a[i] + std::sqrt(1 - r * r) * random.normal();
        }
        held.add(spearman(a, b), truth);
      }
      MESSAGE("n " << n << ", rho " << truth << ": coverage " << held.held() << ", width " << held.width());
      CHECK(held.held() >= 0.95 - 4 * held.error());
      CHECK(held.width() < 4.2 / std::sqrt(static_cast<double>(n)));
    }
}

TEST_CASE("columns that cannot be correlated are refused") {
  const std::vector<double> good{1, 2, 3, 4};
  const auto refused = [&](const std::vector<double>& other, double confidence = 0.95) {
    CHECK_THROWS_AS(static_cast<void>(spearman(good, other, confidence)), argument_error);
    CHECK_THROWS_AS(static_cast<void>(spearman(other, good, confidence)), argument_error);
  };
  refused({1, 2, 3});
  refused({1, 1, 1, 1});
  refused({1, 2, 3, std::numeric_limits<double>::quiet_NaN()});
  refused({1, 2, 3, 4}, 1);
  CHECK_THROWS_AS(static_cast<void>(spearman(std::vector<double>{1, 2, 3}, std::vector<double>{1, 2, 3})),
                  argument_error);
}
