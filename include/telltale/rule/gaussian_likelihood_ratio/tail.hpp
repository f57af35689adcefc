// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <numbers>
#include <string_view>

namespace telltale {

/// -log(1 - Phi(z)), the logarithm of how unlikely a standard normal variable is to exceed z, without saturation.
///
/// Phi(z) itself is 1 in double precision from z = 8.3 on. Relative error below 1e-12 from z = -37 (below that the
/// result is smaller than the least double, and becomes 0) to 1e150. Upper tail: Abramowitz and Stegun 26.2.12.
[[nodiscard]] inline double minus_log_survival(double z) noexcept {
  if (z < 1) return -std::log1p(-std::erfc(-z * (0.5 * std::numbers::sqrt2)) / 2);
  // erfc underflows at 26.5 * sqrt 2; from 25 on eight terms of the asymptotic series are exact to the last digit.
  if (z < 25) return std::numbers::ln2 - std::log(std::erfc(z * (0.5 * std::numbers::sqrt2)));
  const double u = 1 / (z * z);
  const double series = -u * (1 - 3 * u * (1 - 5 * u * (1 - 7 * u * (1 - 9 * u * (1 - 11 * u)))));
  return z * (z / 2) + std::log(z) + 0.5 * std::log(2 * std::numbers::pi) - std::log1p(series);
}

/// What the offline likelihood ratio reports of a score that lies z spreads above the centre of OUT.
namespace tail {

/// -log(1 - Phi(z)): one-sided, as the paper defines it. A score far below the OUT models is no member.
struct log_survival {
  static constexpr std::string_view name = "log survival";

  [[nodiscard]] double operator()(double z, double) const noexcept { return minus_log_survival(z); }
};

/// -log N(t; OUT): two-sided. A score far *below* the OUT models counts as a member as much as one far above.
struct density {
  static constexpr std::string_view name = "density";

  [[nodiscard]] double operator()(double z, double spread) const noexcept {
    return z * (z / 2) + std::log(spread) + 0.5 * std::log(2 * std::numbers::pi);
  }
};

}  // namespace tail
}  // namespace telltale
