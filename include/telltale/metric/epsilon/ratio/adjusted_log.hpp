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

/// Walter's lower limit of TPR / FPR: Katz's with half a count added to every count and every total.
///
/// r exp(-z sqrt(1/(TP + 1/2) - 1/(P + 1/2) + 1/(FP + 1/2) - 1/(N + 1/2))) with r = (TP + 1/2)/(P + 1/2) over
/// (FP + 1/2)/(N + 1/2), z the normal quantile of 1 - error. At TP = FP = 0 the limit is 0; at TP = P with FP = N half
/// a count is taken from both first. Reference: Walter 1975, "The distribution of Levin's measure of attributable
/// risk"; corrections as in TensorFlow Privacy, `epsilon_lower_bound.py`.
struct adjusted_log : ratio::both_directions<adjusted_log> {
  static constexpr std::string_view name = "adjusted-log";

  /// The limit: at least 0.
  template <std::floating_point Real = double>
  [[nodiscard]] static Real ratio_low(std::uint64_t tp, std::uint64_t members, std::uint64_t fp,
                                      std::uint64_t nonmembers, Real error) {
    if (tp == 0 && fp == 0) return 0;
    ratio::two_counts<Real> c = ratio::off_both_ends<Real>(tp, members, fp, nonmembers);
    for (Real* count : {&c.k1, &c.n1, &c.k0, &c.n0}) *count += Real{0.5};
    const Real z = detail::normal_upper(error);
    return c.k1 / c.n1 / (c.k0 / c.n0) * std::exp(-z * std::sqrt(1 / c.k1 - 1 / c.n1 + 1 / c.k0 - 1 / c.n0));
  }
};

}  // namespace telltale::metric::epsilon
