// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <telltale/metric/interval/estimate.hpp>
#include <telltale/metric/interval/quantile.hpp>

/// Intervals of a measured figure, as policies: each has a `name` and `of(...)`, which gives an `estimate`: of a
/// proportion from `of(successes, trials, confidence)`, of an AUC from `of(curve, confidence)`, of a figure with
/// bootstrap replicates from `of(figure, confidence)`; this last kind also says in `needs_acceleration` whether it
/// takes the acceleration of BCa.
namespace telltale::metric::interval {

/// The exact two-sided interval of a proportion from k successes in n independent trials.
///
/// low = BetaInv(alpha/2; k, n-k+1), and 0 at k = 0; high = BetaInv(1-alpha/2; k+1, n-k), and 1 at k = n, with
/// alpha = 1 - confidence. It covers at least `confidence` for every true proportion, usually more.
/// A policy: another interval of a proportion is a type with the same `name` and `of`.
/// Throws argument_error when n is 0, k > n or the confidence is outside (0, 1).
/// Reference: Clopper and Pearson 1934, "The use of confidence or fiducial limits illustrated in the case of the
/// binomial".
struct clopper_pearson {
  static constexpr std::string_view name = "Clopper-Pearson";

  template <std::same_as<double> Real = double>
  [[nodiscard]] static estimate of(std::uint64_t successes, std::uint64_t trials,
                                   std::type_identity_t<Real> confidence = 0.95) {
    detail::check_proportion("interval::clopper_pearson::of", successes, trials, confidence);
    const Real tail = (1 - confidence) / 2, k = static_cast<Real>(successes), n = static_cast<Real>(trials);
    return {k / n, successes == 0 ? 0.0 : detail::beta_lower(k, n - k + 1, tail),
            successes == trials ? 1.0 : detail::beta_upper(k + 1, n - k, tail)};
  }
};

}  // namespace telltale::metric::interval
