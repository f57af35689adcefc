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

/// Katz's lower limit of TPR / FPR: the logarithm of the ratio is taken as normal.
///
/// (TPR / FPR) exp(-z sqrt(FNR / TP + TNR / FP)), z the normal quantile of 1 - error; at TP = 0 the limit is 0, at FP =
/// 0 half a false positive is put in, and at TP = P with FP = N half a count is taken from both. Reference: Katz,
/// Baptista, Azen and Pike 1978, "Obtaining confidence intervals for the risk ratio in cohort studies"; corrections as
/// in TensorFlow Privacy, `epsilon_lower_bound.py`.
struct katz_log : ratio::both_directions<katz_log> {
  static constexpr std::string_view name = "katz-log";

  /// The limit: at least 0.
  template <std::floating_point Real = double>
  [[nodiscard]] static Real ratio_low(std::uint64_t tp, std::uint64_t members, std::uint64_t fp,
                                      std::uint64_t nonmembers, Real error) {
    if (tp == 0) return 0;
    const ratio::two_counts<Real> c = ratio::off_both_ends<Real>(tp, members, fp, nonmembers);
    const Real k0 = fp == 0 ? Real{0.5} : c.k0, z = detail::normal_upper(error);
    return c.k1 / c.n1 / (k0 / c.n0) * std::exp(-z * std::sqrt((1 - c.k1 / c.n1) / c.k1 + (1 - k0 / c.n0) / k0));
  }
};

}  // namespace telltale::metric::epsilon
