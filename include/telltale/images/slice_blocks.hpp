// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>

namespace telltale::images {

/// How the slices of a volume are split into members and others.
struct slice_blocks {
  std::size_t block = 6;   ///< slices beside one another that are on one side
  std::size_t gap = 2;     ///< slices between two blocks that are on neither
  std::uint64_t seed = 1;  ///< of where blocks begin and which side each is on
};

/// Slices of one volume: members and others, in order.
struct split_slices {
  std::vector<std::size_t> members,  ///< slices of the one side, ascending
      others;                        ///< slices of the other, ascending
};

/// Splits n slices of one volume into blocks with gaps, of two neighbouring blocks one for the members and one for the
/// others by a coin, so that both sides come from everywhere in the volume.
///
/// A slice is nearly the same as its neighbour: alternate single slices would make every non-member nearly a member. A
/// volume has few blocks, so one split is one draw: measure over many seeds, and show what an untrained network gives
/// for the same splits. Slices left over at the end are on neither side; the first block begins at a slice drawn from
/// the first block + gap. Throws argument_error for a block of 0 and for too few slices for two blocks. Cost: O(n).
[[nodiscard]] inline split_slices split_into_blocks(std::size_t n, const slice_blocks& how = {}) {
  if (how.block == 0) telltale::detail::refuse("split_into_blocks", "how.block", "is 0; wanted at least 1");
  const std::size_t period = how.block + how.gap, pair = 2 * period - how.gap;
  if (n < pair)
    telltale::detail::refuse("split_into_blocks", "n",
                             "is " + std::to_string(n) + "; wanted at least the " + std::to_string(pair) +
                                 " slices of two blocks and the gap between them");
  random_stream draw(how.seed);
  split_slices split;
  for (std::size_t first = draw.below(std::min(period, n - pair + 1)); first + pair <= n; first += 2 * period) {
    const bool members_first = draw.below(2) == 0;
    for (const bool second : {false, true})
      for (std::size_t i = 0; i < how.block; ++i)
        (members_first != second ? split.members : split.others).push_back(first + (second ? period : 0) + i);
  }
  return split;
}

}  // namespace telltale::images
