// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

namespace telltale::detail {

/// log(1 - Phi(z)), the logarithm of the standard normal tail above z, where the tail itself underflows too.
///
/// Relative error below 1e-12 from z = -37 (below that the result is smaller than the least double, and becomes 0) to
/// 1e150. Upper tail: Abramowitz and Stegun 26.2.12.
[[nodiscard]] inline double log_upper_tail(double z) noexcept {
  if (z < 1) return std::log1p(-std::erfc(-z * (0.5 * std::numbers::sqrt2)) / 2);
  // erfc underflows at 26.5 * sqrt 2; from 25 on eight terms of the asymptotic series are exact to the last digit.
  if (z < 25) return std::log(std::erfc(z * (0.5 * std::numbers::sqrt2))) - std::numbers::ln2;
  const double u = 1 / (z * z);
  const double series = -u * (1 - 3 * u * (1 - 5 * u * (1 - 7 * u * (1 - 9 * u * (1 - 11 * u)))));
  return -z * (z / 2) - std::log(z) - 0.5 * std::log(2 * std::numbers::pi) + std::log1p(series);
}

/// exp(x^2) erfc(x) for x >= 0, which neither factor's range ends. Relative error about 1e-15.
[[nodiscard]] inline double scaled_erfc(double x) noexcept {
  if (x < 8) return std::exp(x * x) * std::erfc(x);
  double fraction = x;  // Abramowitz and Stegun 7.1.14; 30 terms are more than enough from 8 on
  for (int k = 30; k > 0; --k) fraction = x + k / 2.0 / fraction;
  return 1 / (fraction * std::sqrt(std::numbers::pi));
}

/// log delta(epsilon) of mu-Gaussian differential privacy, telling N(0, 1) from N(mu, 1): delta = Phi(-a) - e^epsilon
/// Phi(-b) with a = epsilon/mu - mu/2, b = a + mu.
///
/// e^epsilon Phi(-b) is e^(-a^2/2) times a scaled erfc, so that nothing overflows. mu > 0, epsilon >= 0; -infinity
/// where the difference is smaller than rounding. Reference: Dong, Roth and Su 2022, "Gaussian differential privacy",
/// corollary 1; Balle and Wang 2018, "Improving the Gaussian mechanism for differential privacy", theorem 8.
[[nodiscard]] inline double log_gaussian_delta(double mu, double epsilon) noexcept {
  const double a = epsilon / mu - mu / 2, b = a + mu, root = std::numbers::sqrt2;
  if (a < 0)
    return std::log(std::max(0.0, std::erfc(a / root) - std::exp(-a * (a / 2)) * scaled_erfc(b / root))) -
           std::numbers::ln2;
  return -a * (a / 2) + std::log(std::max(0.0, scaled_erfc(a / root) - scaled_erfc(b / root))) - std::numbers::ln2;
}

}  // namespace telltale::detail
