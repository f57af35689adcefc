// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <telltale/metric/interval/estimate.hpp>
#include <telltale/metric/interval/quantile.hpp>

namespace telltale::metric::interval {

/// The equal-tailed Bayesian interval of a proportion under Jeffreys' prior, from k successes in n independent trials.
///
/// Quantiles (1 - confidence)/2 from both ends of Beta(k + 1/2, n - k + 1/2); low is 0 at k = 0, high is 1 at k = n.
/// Shorter than Clopper-Pearson's, and for some proportions it covers less than `confidence`. Computed exactly at 95 %
/// and n = 10, 50, 200: on average over proportions 95.4, 95.0, 95.0 %, at the worst 86.8, 88.6, 91.6 %. A policy, as
/// `clopper_pearson` is. O(1). Throws argument_error when n is 0, k > n or the confidence is outside (0, 1). Reference:
/// Brown, Cai and DasGupta 2001, "Interval estimation for a binomial proportion", section 3.1.3.
struct jeffreys {
  static constexpr std::string_view name = "Jeffreys";

  template <std::same_as<double> Real = double>
  [[nodiscard]] static estimate of(std::uint64_t successes, std::uint64_t trials,
                                   std::type_identity_t<Real> confidence = 0.95) {
    detail::check_proportion("interval::jeffreys::of", successes, trials, confidence);
    const Real tail = (1 - confidence) / 2, k = static_cast<Real>(successes), n = static_cast<Real>(trials);
    const Real half = Real{1} / 2, a = k + half, b = n - k + half;
    return {k / n, successes == 0 ? 0.0 : detail::beta_lower(a, b, tail),
            successes == trials ? 1.0 : detail::beta_upper(a, b, tail)};
  }
};

}  // namespace telltale::metric::interval
