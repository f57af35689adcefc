// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>

#include <telltale/backend/pack.hpp>

namespace telltale::detail {

/// Packs a group of rows of `count` contiguous numbers side by side: to[lanes c + r] = row[r][c].
///
/// Neither compiler turns the plain loop into shuffles, and at ten classes it costs as much as the exponentials.
/// Returns sums of the numbers, which are finite only if all numbers are. What lies `ahead` elements behind is
/// prefetched: short rows read side by side are no stream that a processor recognises.
template <class Scalar>
simd<Scalar> interleave(const Scalar* const (&row)[pack<Scalar>::lanes], std::size_t count, Scalar* to,
                        std::size_t ahead) noexcept {
  constexpr std::size_t lanes = pack<Scalar>::lanes, step = simd_lanes<Scalar>;
  simd<Scalar> seen{};
  if (count < step) {
    for (std::size_t c = 0; c < count; ++c) {
      for (std::size_t r = 0; r < lanes; ++r) to[lanes * c + r] = row[r][c];
      const pack<Scalar> copied = pack<Scalar>::load(to + lanes * c);
      seen += copied.low + copied.high;
    }
    return seen;
  }
  for (std::size_t half = 0; half < lanes; half += step) {
    const Scalar *const r0 = row[half], *const r1 = row[half + 1];
    const auto square = [&](std::size_t c) {
      Scalar* const at = to + half + lanes * c;
      __builtin_prefetch(row[half + c / step % step] + ahead + c);
      if constexpr (std::same_as<Scalar, float>) {
        const Scalar *const r2 = row[half + 2], *const r3 = row[half + 3];
        const simd<float> a = load_simd(r0 + c), b = load_simd(r1 + c), d = load_simd(r2 + c), e = load_simd(r3 + c);
        const simd<float> low_ab = __builtin_shufflevector(a, b, 0, 4, 1, 5),
                          high_ab = __builtin_shufflevector(a, b, 2, 6, 3, 7),
                          low_de = __builtin_shufflevector(d, e, 0, 4, 1, 5),
                          high_de = __builtin_shufflevector(d, e, 2, 6, 3, 7);
        seen += (a + b) + (d + e);
        store_simd<float>(at, __builtin_shufflevector(low_ab, low_de, 0, 1, 4, 5));
        store_simd<float>(at + lanes, __builtin_shufflevector(low_ab, low_de, 2, 3, 6, 7));
        store_simd<float>(at + 2 * lanes, __builtin_shufflevector(high_ab, high_de, 0, 1, 4, 5));
        store_simd<float>(at + 3 * lanes, __builtin_shufflevector(high_ab, high_de, 2, 3, 6, 7));
      } else {
        const simd<double> a = load_simd(r0 + c), b = load_simd(r1 + c);
        seen += a + b;
        store_simd<double>(at, __builtin_shufflevector(a, b, 0, 2));
        store_simd<double>(at + lanes, __builtin_shufflevector(a, b, 1, 3));
      }
    };
    std::size_t c = 0;
    for (; c + step <= count; c += step) square(c);
    if (c != count) square(count - step);  // again where it overlaps: cheaper than one by one
  }
  return seen;
}

/// The same for a group of rows of two numbers that follow each other in memory.
template <class Scalar>
simd<Scalar> interleave_pairs(const Scalar* from, Scalar* to) noexcept {
  constexpr std::size_t lanes = pack<Scalar>::lanes, step = simd_lanes<Scalar>;
  simd<Scalar> seen{};
  for (std::size_t half = 0; half < lanes; half += step) {
    const simd<Scalar> a = load_simd(from + 2 * half), b = load_simd(from + 2 * half + step);
    seen += a + b;
    if constexpr (std::same_as<Scalar, float>) {
      store_simd<float>(to + half, __builtin_shufflevector(a, b, 0, 2, 4, 6));
      store_simd<float>(to + lanes + half, __builtin_shufflevector(a, b, 1, 3, 5, 7));
    } else {
      store_simd<double>(to + half, __builtin_shufflevector(a, b, 0, 2));
      store_simd<double>(to + lanes + half, __builtin_shufflevector(a, b, 1, 3));
    }
  }
  return seen;
}

}  // namespace telltale::detail
