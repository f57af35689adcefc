// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <concepts>
#include <numbers>
#include <string>
#include <string_view>

#include <telltale/core/error.hpp>
#include <telltale/metric/interval/quantile.hpp>

/// Laws of a score under a training that is drawn again and again, up to location and scale. A law is a policy: a name,
/// the share above a standardised score, the score that a share lies above, and the density.
namespace telltale::study::score_law {

/// The normal law, which the mean of many vectors approaches, and which LiRA assumes.
struct gaussian {
  static constexpr std::string_view name = "Gaussian";

  /// P(Z > z).
  [[nodiscard]] double above(double z) const { return std::erfc(z / std::numbers::sqrt2) / 2; }
  /// The score that a share in (0, 1) lies above.
  template <std::floating_point Real>
  [[nodiscard]] Real point_above(Real share) const {
    return detail::normal_upper(share);
  }
  /// The density at a score.
  [[nodiscard]] double density(double z) const { return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi); }
};

/// 1 / (1 + e^z): tails that fall like e^-|z|.
struct logistic {
  static constexpr std::string_view name = "logistic";

  /// P(Z > z).
  [[nodiscard]] double above(double z) const { return 1 / (1 + std::exp(z)); }
  /// The score that a share in (0, 1) lies above.
  [[nodiscard]] double point_above(double share) const { return std::log1p(-share) - std::log(share); }
  /// The density at a score.
  [[nodiscard]] double density(double z) const { return above(z) * above(-z); }
};

/// e^-|z| / 2 above |z|: a kink in the middle.
struct laplace {
  static constexpr std::string_view name = "Laplace";

  /// P(Z > z).
  [[nodiscard]] double above(double z) const { return z < 0 ? 1 - std::exp(z) / 2 : std::exp(-z) / 2; }
  /// The score that a share in (0, 1) lies above.
  [[nodiscard]] double point_above(double share) const {
    return share < 0.5 ? -std::log(2 * share) : std::log(2 * (1 - share));
  }
  /// The density at a score.
  [[nodiscard]] double density(double z) const { return std::exp(-std::abs(z)) / 2; }
};

}  // namespace telltale::study::score_law

namespace telltale::req {

/// What a law must answer, for a double each.
template <class Law>
concept gives_tail_and_quantile_and_density = requires(const Law& law, double value) {
  { law.above(value) } -> std::same_as<double>;
  { law.point_above(value) } -> std::same_as<double>;
  { law.density(value) } -> std::same_as<double>;
};

}  // namespace telltale::req

namespace telltale::study {

/// The law of a standardised score: `above(z)` = P(Z > z), its inverse `point_above(share)`, and `density(z)`.
template <class Law>
concept ScoreLaw = requires {
  { Law::name } -> std::convertible_to<std::string_view>;
} && req::gives_tail_and_quantile_and_density<Law>;

}  // namespace telltale::study

namespace telltale::detail {

/// A false-positive rate of which a threshold is asked.
inline void check_fpr_inside(std::string_view function, double fpr) {
  if (!(fpr > 0 && fpr < 1)) refuse(function, "fpr", "is " + std::to_string(fpr) + "; wanted a value inside (0, 1)");
}

}  // namespace telltale::detail

namespace telltale::study {

/// The true-positive rate at a false-positive rate of the test that takes high scores as a sign, where a member's score
/// is moved up by `distance` standard deviations: 1 - F((F^-1(1 - f) - |d|) / in_spread), F the distribution of the
/// standardised score.
///
/// Of a Gaussian Phi(Phi^-1(f) + |d|) where members spread as others do, `in_spread` = 1; else it is the ratio of the
/// standard deviations. The sign of d is the attacker's to know, hence |d|. Best among all tests for equal spreads (the
/// likelihood ratios here are monotone). Exact, O(1). Throws argument_error for an FPR outside (0, 1), a distance that
/// is not finite and a spread that is negative or not finite.
template <ScoreLaw Law = score_law::gaussian>
[[nodiscard]] double tpr_at_distance(double distance, double fpr, const Law& law = {}, double in_spread = 1) {
  constexpr std::string_view where = "tpr_at_distance";
  detail::check_fpr_inside(where, fpr);
  if (!std::isfinite(distance))
    detail::refuse(where, "distance", "is " + std::to_string(distance) + "; wanted a finite number");
  if (!(in_spread >= 0 && std::isfinite(in_spread)))
    detail::refuse(where, "in_spread", "is " + std::to_string(in_spread) + "; wanted a finite number of at least 0");
  const double above = law.point_above(fpr) - std::abs(distance);
  return law.above(above == 0 ? 0 : above / in_spread);
}

}  // namespace telltale::study
