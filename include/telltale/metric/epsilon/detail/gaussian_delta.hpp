// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>

#include <boost/math/tools/toms748_solve.hpp>

#include <telltale/core/detail/normal_tail.hpp>
#include <telltale/metric/interval/quantile.hpp>

namespace telltale::detail {

/// delta(epsilon) of mu-Gaussian differential privacy; mu > 0, epsilon >= 0.
[[nodiscard]] inline double gaussian_delta(double mu, double epsilon) noexcept {
  return std::exp(log_gaussian_delta(mu, epsilon));
}

/// The root of a continuous function that is not positive at `low` and positive at `high`: the end of the last bracket
/// where it is not positive.
template <std::floating_point Real, class Function>
[[nodiscard]] Real last_not_positive(const Function& function, Real low, Real high) {
  const Real at_low = function(low), at_high = function(high);
  if (at_low == 0 || !(at_high > 0)) return low;
  std::uintmax_t steps = 200;
  return boost::math::tools::toms748_solve(function, low, high, at_low, at_high,
                                           boost::math::tools::eps_tolerance<Real>(44), steps, in_double())
      .first;
}

/// epsilon(delta) of mu-Gaussian differential privacy from below, 0 where delta(0) <= delta. delta in (0, 1), mu >= 0.
template <std::floating_point Real>
[[nodiscard]] Real gaussian_epsilon(Real mu, Real delta) {
  if (!(mu > 0) || gaussian_delta(mu, 0) <= delta) return 0;
  // delta(epsilon) <= Phi(-a), which is delta at the upper end.
  const Real high = mu * (mu / 2 + normal_upper(delta));
  return last_not_positive([&](Real epsilon) { return delta - gaussian_delta(mu, epsilon); }, Real{0}, high);
}

/// mu(epsilon, delta) from below: the Gaussian differential privacy whose delta at epsilon is delta. delta in (0, 1).
template <std::floating_point Real>
[[nodiscard]] Real gaussian_mu(Real epsilon, Real delta) {
  Real high = 1;
  while (gaussian_delta(high, epsilon) <= delta) high *= 2;
  Real low = high / 2;
  while (low > 0 && gaussian_delta(low, epsilon) > delta) low /= 2;
  return last_not_positive([&](Real mu) { return gaussian_delta(mu, epsilon) - delta; }, low, high);
}

}  // namespace telltale::detail
