// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <numbers>

namespace telltale::detail {

/// log(1 - Phi(z)), the logarithm of the standard normal tail above z, where the tail itself underflows too.
///
/// Relative error below 1e-12. Upper tail: Abramowitz and Stegun 26.2.12.
[[nodiscard]] inline double log_upper_tail(double z) noexcept {
  if (z < 1) return std::log1p(-std::erfc(-z * (0.5 * std::numbers::sqrt2)) / 2);
  // erfc underflows at 26.5 * sqrt 2; from 25 on eight terms of the asymptotic series are exact to the last digit.
  if (z < 25) return std::log(std::erfc(z * (0.5 * std::numbers::sqrt2))) - std::numbers::ln2;
  const double u = 1 / (z * z);
  const double series = -u * (1 - 3 * u * (1 - 5 * u * (1 - 7 * u * (1 - 9 * u * (1 - 11 * u)))));
  return -z * (z / 2) - std::log(z) - 0.5 * std::log(2 * std::numbers::pi) + std::log1p(series);
}

/// 1 - Phi(z).
[[nodiscard]] inline double upper_tail(double z) noexcept { return std::erfc(z * (0.5 * std::numbers::sqrt2)) / 2; }

/// The standard normal density.
[[nodiscard]] inline double normal_density(double z) noexcept {
  return std::exp(-z * (z / 2)) * (0.5 * std::numbers::sqrt2 * std::numbers::inv_sqrtpi);
}

/// log(e^a + e^b).
[[nodiscard]] inline double log_sum(double a, double b) noexcept {
  const double larger = a > b ? a : b, smaller = a > b ? b : a;
  return std::isinf(larger) ? larger : larger + std::log1p(std::exp(smaller - larger));
}

/// log(e^a - e^b) for a >= b.
[[nodiscard]] inline double log_difference(double a, double b) noexcept {
  return std::isinf(b) && b < 0 ? a : a + std::log(-std::expm1(b - a));
}

}  // namespace telltale::detail
