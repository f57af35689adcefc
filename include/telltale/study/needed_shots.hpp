// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <concepts>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

#include <telltale/core/error.hpp>
#include <telltale/metric/dp_bound.hpp>
#include <telltale/metric/interval/estimate.hpp>
#include <telltale/study/power_law.hpp>

namespace telltale::study {

/// The shots per class from which on a power law stays below the largest TPR that (epsilon, delta)-differential privacy
/// allows.
struct shots_needed {
  metric::estimate shots;     ///< a real number: round up
  double tpr_bound = 0;       ///< the largest TPR allowed
  bool extrapolated = false;  ///< outside the shots or classes that were fitted
};

/// Inverts a law: S = 10^((log10(bound - f) - b0 - bC log10 C) / bS), with the bound of `metric::dp_bound`.
///
/// That the attack finds no more than a private training would allow does not make the training private: another attack
/// may find more, another record may be worse off than the average. The interval is Fieller's, of the line alone: [0,
/// infinity] where the slope may as well be 0, NaN where the law has no uncertainty. O(1). Throws argument_error for a
/// law that does not fall with S, epsilon and delta at which nothing above the FPR is allowed, and as
/// `metric::dp_bound` and `power_law::predict` do. Reference: Fieller 1954, "Some problems in interval estimation".
template <std::same_as<double> Real = double>
[[nodiscard]] shots_needed needed_shots(const power_law& law, double epsilon, double delta, double classes,
                                        std::type_identity_t<Real> confidence = 0.95) {
  constexpr std::string_view where = "needed_shots";
  law.check_classes(where, classes);
  const Real reach = law.quantile<Real>(where, confidence);
  const double bound = metric::dp_bound(epsilon, delta, law.fpr()), allowed = bound - law.fpr();
  if (!(allowed > 0))
    detail::refuse(where, "epsilon", "allows no TPR above the FPR; wanted an epsilon or a delta above 0");
  const auto& [b0, slope, of_classes] = law.coefficients();
  if (!(slope < 0)) detail::refuse(where, "law", "does not fall with the shots: its slope is " + std::to_string(slope));
  const auto& v = law.covariance();
  const double c = law.has_classes() ? std::log10(classes) : 0, rise = b0 + of_classes * c - std::log10(allowed);
  const double of_rise = v[0] + 2 * c * v[2] + c * c * v[8], of_both = v[1] + c * v[5];
  shots_needed found;
  found.tpr_bound = bound;
  found.shots.value = std::pow(10, -rise / slope);
  // Where (rise + slope u)^2 <= reach^2 Var(rise + slope u).
  const double a = slope * slope - reach * reach * v[4], half = rise * slope - reach * reach * of_both,
               rest = rise * rise - reach * reach * of_rise, root = std::sqrt(half * half - a * rest);
  found.shots.low = a > 0 ? std::pow(10, (-half - root) / a) : std::isnan(a) ? a : 0;
  found.shots.high = a > 0           ? std::pow(10, (-half + root) / a)
                     : std::isnan(a) ? a
                                     : std::numeric_limits<double>::infinity();
  const auto& shots = law.shots_range();
  const auto& range = law.classes_range();
  found.extrapolated =
      found.shots.value < shots[0] || found.shots.value > shots[1] || classes < range[0] || classes > range[1];
  return found;
}

}  // namespace telltale::study
