// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include <telltale/accounting/logarithms.hpp>
#include <telltale/accounting/mechanism.hpp>

// Privacy curves straight from their definitions, by quadrature in the outcome.
namespace oracle {

using telltale::accounting::gaussian;

using real_function = std::function<double(double)>;

/// Simpson's rule.
inline double integral(const real_function& f, double low, double high, int halves = 20'000) {
  const double step = (high - low) / (2 * halves);
  double sum = f(low) + f(high);
  for (int i = 1; i < 2 * halves; ++i) sum += (i % 2 == 1 ? 4 : 2) * f(low + i * step);
  return sum * step / 3;
}

/// Where a rising function passes 0 between low and high.
inline double rising_root(const real_function& f, double low, double high) {
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    (f(middle) < 0 ? low : high) = middle;
  }
  return high;
}

/// The two laws of the Poisson-subsampled Gaussian, outcomes in standard deviations, ordered so that the ratio rises.
struct gaussian_pair {
  gaussian mechanism;
  bool removed;

  static double normal(double z) { return std::exp(-z * z / 2) / std::sqrt(2 * std::acos(-1.0)); }
  double mixture(double z) const {
    return (1 - mechanism.rate) * normal(z) + mechanism.rate * normal(z - 1 / mechanism.sigma);
  }
  double p(double z) const { return removed ? mixture(z) : normal(-z); }
  double q(double z) const { return removed ? normal(z) : mixture(-z); }
  /// log(p/q), where both underflow too.
  double loss(double z) const {
    const double at = removed ? z : -z, s = mechanism.sigma;
    const double ratio = std::log1p(mechanism.rate * std::expm1(at / s - 0.5 / s / s));
    return removed ? ratio : -ratio;
  }
  double span() const { return 1 / mechanism.sigma + 14; }

  /// delta of one step: the integral of p - e^epsilon q where it is positive.
  double delta(double epsilon) const {
    if (loss(span()) <= epsilon) return 0;
    const double from = rising_root([&](double z) { return loss(z) - epsilon; }, -span(), span());
    return integral([&](double z) { return -std::expm1(epsilon - loss(z)) * p(z); }, from, span());
  }
};

/// delta of one step in the worse direction.
inline double delta_of_one_step(const gaussian& mechanism, double epsilon) {
  return std::max(gaussian_pair{mechanism, true}.delta(epsilon), gaussian_pair{mechanism, false}.delta(epsilon));
}

/// The epsilon >= 0 at which a falling curve passes delta.
inline double epsilon_of(const real_function& delta_at, double delta, double high) {
  if (delta_at(0) <= delta) return 0;
  double low = 0;
  for (int i = 0; i < 45; ++i) {
    const double middle = (low + high) / 2;
    (delta_at(middle) > delta ? low : high) = middle;
  }
  return high;
}

/// The same delta(epsilon) of one step as a combination of normal tails.
inline double closed_delta(const gaussian& mechanism, bool removed, double epsilon) {
  const double s = mechanism.sigma, q = mechanism.rate, odds = std::exp(removed ? epsilon : -epsilon);
  const auto tail = [](double z) { return std::erfc(z / std::sqrt(2.0)) / 2; };
  if (odds <= 1 - q) return removed ? 1 - std::exp(epsilon) : 0;
  const double z = s * std::log((odds - 1 + q) / q) + 0.5 / s, e = std::exp(epsilon);
  return removed ? (1 - q) * tail(z) + q * tail(z - 1 / s) - e * tail(z)
                 : tail(-z) - e * ((1 - q) * tail(-z) + q * tail(1 / s - z));
}

/// delta of two steps, like or unlike: the second's curve, averaged over the loss of the first.
inline double delta_of_two_steps(const gaussian& first, const real_function& second, bool removed, double epsilon) {
  const gaussian_pair pair{first, removed};
  return integral([&](double z) { return pair.p(z) * second(epsilon - pair.loss(z)); }, -pair.span(), pair.span(),
                  10'000);
}

/// log E[(1 + u)^order - 1 - order u], u = q (e^y - 1): the Renyi moment less 1, by the trapezoid rule in long double
/// on the logarithm of an integrand that is never negative.
inline double log_moment_less_one(double q, double sigma, double order) {
  using real = long double;
  const real s = sigma, a = order, rate = q, reach = 1 / s * a + 40, step = std::min<real>(0.02L, 0.1L * s);
  real largest = -std::numeric_limits<real>::infinity(), sum = 0;
  for (real z = -40; z < reach; z += step) {
    const real y = z / s - 0.5L / s / s;
    const real growth = y > 4000 ? y + std::log(rate) : std::log1p(rate * std::expm1(y));  // log(1 + u)
    const real u = y > 4000 ? 0 : rate * std::expm1(y);
    real log_term = a * growth;  // beyond what exp can take, 1 + a u does not show
    if (y <= 4000 && std::abs(u) < 1e-4L)
      log_term =
          std::log(a * (a - 1) / 2 * u * u * (1 + (a - 2) / 3 * u * (1 + (a - 3) / 4 * u * (1 + (a - 4) / 5 * u))));
    else if (a * growth < 11000)
      log_term = std::log(std::exp(a * growth) - 1 - a * u);
    const real term = log_term - z * z / 2;
    if (term > largest) {
      sum = sum * std::exp(largest - term) + 1;
      largest = term;
    } else {
      sum += std::exp(term - largest);
    }
  }
  return static_cast<double>(largest + std::log(sum * step) - std::log(2 * std::acos(-1.0L)) / 2);
}

/// log A as dp_accounting 0.6.0 sums it at fractional orders: the magnitude of every term of the two series, whose
/// signs alternate. An upper bound, by up to 0.01 % of epsilon in its own tests. From its source,
/// rdp_privacy_accountant.py.
inline double log_moment_of_magnitudes(double q, double sigma, double order) {
  const auto log_erfc = [](double x) { return std::log(2.0) + telltale::detail::log_upper_tail(x * std::sqrt(2.0)); };
  const double z = sigma * sigma * std::log(1 / q - 1) + 0.5;
  double result = -std::numeric_limits<double>::infinity(), log_binomial = 0;
  for (int i = 0; i < 1000; ++i) {
    if (i > 0) log_binomial += std::log(std::abs((order - i + 1) / i));
    const double j = order - i;
    for (const auto& [k, tail] : {std::pair{1.0 * i, (i - z)}, std::pair{j, (z - j)}})
      result = telltale::detail::log_sum(result, log_binomial + k * std::log(q) + (order - k) * std::log1p(-q) +
                                                     (k * k - k) / (2 * sigma * sigma) - std::log(2.0) +
                                                     log_erfc(tail / std::sqrt(2.0) / sigma));
  }
  return result;
}

}  // namespace oracle
