// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include <telltale/core/error.hpp>

namespace telltale::metric {

/// The largest true-positive rate that any attack can have at a false-positive rate against an (epsilon,
/// delta)-differentially private training algorithm.
///
/// Formula: TPR <= min(1, e^epsilon f + delta, 1 - e^-epsilon (1 - delta - f)), f the FPR. A measured curve above the
/// line of an epsilon is evidence that training was not private at that epsilon; one below proves nothing.
/// Range: [0, 1].
/// Cost: O(1).
/// Throws argument_error for an FPR or a delta outside [0, 1] and for an epsilon that is negative or not finite.
/// Reference: Kairouz, Oh and Viswanath 2015, "The composition theorem for differential privacy", theorem 2.1.
[[nodiscard]] inline double dp_bound(double epsilon, double delta, double fpr) {
  const auto check = [](const char* argument, double value, bool fine, const char* wanted) {
    if (!fine) telltale::detail::refuse("dp_bound", argument, "is " + std::to_string(value) + "; wanted " + wanted);
  };
  check("epsilon", epsilon, epsilon >= 0 && std::isfinite(epsilon), "a finite number that is not negative");
  check("delta", delta, delta >= 0 && delta <= 1, "a value in [0, 1]");
  check("fpr", fpr, fpr >= 0 && fpr <= 1, "a value in [0, 1]");
  const double above = 1 - std::exp(-epsilon) * std::max(0.0, 1 - delta - fpr);
  const double grown = fpr > 0 ? std::exp(epsilon) * fpr : 0;  // e^epsilon can be infinite
  return std::min({1.0, grown + delta, above});
}

}  // namespace telltale::metric
