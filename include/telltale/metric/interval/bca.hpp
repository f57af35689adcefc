// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <numbers>
#include <string_view>
#include <type_traits>

#include <telltale/metric/interval/estimate.hpp>
#include <telltale/metric/interval/percentile.hpp>
#include <telltale/metric/interval/quantile.hpp>

namespace telltale::metric::interval {

/// The bias-corrected and accelerated percentile interval of a bootstrap.
///
/// With z the normal quantile of a level, z0 = z((below + ties/2 + 1/2) / (B + 1)) from how many of B replicates lie
/// below the value and how many are equal to it, and the acceleration a: the limits are the replicates at the levels
///   Phi(z0 + (z0 -+ z(1 - (1 - confidence)/2)) / (1 - a (z0 -+ z(...)))).
/// Counting ties half, and the value as one replicate, keeps z0 finite for figures on a grid. A level beyond the
/// outermost replicate takes that one. The second order it corrects is of smooth figures, which an AUC is and a rate at
/// few false positives is not. A policy, as `percentile` is. O(B).
/// Reference: Efron 1987, "Better bootstrap confidence intervals"; DiCiccio and Efron 1996, "Bootstrap confidence
/// intervals".
struct bca {
  static constexpr std::string_view name = "BCa";
  static constexpr bool needs_acceleration = true;

  template <std::same_as<double> Real = double>
  [[nodiscard]] static estimate of(const replicated_figure& figure, std::type_identity_t<Real> confidence) {
    const std::size_t count = figure.replicates.size();
    double below = 0.5;
    for (const double r : figure.replicates) below += r < figure.value ? 1 : r == figure.value ? 0.5 : 0;
    const Real bias = -detail::normal_upper(below / static_cast<Real>(count + 1));
    const Real reach = detail::normal_upper((1 - confidence) / 2);
    // The share of replicates below a limit, or above it: each from its own tail, which keeps the digits of both.
    const auto share = [&](Real side) {
      const Real moved = bias + side * reach, stretch = 1 - figure.acceleration * moved;
      if (!(stretch > 0)) return Real{0};  // beyond every replicate
      return std::erfc(side * (bias + moved / stretch) / std::numbers::sqrt2) / 2;
    };
    const double low = detail::smallest(figure.replicates, detail::rank_below(count, share(-1)));
    return {figure.value, low, detail::smallest(figure.replicates, count + 1 - detail::rank_below(count, share(1)))};
  }
};

}  // namespace telltale::metric::interval
