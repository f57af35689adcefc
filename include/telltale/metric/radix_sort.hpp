// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace telltale::detail {

/// A double as an unsigned integer whose ascending order is the descending order of the doubles; its own inverse.
///
/// -0.0 and 0.0 are one value and must be one key, hence the addition. All ones is the key of a NaN and so never that
/// of a finite score: it serves as sentinel.
[[nodiscard]] inline std::uint64_t descending_key(double score) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(score + 0.0);
  return bits >> 63 ? bits : bits ^ 0x7FFF'FFFF'FFFF'FFFF;
}
[[nodiscard]] inline double from_descending_key(std::uint64_t key) noexcept {
  return std::bit_cast<double>(key >> 63 ? key : key ^ 0x7FFF'FFFF'FFFF'FFFF);
}
inline constexpr std::uint64_t key_after_all = ~std::uint64_t{0};

/// Sorts keys ascending: least significant digit first, 11 bits a digit; a digit that all keys share costs nothing.
///
/// O(n) time; `scratch` is resized to n and left with arbitrary content. Scores of a narrow range or few bits (shares
/// of Z, float32 values widened) skip passes. Small inputs go to std::sort, which needs no histograms.
inline void radix_sort(std::vector<std::uint64_t>& keys, std::vector<std::uint64_t>& scratch) {
  constexpr unsigned digit_bits = 11, digits = 6;
  constexpr std::size_t buckets = std::size_t{1} << digit_bits, worth_it = 3000;
  if (keys.size() < worth_it) {
    std::sort(keys.begin(), keys.end());
    return;
  }
  scratch.resize(keys.size());
  std::vector<std::array<std::size_t, buckets>> counts(digits);
  for (const std::uint64_t key : keys)
    for (unsigned d = 0; d < digits; ++d) ++counts[d][(key >> (d * digit_bits)) & (buckets - 1)];
  for (unsigned d = 0; d < digits; ++d) {
    const unsigned shift = d * digit_bits;
    auto& next = counts[d];
    if (next[(keys[0] >> shift) & (buckets - 1)] == keys.size()) continue;
    std::size_t start = 0;
    for (std::size_t& bucket : next) {
      const std::size_t count = bucket;
      bucket = start;
      start += count;
    }
    for (const std::uint64_t key : keys) scratch[next[(key >> shift) & (buckets - 1)]++] = key;
    keys.swap(scratch);
  }
}

}  // namespace telltale::detail
