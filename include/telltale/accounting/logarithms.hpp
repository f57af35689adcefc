// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <numbers>

#include <telltale/core/detail/normal_tail.hpp>

namespace telltale::detail {

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
