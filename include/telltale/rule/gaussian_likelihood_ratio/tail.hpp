// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <numbers>
#include <string_view>

#include <telltale/core/detail/normal_tail.hpp>

namespace telltale {

/// -log(1 - Phi(z)), the logarithm of how unlikely a standard normal variable is to exceed z, without saturation.
///
/// Phi(z) itself is 1 in double precision from z = 8.3 on. Accuracy and range as `detail::log_upper_tail` has them.
[[nodiscard]] inline double minus_log_survival(double z) noexcept { return -detail::log_upper_tail(z); }

/// Where the scores of a record's queries lie, taken together as one Gaussian vector with centre m and covariance S.
struct joint_distance {
  double common;           ///< 1' S^-1 (t - m) / sqrt(1' S^-1 1): how far all queries moved alike, in spreads
  double squared;          ///< (t - m)' S^-1 (t - m)
  double log_determinant;  ///< of S
  double queries;          ///< how many there are, w
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
