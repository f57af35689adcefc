// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <limits>
#include <string_view>

#include <telltale/core/error.hpp>
#include <telltale/metric/epsilon/clopper_pearson.hpp>
#include <telltale/metric/epsilon/detail/gaussian_delta.hpp>
#include <telltale/metric/epsilon/method.hpp>
#include <telltale/metric/interval/quantile.hpp>

namespace telltale::metric::epsilon {

/// Exact for Gaussian trade-offs: mu >= Phi^-1(1 - FPR) - Phi^-1(FNR) at the exact limits of both rates, and the
/// epsilon of mu-Gaussian differential privacy at delta.
///
/// Assumes that the trade-off between the two errors is that of two normal laws mu apart, as of DP-SGD over many steps
/// to good approximation; then it certifies far more than `clopper_pearson`, otherwise it may certify what is not
/// there. A verdict worse than guessing (mu < 0) certifies nothing: the limits of FPR and FNR say nothing about the
/// reversed verdict, whose errors are bounded by the *other* limits of both rates. O(1). Throws argument_error unless
/// the error is inside (0, 1) and delta too, since a Gaussian mechanism has no epsilon at delta = 0. Reference: Nasr,
/// Hayes, Steinke, Balle, Tramer, Jagielski, Carlini and Terzis 2023, "Tight auditing of differentially private machine
/// learning"; Dong, Roth and Su 2022, "Gaussian differential privacy".
struct gaussian {
  static constexpr std::string_view name = "gaussian-dp";
  static constexpr epsilon::guarantee guarantee = epsilon::guarantee::exact_if_gaussian;
  static constexpr auto draws = experiment::trials;

  /// The lower limit of mu, with error probability `error`; below 0 where the verdict may be worse than guessing.
  template <std::floating_point Real = double>
  [[nodiscard]] static Real mu_low(const verdict_counts& counts, Real error) {
    const auto [fpr, fnr] = error_limits::of(counts, error);
    if (fpr == 1 || fnr == 1) return -std::numeric_limits<Real>::infinity();
    return detail::normal_upper<Real>(fpr) + detail::normal_upper<Real>(fnr);
  }

  template <std::floating_point Real = double>
  [[nodiscard]] static Real low(const verdict_counts& counts, Real delta, Real error, Real above = 0) {
    detail::check_audit("epsilon::gaussian", delta, error);
    if (!(delta > 0))
      detail::refuse("epsilon::gaussian", "delta", "is 0; a Gaussian mechanism has an epsilon at delta > 0 only");
    const Real mu = mu_low(counts, error);
    if (!(mu > 0) || detail::gaussian_delta(mu, above) <= delta) return above;  // no root to find for what loses
    return std::max(above, detail::gaussian_epsilon(mu, delta));
  }
};

}  // namespace telltale::metric::epsilon
