// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <boost/math/tools/minima.hpp>

#include <telltale/accounting/mechanism.hpp>
#include <telltale/accounting/renyi/conversion.hpp>
#include <telltale/accounting/renyi/divergence.hpp>

namespace telltale::accounting {

/// An upper bound by Renyi divergences, the `epsilon` or the `delta` asked for at the other of the two, and the `order`
/// that gave it.
struct renyi_bound {
  double epsilon = 0, delta = 0;
  double order = 0;
  /// The best order was the first or last of those allowed, so others might give less.
  bool at_edge = false;
};

/// Accountant by Renyi divergences: sound, fast at any number of steps, some tens of percent above the truth.
///
/// `orders`: those to try, or empty, and the library searches (1, 2^20] itself: powers of two for order - 1, then
/// Brent's method around the best. Takes compositions of all mechanisms but `approximate` with delta > 0. Cost: some 50
/// divergences, milliseconds. Throws argument_error for an order of 1 or less, a delta outside (0, 1), a negative
/// epsilon, and where the bound is not finite (sigma below about 1e-150).
template <class Conversion = conversion::canonne_2020>
struct renyi {
  using conversion_type = Conversion;  ///< how a divergence becomes an epsilon

  std::vector<double> orders = {};

  /// An epsilon that holds at delta; 0 where delta alone suffices.
  template <std::floating_point Real>
  [[nodiscard]] renyi_bound epsilon(const composition& mechanisms, Real delta) const {
    detail::check_delta("renyi::epsilon", delta);
    const double log_delta = std::log(delta);
    renyi_bound best = smallest<Real>("renyi::epsilon", [&](double order) {
      return Conversion::epsilon(order, renyi_divergence(mechanisms, order), log_delta);
    });
    best.epsilon = std::max(0.0, best.epsilon);
    best.delta = delta;
    return best;
  }

  /// A delta that holds at epsilon.
  template <std::floating_point Real>
  [[nodiscard]] renyi_bound delta(const composition& mechanisms, Real epsilon) const {
    detail::check_epsilon("renyi::delta", epsilon);
    renyi_bound best = smallest<Real>("renyi::delta", [&](double order) {
      return Conversion::log_delta(order, renyi_divergence(mechanisms, order), epsilon);
    });
    best.delta = std::min(1.0, std::exp(best.epsilon));
    best.epsilon = epsilon;
    return best;
  }

 private:
  // The smallest value that any order gives, left in `epsilon`.
  template <std::floating_point Real, class Value>
  [[nodiscard]] renyi_bound smallest(std::string_view where, const Value& value) const {
    for (std::size_t i = 0; i < orders.size(); ++i)
      if (!(orders[i] > 1 && std::isfinite(orders[i])))
        detail::refuse(
            where, "orders",
            "element " + std::to_string(i) + " is " + std::to_string(orders[i]) + "; wanted finite values above 1");
    const renyi_bound best = orders.empty() ? search<Real>(value) : among(orders, value);
    if (!std::isfinite(best.epsilon))
      detail::refuse(where, "mechanisms", "have no finite Renyi divergence at any order; wanted more noise");
    return best;
  }

  template <class Value>
  [[nodiscard]] static renyi_bound among(const std::vector<double>& tried, const Value& value) {
    renyi_bound best{.epsilon = std::numeric_limits<double>::infinity()};
    std::size_t at = 0;
    for (std::size_t i = 0; i < tried.size(); ++i)
      if (const double got = value(tried[i]); got < best.epsilon) {
        best = {.epsilon = got, .order = tried[i]};
        at = i;
      }
    best.at_edge = at == 0 || at + 1 == tried.size();
    return best;
  }

  template <std::floating_point Real, class Value>
  [[nodiscard]] static renyi_bound search(const Value& value) {
    // Orders are 1 + 2^exponent; beyond 2^12 only whole ones, whose sum is cheaper than the fractional series.
    const auto order_at = [](double exponent) {
      const double order = 1 + std::exp2(exponent);
      return exponent > 12 ? std::round(order) : order;
    };
    constexpr double least = -40, most = 20;
    double best = 0, lowest = std::numeric_limits<double>::infinity();
    const auto try_at = [&](double exponent) {
      const double got = value(order_at(exponent));
      if (!(got < lowest)) return false;
      best = exponent;
      lowest = got;
      return true;
    };
    for (double exponent = -6; exponent <= 10; ++exponent) try_at(exponent);
    while (best <= -6 && best > least && try_at(best - 1)) {
    }
    while (best >= 10 && best < most && try_at(best + 1)) {
    }
    renyi_bound result{.epsilon = lowest, .order = order_at(best), .at_edge = best <= least || best >= most};
    if (!std::isfinite(lowest)) return result;
    std::uintmax_t iterations = 40;
    const auto [exponent, got] = boost::math::tools::brent_find_minima(
        [&](Real at) { return static_cast<Real>(value(order_at(at))); }, static_cast<Real>(std::max(least, best - 1)),
        static_cast<Real>(std::min(most, best + 1)), 20, iterations);
    if (got < lowest) {
      result.epsilon = got;
      result.order = order_at(exponent);
    }
    return result;
  }
};

}  // namespace telltale::accounting
