// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/gaussian_likelihood_ratio/tail.hpp>

#include <cmath>

#include "oracle/shadow_statistics.hpp"

#include <doctest/doctest.h>

using telltale::minus_log_survival;

TEST_CASE("the log survival function agrees with known values in both tails") {
  // mpmath, 40 digits: -log(erfc(z / sqrt(2)) / 2).
  const std::pair<double, double> known[] = {
      {-5, 2.86651612963763593e-7}, {0, 0.693147180559945309},  {1, 1.84102164500926351},
      {3, 6.60772622151034954},     {8, 35.0134371599145499},   {25, 316.639408008020259},
      {37, 689.030585576890594},    {100, 5005.52420869420509}, {1e4, 50000010.1292789152}};
  for (const auto& [z, value] : known) CHECK(std::abs(minus_log_survival(z) - value) <= 1e-13 * value);
}

TEST_CASE("the log survival function agrees with extended precision where that does not underflow") {
  for (double z = -37; z < 100; z += 0.0137) {
    CAPTURE(z);
    const long double slow = oracle::minus_log_survival(z);
    CHECK(std::abs(static_cast<long double>(minus_log_survival(z)) - slow) <= 1e-12L * slow);
  }
}

TEST_CASE("the log survival function keeps the order of scores far beyond where Phi is 1") {
  double before = 0;
  for (double z = -30; z < 60; z += 0.001) {
    const double now = minus_log_survival(z);
    REQUIRE(now > before);
    before = now;
  }
  CHECK(minus_log_survival(-40) == 0);  // below the least double
  CHECK(minus_log_survival(1e150) == doctest::Approx(5e299));
}
