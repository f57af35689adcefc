// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/detail/raw_vector.hpp>
#include <telltale/core/error.hpp>
#include <telltale/metric/radix_sort.hpp>
#include <telltale/metric/ranked_scores.hpp>

namespace telltale::metric {

/// The records of one pool, scored against every target that was trained on a part of them. Views.
///
/// Both spans are targets x `records`, row by row: the `evidence`, larger meaning member, and in `keep` 1 where the
/// target was trained on the record, else 0 (a campaign's mask).
struct scored_pool {
  std::span<const float> evidence;
  std::span<const std::uint8_t> keep;
  std::size_t records = 0;

  /// Targets: rows of the evidence. `records` must not be 0.
  [[nodiscard]] std::size_t targets() const noexcept { return evidence.size() / records; }
};

}  // namespace telltale::metric

namespace telltale::detail {

/// A float as an unsigned integer whose ascending order is the descending order of the floats.
[[nodiscard]] inline std::uint32_t descending_key(float score) noexcept {
  const auto bits = std::bit_cast<std::uint32_t>(score + 0.0F);
  return bits >> 31 ? bits : bits ^ 0x7FFF'FFFF;
}
[[nodiscard]] inline float from_descending_key(std::uint32_t key) noexcept {
  return std::bit_cast<float>(key >> 31 ? key : key ^ 0x7FFF'FFFF);
}

/// All scores of all pools in descending order, each with its place, and the curve of all of them: sorted once, by
/// radix. 16 bytes a score.
class ranked_pools {
 public:
  /// Throws argument_error for no pool, extents that disagree, evidence that is not finite, a mask that is not 0 or 1,
  /// one class only and 2^31 scores or more. O(scores).
  ranked_pools(std::string_view function, std::span<const metric::scored_pool> pools) {
    if (pools.empty()) refuse(function, "pools", "is empty; wanted at least 1");
    std::size_t scores = 0;
    for (std::size_t p = 0; p < pools.size(); ++p) {
      check(function, "pools[" + std::to_string(p) + "]", pools[p]);
      scores += pools[p].evidence.size();
    }
    if (scores >= std::size_t{1} << 31) refuse(function, "pools", "have 2^31 scores or more; wanted fewer");
    words_.reserve(scores);
    std::uint32_t place = 0;
    for (const metric::scored_pool& pool : pools)
      for (std::size_t i = 0; i < pool.evidence.size(); ++i, ++place)
        words_.push_back(std::uint64_t{descending_key(pool.evidence[i])} << 32 | place << 1 | pool.keep[i]);
    raw_vector<std::uint64_t> scratch;
    scratch.reserve(scores + 1);
    radix_sort(words_, scratch);
    count(scratch);
    if (!packed_curve{counts_}.has_both())
      refuse(function, "pools",
             std::string("hold only ") + (packed_curve{counts_}.positives() ? "members" : "non-members") +
                 "; wanted both classes");
  }

  /// Counts at +infinity and at or above every distinct score.
  [[nodiscard]] packed_curve curve() const noexcept { return {counts_}; }

  /// Calls visit(place among all scores, is_member, point of the curve) for every score, in descending order.
  template <class Visit>
  void for_each(const Visit& visit) const {
    std::size_t point = 0;
    std::uint64_t key = ~std::uint64_t{0};
    for (const std::uint64_t word : words_) {
      point += word >> 32 != key;
      key = word >> 32;
      visit(static_cast<std::size_t>((word & 0xFFFF'FFFF) >> 1), (word & 1) != 0, point);
    }
  }

  /// The score of a point of the curve but the first, which lies at +infinity. O(scores).
  [[nodiscard]] double threshold(std::size_t wanted) const {
    std::uint64_t key = 0;
    for_each_point([&](std::size_t point, std::uint64_t word) {
      if (point == wanted) key = word >> 32;
    });
    return static_cast<double>(from_descending_key(static_cast<std::uint32_t>(key)));
  }

 private:
  static void check(std::string_view function, const std::string& name, const metric::scored_pool& pool) {
    if (pool.records == 0 || pool.evidence.empty() || pool.evidence.size() % pool.records != 0)
      refuse(function, name + ".evidence",
             "has " + std::to_string(pool.evidence.size()) + " elements, which is not a row or more for " +
                 std::to_string(pool.records) + " records");
    check_size(function, name + ".keep", pool.keep.size(), pool.evidence.size());
    check_finite(function, name + ".evidence", pool.evidence);
    for (std::size_t i = 0; i < pool.keep.size(); ++i)
      if (pool.keep[i] > 1)
        refuse(function, name + ".keep",
               "element " + std::to_string(i) + " is " + std::to_string(pool.keep[i]) + "; wanted 0 or 1");
  }

  template <class Visit>
  void for_each_point(const Visit& visit) const {
    std::size_t point = 0;
    for (std::size_t i = 0; i < words_.size(); ++i)
      if (i + 1 == words_.size() || words_[i] >> 32 != words_[i + 1] >> 32) visit(++point, words_[i]);
  }

  void count(raw_vector<std::uint64_t>& room) {
    room.clear();
    room.push_back(0);
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      total += words_[i] & 1 ? std::uint64_t{1} << 32 : 1;
      if (i + 1 == words_.size() || words_[i] >> 32 != words_[i + 1] >> 32) room.push_back(total);
    }
    counts_.swap(room);
  }

  raw_vector<std::uint64_t> words_;   // key << 32 | place << 1 | member
  raw_vector<std::uint64_t> counts_;  // packed_counts
};

}  // namespace telltale::detail
