// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/metric/epsilon/strategy/split.hpp>
#include <telltale/metric/epsilon/strategy/strategy.hpp>

namespace telltale::metric::epsilon::strategy {

/// The median bound of many random splits, each at half the error: hardly depends on the seed, as one split does.
///
/// If epsilon were below the median, at least half of the splits would be wrong; each is with probability error / 2, so
/// by Markov's inequality half of them are with probability at most `error`. Of an even number the lower middle one is
/// taken. Throws argument_error for no splits, and as `split` does. Reference: Meinshausen, Meier and Buhlmann 2009,
/// "p-values for high-dimensional regression", theorem 3.1; the idea of using it here is jax_privacy's.
struct multi_split {
  static constexpr std::string_view name = "multi-split";

  std::size_t splits = 100;  ///< at least 1
  double share = 0.5;        ///< of the records that choose, as of `split`
  std::uint64_t seed = 1;    ///< split i is stream i of it

  template <BoundMethod Method>
  [[nodiscard]] finding find(const attack_scores& scores, double delta, double error) const {
    if (splits == 0) detail::refuse("epsilon::strategy::multi_split", "splits", "is 0; wanted at least 1");
    std::vector<double> lows(splits);
    for (std::size_t i = 0; i < splits; ++i) lows[i] = split{share, seed, i}.find<Method>(scores, delta, error / 2).low;
    const auto middle = lows.begin() + static_cast<std::ptrdiff_t>((splits - 1) / 2);
    std::nth_element(lows.begin(), middle, lows.end());
    const std::size_t lowest = scores.curve().size() - 1;
    return {*middle, std::numeric_limits<double>::quiet_NaN(), scores.counts_at(lowest), 1};
  }
};

}  // namespace telltale::metric::epsilon::strategy
