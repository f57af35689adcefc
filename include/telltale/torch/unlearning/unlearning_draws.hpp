// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <telltale/core/random.hpp>

namespace telltale {

/// What a random number of an unlearning is for.
enum class unlearning_purpose : std::uint64_t {
  clean = 1,  ///< which clean inputs
  caption,    ///< which captions get a name
  identity,   ///< who is removed in a pair
  face,       ///< which photo of a person
  picture,    ///< what a face is pasted on
  place,      ///< which word a name replaces
  look,       ///< how a face is pasted
  other_name  ///< which name that is to stay
};

/// The random choices of an unlearning: pure functions of (seed, part, purpose, number), so that what becomes of a pair
/// does not depend on who drew the others. `part` keeps what is trained on apart from what is measured on.
class unlearning_draws {
 public:
  /// `part` keeps draws of one seed apart: 0 is what is trained on.
  explicit unlearning_draws(std::uint64_t seed, std::uint64_t part = 0) {
    const philox::block key = philox::at(seed, 0x756e6c65, part);
    key_ = std::uint64_t{key[1]} << 32 | key[0];
  }

  /// A stream of its own for one pair.
  [[nodiscard]] random_stream stream(unlearning_purpose use, std::uint64_t number) const {
    return random_stream(key_, static_cast<std::uint64_t>(use) << 56 | number);
  }

  /// Items `first` to `first + count - 1` of an endless sequence in which passes over all `items`, each shuffled anew,
  /// follow each other; `which` tells sequences of one purpose apart. Cost: O(items) for every pass that is touched.
  [[nodiscard]] std::vector<std::uint32_t> in_passes(unlearning_purpose use, std::size_t items, std::uint64_t first,
                                                     std::size_t count, std::uint64_t which = 0) const {
    std::vector<std::uint32_t> drawn;
    drawn.reserve(count);
    for (std::uint64_t pass = first / items; drawn.size() < count; ++pass) {
      const auto order = stream(use, which << 32 | pass).choose(items, items);
      const std::size_t begin = drawn.empty() ? static_cast<std::size_t>(first % items) : 0,
                        end = std::min(items, begin + count - drawn.size());
      drawn.insert(drawn.end(), order.begin() + static_cast<std::ptrdiff_t>(begin),
                   order.begin() + static_cast<std::ptrdiff_t>(end));
    }
    return drawn;
  }

 private:
  std::uint64_t key_ = 0;
};

}  // namespace telltale
