// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <telltale/metric/epsilon/gaussian.hpp>
#include <telltale/metric/epsilon/lower_bound.hpp>

#include <doctest/doctest.h>
#include <boost/math/distributions/normal.hpp>

#include "oracle/jax_privacy.hpp"

using telltale::argument_error;
using namespace telltale::metric::epsilon;
using telltale::detail::gaussian_delta;
using telltale::detail::gaussian_epsilon;
using telltale::detail::gaussian_mu;

TEST_CASE("epsilon and delta of a Gaussian mechanism") {
  struct row {
    double sigma, delta, epsilon;
  };
  // Origin: Phi(1/(2 sigma) - epsilon sigma) - e^epsilon Phi(-1/(2 sigma) - epsilon sigma) = delta solved by bisection.
  const row rows[] = {{1, 1e-5, 4.3771780957},
                      {1, 1e-6, 4.8865541175},
                      {2, 1e-5, 1.9930914044},
                      {2, 1e-6, 2.2540846502},
                      {.5, 1e-5, 9.9972561464}};
  for (const row& r : rows) CHECK(std::abs(gaussian_epsilon(1 / r.sigma, r.delta) - r.epsilon) < 5.1e-11);
  CHECK(std::abs(gaussian_delta(1, 1) - 0.1269367375) < 5.1e-11);
  CHECK(std::abs(gaussian_epsilon(1 / 4.530877117, 1e-6) - 0.9273923380) < 5.1e-11);
}

TEST_CASE("delta of a Gaussian mechanism against its two terms, and its inverses") {
  const boost::math::normal law;
  for (const double mu : {1e-3, 0.1, 0.5, 1.0, 3.0, 8.0})
    for (const double epsilon : {0.0, 0.01, 0.5, 1.0, 4.0, 12.0}) {
      const double first = boost::math::cdf(law, mu / 2 - epsilon / mu),
                   second = std::exp(epsilon) * boost::math::cdf(law, -mu / 2 - epsilon / mu);
      CHECK(std::abs(gaussian_delta(mu, epsilon) - (first - second)) < 1e-13 * first + 1e-300);
      const double delta = gaussian_delta(mu, epsilon);
      if (delta < 1e-12 || epsilon == 0) continue;
      CHECK(gaussian_epsilon(mu, delta) == doctest::Approx(epsilon).epsilon(1e-9));
      CHECK(gaussian_mu(epsilon, delta) == doctest::Approx(mu).epsilon(1e-9));
    }
  CHECK(gaussian_epsilon(0.0, 0.1) == 0);
  CHECK(gaussian_epsilon(-1.0, 0.1) == 0);
  CHECK(gaussian_epsilon(0.1, 0.5) == 0);  // delta(0) = 0.04 is below it
  CHECK(std::isfinite(gaussian_epsilon(100.0, 1e-300)));
  CHECK(gaussian_delta(100, 4000) >= 0);
}

TEST_CASE("Gaussian-DP: limits of both rates, and nothing from a verdict worse than guessing") {
  const verdict_counts counts{90, 10, 10, 90};
  const error_limits limits = error_limits::of(counts, 0.05);
  const boost::math::normal law;
  const double mu = -boost::math::quantile(law, limits.fpr) - boost::math::quantile(law, limits.fnr);
  CHECK(gaussian::mu_low(counts, 0.05) == doctest::Approx(mu).epsilon(1e-12));
  CHECK(gaussian::low(counts, 1e-5, 0.05) == doctest::Approx(gaussian_epsilon(mu, 1e-5)).epsilon(1e-12));
  CHECK(gaussian::low(counts, 1e-5, 0.05) > clopper_pearson::low(counts, 1e-5, 0.05));
  CHECK(gaussian::low({10, 90, 90, 10}, 1e-5, 0.05) == 0);
  CHECK(gaussian::low({0, 5, 0, 5}, 1e-5, 0.05) == 0);
  CHECK(lower_bound<gaussian>(fixed_in_advance(counts), 1e-5).guarantee == guarantee::exact_if_gaussian);
  CHECK_THROWS_WITH_AS((void)lower_bound<gaussian>(fixed_in_advance(counts), 0), doctest::Contains("delta: is 0"),
                       argument_error);
}

TEST_CASE("Gaussian-DP: jax_privacy 2.0.0 where its |mu| does no harm, and 0 where it makes epsilon of nothing") {
  // Its error is divided by twice the three corners of a two-valued curve; ours by the two limits.
  for (const auto& row : oracle::jax_privacy::gdp) {
    CAPTURE(row.k);
    CAPTURE(row.n);
    const double low = gaussian::low(verdict_counts::of(row.k, row.n, row.n - row.k, row.n), 1e-5, 0.05 / 3);
    if (gaussian::mu_low(verdict_counts::of(row.k, row.n, row.n - row.k, row.n), 0.05 / 3) > 0) {
      CHECK(low == doctest::Approx(row.epsilon_from_gdp).epsilon(1e-6));  // its tolerance
    } else {
      CHECK(row.epsilon_from_gdp > 0.4);
      CHECK(low == 0);
    }
  }
}
