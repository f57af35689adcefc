// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <telltale/accounting/logarithms.hpp>

// The moment A(a) = E[(1 + u)^a], u = q (e^y - 1), of the Poisson-subsampled Gaussian, y = (2x - 1)/(2 sigma^2) and x
// from N(0, sigma^2). Everything returns log(A - 1), which keeps its digits where A is 1 to rounding.
namespace telltale::detail {

/// log(e^x - 1) for x >= 0.
[[nodiscard]] inline double log_expm1(double x) noexcept { return x > 40 ? x : std::log(std::expm1(x)); }

/// A sum of terms of either sign, given by their logarithms.
class signed_log_sum {
 public:
  void add(double log_magnitude, bool positive) noexcept {
    double& side = positive ? positive_ : negative_;
    side = log_sum(side, log_magnitude);
  }

  /// log of the sum, where it is positive and rounding has left it six digits; nothing otherwise.
  [[nodiscard]] std::optional<double> value() const noexcept {
    if (!(positive_ > negative_)) return std::nullopt;
    const double result = log_difference(positive_, negative_);
    constexpr double digits_lost = 23;  // e^23 epsilon = 2e-6
    if (!std::isfinite(result) || log_sum(positive_, negative_) - result > digits_lost) return std::nullopt;
    return result;
  }

 private:
  static constexpr double none = -std::numeric_limits<double>::infinity();
  double positive_ = none, negative_ = none;
};

/// Integer order a >= 2: A - 1 = sum over k >= 2 of C(a, k) (1-q)^(a-k) q^k (e^((k^2-k)/(2 sigma^2)) - 1), every term
/// positive. O(a). Mironov, Talwar and Zhang 2019, "Renyi differential privacy of the sampled Gaussian mechanism", 3.3.
[[nodiscard]] inline double log_moment_of_integer(double q, double sigma, double order) {
  const double log_q = std::log(q), log_rest = std::log1p(-q), scale = 0.5 / sigma / sigma;
  double log_binomial = std::log(order), result = -std::numeric_limits<double>::infinity();
  for (double k = 2; k <= order; ++k) {
    log_binomial += std::log((order - k + 1) / k);
    result = log_sum(result, log_binomial + (order - k) * log_rest + k * log_q + log_expm1((k * k - k) * scale));
  }
  return result;
}

/// Fractional order a > 1: (1 + u)^a as a binomial series in e^y below the point z where its two parts are equal,
/// (1 - q) = q e^y, and in e^-y above it, each integrated against the normal law (the two series of erfc). Where q is
/// small, 1 + a u is subtracted term by term before, since E[1 + a u] = 1 would leave nothing of a tiny A - 1.
///
/// Nothing where the series has not converged or lost its digits. Mironov, Talwar and Zhang 2019, 3.3 (the series
/// without the subtraction, which is ours).
[[nodiscard]] inline std::optional<double> log_moment_of_fraction(double q, double sigma, double order) {
  const double log_q = std::log(q), log_rest = std::log1p(-q), scale = 0.5 / sigma / sigma;
  const double z = sigma * sigma * (log_rest - log_q) + 0.5;
  const auto above = [&](double k) { return log_upper_tail((z - k) / sigma); };
  const auto below = [&](double k) { return log_upper_tail((k - z) / sigma); };
  const bool subtract = q < 0.1;
  signed_log_sum sum;
  if (subtract) {
    const double level = (1 - order * q) * std::exp(above(0)) + order * q * std::exp(above(1));
    sum.add(std::log(std::abs(level)), level < 0);
  } else {
    sum.add(0, false);
  }
  double log_binomial = 0;
  bool positive = true;
  double last = 0;
  constexpr double most_terms = 5000;
  for (double k = 0; k < std::max(most_terms, 2 * order); ++k) {
    if (k > 0) {
      log_binomial += std::log(std::abs((order - k + 1) / k));
      if (order - k + 1 < 0) positive = !positive;
    }
    const double rest = order - k, low = log_binomial + rest * log_rest + k * log_q, growth = (k * k - k) * scale;
    const double high = log_binomial + k * log_rest + rest * log_q + (rest * rest - rest) * scale + above(rest);
    double largest = high;
    sum.add(high, positive);
    if (!subtract) {
      sum.add(low + growth + below(k), positive);
      largest = std::max(largest, low + growth + below(k));
    } else if (k >= 2) {
      // E[e^(ky) - 1 - k (e^y - 1); x < z], in the form that keeps its digits.
      if (growth < 1) {
        const double beyond = std::exp(growth + above(k)) + (k - 1) * std::exp(above(0)) - k * std::exp(above(1));
        const double curve = std::expm1(growth) - beyond;
        sum.add(low + std::log(std::abs(curve)), positive == (curve > 0));
        largest = std::max(largest, low + std::log(std::abs(curve)));
      } else {
        const double line = (k - 1) * std::exp(below(0)) - k * std::exp(below(1));
        sum.add(low + growth + below(k), positive);
        if (line != 0) sum.add(low + std::log(std::abs(line)), positive == (line > 0));
        largest = std::max(largest, low + std::max(growth + below(k), std::log(k)));
      }
    }
    if (k < order + 2) continue;
    // From here on the terms alternate and shrink: what is left out is less than the last.
    last = largest;
    if (const std::optional<double> result = sum.value(); result && last < *result - 30) return result;
  }
  constexpr double far_enough = 16;  // e^-16 = 1e-7
  const std::optional<double> result = sum.value();
  return result && last < *result - far_enough ? result : std::nullopt;
}

/// log A(a) of the Poisson-subsampled Gaussian, any order a > 1, rate q < 1.
///
/// Where the fractional series cannot be trusted, the chord between the neighbouring integer orders, which is never
/// below since log A is convex.
[[nodiscard]] inline double log_moment(double q, double sigma, double order) {
  const auto of_integer = [&](double whole) {
    return whole < 2 ? 0.0 : log_sum(0, log_moment_of_integer(q, sigma, whole));
  };
  const double whole = std::floor(order), share = order - whole;
  if (share == 0) return of_integer(order);
  if (const std::optional<double> result = log_moment_of_fraction(q, sigma, order)) return log_sum(0, *result);
  return (1 - share) * of_integer(whole) + share * of_integer(whole + 1);
}

}  // namespace telltale::detail
