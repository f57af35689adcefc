// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <telltale/metric/interval/estimate.hpp>
#include <telltale/metric/interval/quantile.hpp>

namespace telltale::metric::interval {

/// The score interval of a proportion from k successes in n independent trials: the proportions that a two-sided normal
/// test with its own variance does not reject.
///
/// (k + z^2/2 +- z sqrt(k (n - k) / n + z^2/4)) / (n + z^2), with z the normal quantile of 1 - (1 - confidence)/2.
/// Shorter than Clopper-Pearson's, and for some proportions it covers less than `confidence`. Computed exactly at 95 %
/// and n = 10, 50, 200: on average over proportions 95.4, 95.2, 95.1 %, at the worst 84.9, 92.9, 94.0 %. A policy, as
/// `clopper_pearson` is. O(1). Throws argument_error when n is 0, k > n or the confidence is outside (0, 1). Reference:
/// Wilson 1927, "Probable inference, the law of succession, and statistical inference"; Brown, Cai and DasGupta 2001,
/// "Interval estimation for a binomial proportion", section 3.1.1.
struct wilson {
  static constexpr std::string_view name = "Wilson";

  template <std::same_as<double> Real = double>
  [[nodiscard]] static estimate of(std::uint64_t successes, std::uint64_t trials,
                                   std::type_identity_t<Real> confidence = 0.95) {
    detail::check_proportion("interval::wilson::of", successes, trials, confidence);
    const Real k = static_cast<Real>(successes), n = static_cast<Real>(trials);
    const Real z = detail::normal_upper((1 - confidence) / 2), centre = (k + z * z / 2) / (n + z * z);
    const Real reach = z * std::sqrt(k * (n - k) / n + z * z / 4) / (n + z * z);
    // At the ends the limits are 0 and 1 but for rounding.
    return {k / n, successes == 0 ? 0.0 : std::max(Real{0}, centre - reach),
            successes == trials ? 1.0 : std::min(Real{1}, centre + reach)};
  }
};

}  // namespace telltale::metric::interval
