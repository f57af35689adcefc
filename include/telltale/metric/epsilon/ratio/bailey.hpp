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

/// Bailey's lower limit of TPR / FPR: the cube root of the ratio is taken as normal.
///
/// (TPR / FPR) ((1 - (z/3) sqrt(FNR/TP + TNR/FP - z^2 FNR TNR / (9 TP FP))) / (1 - z^2 TNR / (9 FP)))^3, z the normal
/// quantile of 1 - error; at TP = 0 the limit is 0, at FP = 0 half a false positive is put in, at TP = P (FP = N) half
/// a count is taken off. Below about z^2 / 9 false positives the denominator is not positive and the formula no limit,
/// which TensorFlow Privacy evaluates all the same; here the limit is then 0. Reference: Bailey 1987, "Confidence
/// limits to the risk ratio"; corrections as in TensorFlow Privacy, `epsilon_lower_bound.py`.
struct bailey : ratio::both_directions<bailey> {
  static constexpr std::string_view name = "bailey";

  /// The limit: at least 0.
  template <std::floating_point Real = double>
  [[nodiscard]] static Real ratio_low(std::uint64_t tp, std::uint64_t members, std::uint64_t fp,
                                      std::uint64_t nonmembers, Real error) {
    if (tp == 0) return 0;
    const Real n1 = static_cast<Real>(members), n0 = static_cast<Real>(nonmembers), half = Real{1} / 2;
    const Real k1 = tp == members ? n1 - half : static_cast<Real>(tp);
    const Real k0 = fp == 0 ? half : fp == nonmembers ? n0 - half : static_cast<Real>(fp);
    const Real z = detail::normal_upper(error), miss1 = (1 - k1 / n1) / k1, miss0 = (1 - k0 / n0) / k0;
    const Real square = miss1 + miss0 - z * z * miss1 * miss0 / 9, below = 1 - z * z * miss0 / 9;
    if (!(square >= 0 && below > 0)) return 0;
    const Real above = 1 - z / 3 * std::sqrt(square);
    return above > 0 ? k1 / n1 / (k0 / n0) * std::pow(above / below, 3) : Real{0};
  }
};

}  // namespace telltale::metric::epsilon
