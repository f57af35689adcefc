// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <string_view>

#include <telltale/core/error.hpp>
#include <telltale/metric/epsilon/strategy/strategy.hpp>

namespace telltale::metric::epsilon::strategy {

/// A `threshold` that was chosen without these scores: the verdict is score >= threshold, at the whole error. Throws
/// argument_error for a NaN threshold.
struct fixed {
  static constexpr std::string_view name = "fixed";

  double threshold;

  template <BoundMethod Method>
  [[nodiscard]] finding find(const attack_scores& scores, double delta, double error) const {
    if (std::isnan(threshold)) detail::refuse("epsilon::strategy::fixed", "threshold", "is NaN; wanted a number");
    const verdict_counts counts = scores.counts_at(scores.curve().point_at(threshold));
    return {Method::low(counts, delta, error, 0.0), threshold, counts, 1};
  }
};

}  // namespace telltale::metric::epsilon::strategy
