// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <numbers>

#include <boost/math/tools/toms748_solve.hpp>

#include <telltale/metric/interval/quantile.hpp>

namespace telltale::detail {

/// exp(x^2) erfc(x) for x >= 0, which neither factor's range ends. Relative error about 1e-15.
[[nodiscard]] inline double scaled_erfc(double x) noexcept {
  if (x < 8) return std::exp(x * x) * std::erfc(x);
  double fraction = x;  // Abramowitz and Stegun 7.1.14; 30 terms are more than enough from 8 on
  for (int k = 30; k > 0; --k) fraction = x + k / 2.0 / fraction;
  return 1 / (fraction * std::sqrt(std::numbers::pi));
}

/// delta(epsilon) of mu-Gaussian differential privacy: Phi(-a) - e^epsilon Phi(-b) with a = epsilon/mu - mu/2, b = a +
/// mu.
///
/// e^epsilon Phi(-b) is e^(-a^2/2) times a scaled erfc, so that neither factor overflows.
/// Reference: Dong, Roth and Su 2022, "Gaussian differential privacy", corollary 1; Balle and Wang 2018, theorem 8.
[[nodiscard]] inline double gaussian_delta(double mu, double epsilon) noexcept {
  const double a = epsilon / mu - mu / 2, b = a + mu, root = std::numbers::sqrt2;
  if (a < 0) return (std::erfc(a / root) - std::exp(-a * a / 2) * scaled_erfc(b / root)) / 2;
  return std::exp(-a * a / 2) * (scaled_erfc(a / root) - scaled_erfc(b / root)) / 2;
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
