// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <telltale/core/detail/raw_vector.hpp>

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

/// Sorts keys ascending: least significant digit first over the highest 44 bits in which keys differ, then the few runs
/// that agree in those by comparison.
///
/// Four passes of 11 bits instead of six, and fewer for keys of few bits (shares of Z, widened float32). O(n) unless
/// many keys agree in 44 bits and differ below, then O(n log n). `scratch` is resized to n and left with arbitrary
/// content. Small inputs go to std::sort, which needs no histograms.
inline void radix_sort(raw_vector<std::uint64_t>& keys, raw_vector<std::uint64_t>& scratch) {
  constexpr int digit_bits = 11, most_digits = 4;
  constexpr std::size_t buckets = std::size_t{1} << digit_bits, worth_it = 3000;
  if (keys.size() < worth_it) {
    std::sort(keys.begin(), keys.end());
    return;
  }
  std::uint64_t differing = 0;
  for (const std::uint64_t key : keys) differing |= key ^ keys[0];
  if (differing == 0) return;
  const int top = 64 - std::countl_zero(differing);
  const int bottom = std::max(std::countr_zero(differing), top - digit_bits * most_digits);
  const int digits = (top - bottom + digit_bits - 1) / digit_bits;

  std::vector<std::array<std::size_t, buckets>> counts(static_cast<std::size_t>(digits));
  for (const std::uint64_t key : keys) {
    std::uint64_t rest = key >> bottom;
    for (auto& count : counts) {
      ++count[rest & (buckets - 1)];
      rest >>= digit_bits;
    }
  }
  scratch.resize(keys.size());
  int shift = bottom;
  for (auto& next : counts) {
    if (next[(keys[0] >> shift) & (buckets - 1)] != keys.size()) {
      std::size_t start = 0;
      for (std::size_t& bucket : next) start += std::exchange(bucket, start);
      for (const std::uint64_t key : keys) scratch[next[(key >> shift) & (buckets - 1)]++] = key;
      keys.swap(scratch);
    }
    shift += digit_bits;
  }
  if ((differing & ((std::uint64_t{1} << bottom) - 1)) == 0) return;
  for (auto first = keys.begin(); first != keys.end();) {
    const auto last = std::find_if(first + 1, keys.end(), [&](std::uint64_t key) { return (key ^ *first) >> bottom; });
    if (last - first > 1 && !std::is_sorted(first, last)) std::sort(first, last);
    first = last;
  }
}

}  // namespace telltale::detail
