// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string_view>

#include <telltale/metric/interval/estimate.hpp>

namespace telltale::metric {

/// A figure (`value`), its bootstrap `replicates` (which an interval may reorder), and what intervals take from both.
struct replicated_figure {
  double value = 0;
  std::span<double> replicates;
  double acceleration = 0;     ///< of BCa; other intervals ignore it
  double least = 0, most = 1;  ///< the range of the figure
};

}  // namespace telltale::metric

namespace telltale::detail {

/// The k-th smallest of `values`, which are reordered; k counts from 1.
[[nodiscard]] inline double smallest(std::span<double> values, std::size_t k) {
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(k - 1);
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

/// How many of B replicates a share of them lies below, as order statistics of B + 1 gaps count; at least 1, at most B.
[[nodiscard]] inline std::size_t rank_below(std::size_t replicates, double share) {
  // One part in 10^9 of slack: 1 - 0.95 is not 0.05.
  const double rank = std::floor(static_cast<double>(replicates + 1) * share * (1 + 1e-9));
  return static_cast<std::size_t>(std::clamp(rank, 1.0, static_cast<double>(replicates)));
}

}  // namespace telltale::detail

namespace telltale::metric::interval {

/// The percentile interval of a bootstrap: the k-th smallest and k-th largest of B replicates, k = floor((B + 1) (1 -
/// confidence) / 2).
///
/// A policy: another interval of a replicated figure is a type with the same `name`, `needs_acceleration` and `of`.
/// O(B). Reference: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13.
struct percentile {
  static constexpr std::string_view name = "percentile";
  static constexpr bool needs_acceleration = false;

  [[nodiscard]] static estimate of(const replicated_figure& figure, double confidence) {
    const std::size_t count = figure.replicates.size(), k = detail::rank_below(count, (1 - confidence) / 2);
    const double low = detail::smallest(figure.replicates, k);
    return {figure.value, low, detail::smallest(figure.replicates, count + 1 - k)};
  }
};

/// value +- its distance to the farther percentile limit, within the figure's range: the percentile interval joined
/// with its reflection.
///
/// For a rate at a threshold that is chosen again in each replicate. At few false positives that estimate is biased,
/// its replicates doubly so: the percentile interval alone can miss the very estimate, its reflection corrects the
/// bias. A policy, as `percentile` is. O(B).
struct reflected_percentile {
  static constexpr std::string_view name = "percentile, symmetric about the value";
  static constexpr bool needs_acceleration = false;

  [[nodiscard]] static estimate of(const replicated_figure& figure, double confidence) {
    const estimate plain = percentile::of(figure, confidence);
    const double reach = std::max(figure.value - plain.low, plain.high - figure.value);
    return {figure.value, std::max(figure.least, figure.value - reach), std::min(figure.most, figure.value + reach)};
  }
};

}  // namespace telltale::metric::interval
