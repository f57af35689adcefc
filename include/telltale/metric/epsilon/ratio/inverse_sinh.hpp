// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <string_view>

#include <telltale/metric/epsilon/ratio/both_directions.hpp>
#include <telltale/metric/interval/quantile.hpp>

namespace telltale::metric::epsilon {

/// Newcombe's lower limit of TPR / FPR by the inverse hyperbolic sine.
///
/// (TPR / FPR) exp(-2 asinh((z/2) sqrt(1/TP - 1/P + 1/FP - 1/N))), z the normal quantile of 1 - error; at TP = 0 the
/// limit is 0, at FP = 0 z^2 false positives are put in, and at TP = P with FP = N half a count is taken from both.
/// Reference: Newcombe 2001, "Logit confidence intervals and the inverse sinh transformation"; corrections as in
/// TensorFlow Privacy, `epsilon_lower_bound.py`.
struct inverse_sinh : ratio::both_directions<inverse_sinh> {
  static constexpr std::string_view name = "inverse-sinh";

  /// The limit: at least 0.
  template <std::floating_point Real = double>
  [[nodiscard]] static Real ratio_low(std::uint64_t tp, std::uint64_t members, std::uint64_t fp,
                                      std::uint64_t nonmembers, Real error) {
    if (tp == 0) return 0;
    const ratio::two_counts<Real> c = ratio::off_both_ends<Real>(tp, members, fp, nonmembers);
    const Real z = detail::normal_upper(error), k0 = fp == 0 ? z * z : c.k0;
    const Real square = 1 / c.k1 - 1 / c.n1 + 1 / k0 - 1 / c.n0;
    if (!(square >= 0)) return 0;  // fewer than z^2 non-members, none of them positive
    return c.k1 / k0 / (c.n1 / c.n0) * std::exp(-2 * std::asinh(z / 2 * std::sqrt(square)));
  }
};

}  // namespace telltale::metric::epsilon
