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

/// Where the scores of a record's queries lie, taken together as one Gaussian vector with centre m and covariance S.
struct joint_distance {
  double common;           ///< 1' S^-1 (t - m) / sqrt(1' S^-1 1): how far all queries moved alike, in spreads
  double squared;          ///< (t - m)' S^-1 (t - m)
  double log_determinant;  ///< of S
  double queries;
};

/// What the offline likelihood ratio reports of a score that lies z spreads above the centre of OUT.
///
/// Of several queries judged jointly a one-sided tail takes the tail of `joint_distance::common`: by Neyman and Pearson
/// the most powerful test of OUT against a member whose queries all score higher by one and the same amount, however
/// large. Under OUT it is standard normal; at one query it is z. The two-sided density takes the vector's own density.
namespace tail {

/// -log(1 - Phi(z)): one-sided, as the paper defines it. A score far below the OUT models is no member.
struct log_survival {
  static constexpr std::string_view name = "log survival";

  [[nodiscard]] double operator()(double z, double) const noexcept { return minus_log_survival(z); }
  [[nodiscard]] double operator()(const joint_distance& d) const noexcept { return minus_log_survival(d.common); }
};

/// log Phi(z): one-sided as well. It ranks one query as `log_survival` does, up to z = 37, where it has become 0.
struct log_cumulative {
  static constexpr std::string_view name = "log cumulative";

  [[nodiscard]] double operator()(double z, double) const noexcept { return -minus_log_survival(-z); }
  [[nodiscard]] double operator()(const joint_distance& d) const noexcept { return -minus_log_survival(-d.common); }
};

/// Phi(z), as published code reports it: above z = 8.3 every record is at exactly 1, and the order of the surest
/// members is lost.
struct saturating_cumulative {
  static constexpr std::string_view name = "saturating cumulative";

  [[nodiscard]] double operator()(double z, double) const noexcept {
    return std::erfc(-z * (0.5 * std::numbers::sqrt2)) / 2;
  }
  [[nodiscard]] double operator()(const joint_distance& d) const noexcept { return (*this)(d.common, 1); }
};

/// -log N(t; OUT): two-sided. A score far *below* the OUT models counts as a member as much as one far above.
struct density {
  static constexpr std::string_view name = "density";

  [[nodiscard]] double operator()(double z, double spread) const noexcept {
    return z * (z / 2) + std::log(spread) + 0.5 * std::log(2 * std::numbers::pi);
  }
  [[nodiscard]] double operator()(const joint_distance& d) const noexcept {
    return (d.squared + d.log_determinant + d.queries * std::log(2 * std::numbers::pi)) / 2;
  }
};

}  // namespace tail
}  // namespace telltale
