// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <string_view>

/// How a Renyi divergence becomes an (epsilon, delta) statement. A policy of `accounting::renyi` has a `name`, and of a
/// divergence at an order gives `epsilon(order, divergence, log_delta)`, the epsilon that holds at delta, and
/// `log_delta(order, divergence, epsilon)`, the logarithm of the delta that holds at epsilon.
namespace telltale::accounting::conversion {

/// epsilon = rho + log((a - 1)/a) - (log delta + log a)/(a - 1), with rho the divergence at order a: the smaller one.
///
/// Reference: Canonne, Kamath and Steinke 2020, "The discrete Gaussian for differential privacy", proposition 12;
/// Balle, Barthe, Gaboardi, Hsu and Sato 2020, "Hypothesis testing interpretations and Renyi differential privacy".
struct canonne_2020 {
  static constexpr std::string_view name = "Canonne, Kamath, Steinke 2020";

  [[nodiscard]] static double epsilon(double order, double divergence, double log_delta) noexcept {
    return divergence + std::log1p(-1 / order) - (log_delta + std::log(order)) / (order - 1);
  }
  [[nodiscard]] static double log_delta(double order, double divergence, double epsilon) noexcept {
    return (order - 1) * (divergence - epsilon + std::log1p(-1 / order)) - std::log(order);
  }
};

/// epsilon = rho + log(1/delta)/(a - 1): the first one, still in circulation; always larger.
///
/// Reference: Mironov 2017, "Renyi differential privacy", proposition 3.
struct mironov_2017 {
  static constexpr std::string_view name = "Mironov 2017";

  [[nodiscard]] static double epsilon(double order, double divergence, double log_delta) noexcept {
    return divergence - log_delta / (order - 1);
  }
  [[nodiscard]] static double log_delta(double order, double divergence, double epsilon) noexcept {
    return (order - 1) * (divergence - epsilon);
  }
};

}  // namespace telltale::accounting::conversion
