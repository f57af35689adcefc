// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <initializer_list>
#include <tuple>
#include <utility>

#include <telltale/accounting/gaussian_dp.hpp>

#include "oracle/accounting.hpp"

#include <doctest/doctest.h>

using doctest::Approx;
using namespace telltale::accounting;

TEST_CASE("exact epsilons of the Gaussian mechanism") {
  // Values computed in multiple precision when the library was planned.
  for (const auto& [sigma, delta, wanted] :
       std::initializer_list<std::tuple<double, double, double>>{{1, 1e-5, 4.3771780957},
                                                                 {1, 1e-6, 4.8865541175},
                                                                 {2, 1e-5, 1.9930914044},
                                                                 {2, 1e-6, 2.2540846502},
                                                                 {0.5, 1e-5, 9.9972561464},
                                                                 {4, 1e-5, 0.926342},
                                                                 {4.530877117, 1e-6, 0.9273923380}}) {
    const double tolerance = sigma == 4 ? 5e-7 : 2e-10;
    CHECK(gaussian_epsilon(1 / sigma, delta) == Approx(wanted).epsilon(tolerance));
  }
  CHECK(gaussian_delta(1, 1) == Approx(0.1269367375).epsilon(1e-9));
}

TEST_CASE("delta agrees with quadrature, and epsilon inverts it") {
  for (const double mu : {1e-3, 0.1, 1.0, 3.0, 8.0})
    for (const double epsilon : {0.0, 0.01, 0.5, 2.0, 20.0}) {
      const double wanted = oracle::gaussian_pair{{1 / mu}, true}.delta(epsilon), got = gaussian_delta(mu, epsilon);
      INFO(mu << " " << epsilon);
      CHECK(std::abs(got - wanted) <= 1e-9 * wanted + 1e-40);
      if (got > 1e-300 && epsilon > 0) CHECK(gaussian_epsilon(mu, got) == Approx(epsilon).epsilon(1e-9));
    }
}

TEST_CASE("very small and very large noise") {
  // delta -> 0 and mu -> 0: epsilon = 0 once delta(0) = erf(mu / sqrt 8) is below delta.
  CHECK(gaussian_epsilon(1e-7, 1e-6) == 0);
  CHECK(gaussian_delta(1e-12, 0) == Approx(std::erf(1e-12 / std::sqrt(8.0))).epsilon(1e-3));
  const double far = gaussian_epsilon(1e5, 1e-10);  // N(mu^2/2, mu^2) has all but 1e-10 below mu^2/2 + 6.3613 mu
  CHECK(far == Approx(0.5e10 + 6.3613409 * 1e5).epsilon(1e-9));
  CHECK(gaussian_epsilon(1.0, 1e-300) == Approx(37.5).epsilon(0.02));
  CHECK(log_gaussian_delta(1, 1000) == Approx(-499514.0).epsilon(1e-4));
}

TEST_CASE("compositions of Gaussians are exact and subsampled ones the central limit") {
  const gaussian_bound exact = central_limit::epsilon(composition(gaussian{3, 1, 4}, gaussian{6, 1, 20}), 1e-5);
  CHECK(exact.exact);
  CHECK(exact.mu == Approx(1).epsilon(1e-15));
  CHECK(exact.epsilon == Approx(4.3771780957).epsilon(1e-10));
  // Opacus, tests/accountants_test.py: between 6.59 and 6.6 after 2249 steps.
  const gaussian_bound limit = central_limit::epsilon(composition(gaussian{1.5, 0.04, 2249}), 1e-5);
  CHECK_FALSE(limit.exact);
  CHECK(limit.epsilon > 6.59);
  CHECK(limit.epsilon < 6.6);
  CHECK(limit.mu == Approx(0.04 * std::sqrt(2249 * std::expm1(1 / 2.25))).epsilon(1e-14));
  CHECK(central_limit::delta(composition(gaussian{1}), 1).delta == Approx(0.1269367375).epsilon(1e-9));
}
