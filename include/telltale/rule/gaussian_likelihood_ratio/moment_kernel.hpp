// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace telltale::detail {

/// Sums of shifted scores and of their squares under one hypothesis, a column a cell.
struct moment_sums {
  const double* pivot;
  double* sum;
  double* squares;
};

/// Two models' scores of the same cells, and their masks (1 for IN).
template <class Scalar>
struct model_pair {
  const Scalar *first, *second;
  const std::uint8_t *first_keep, *second_keep;
};

/// Overwrites the pivot of the side that each score is on, and counts the IN scores seen.
template <bool ModelsIn, class Scalar>
[[gnu::noinline]] void take_pivots(const Scalar* __restrict scores, const std::uint8_t* __restrict keep,
                                   std::size_t cells, double* __restrict pivot_in, double* __restrict pivot_out,
                                   std::uint8_t* __restrict seen) {
  // Products with 0 and 1 are exact: each pivot is a score, not nearly one.
  for (std::size_t j = 0; j < cells; ++j) {
    const double score = static_cast<double>(scores[j]), is_in = static_cast<double>(keep[j]);
    if constexpr (ModelsIn) pivot_in[j] = is_in * score + (1 - is_in) * pivot_in[j];
    pivot_out[j] = (1 - is_in) * score + is_in * pivot_out[j];
  }
  for (std::size_t j = 0; j < cells; ++j) seen[j] = static_cast<std::uint8_t>(seen[j] + keep[j]);
}

// No branch and no select: a mask of 0 or 1 as a factor, which compilers turn into SIMD over cells without flags. Two
// models a pass halve the traffic of the sums. A score that is not finite makes the sums of its cell not finite,
// whatever its mask. Pointers are parameters because g++ heeds __restrict only there.
template <bool ModelsIn, class Scalar>
[[gnu::always_inline]] inline void add_cells(const Scalar* __restrict first, const Scalar* __restrict second,
                                             const std::uint8_t* __restrict first_keep,
                                             const std::uint8_t* __restrict second_keep, std::size_t cells,
                                             const double* __restrict pivot_in, double* __restrict sum_in,
                                             double* __restrict squares_in, const double* __restrict pivot_out,
                                             double* __restrict sum_out, double* __restrict squares_out) {
  for (std::size_t j = 0; j < cells; ++j) {
    const double a = static_cast<double>(first[j]), b = static_cast<double>(second[j]);
    const double a_is_in = static_cast<double>(first_keep[j]), b_is_in = static_cast<double>(second_keep[j]);
    if constexpr (ModelsIn) {
      const double a_in = a_is_in * (a - pivot_in[j]), b_in = b_is_in * (b - pivot_in[j]);
      sum_in[j] += a_in + b_in;
      squares_in[j] += a_in * a_in + b_in * b_in;
    }
    const double a_out = (1 - a_is_in) * (a - pivot_out[j]), b_out = (1 - b_is_in) * (b - pivot_out[j]);
    sum_out[j] += a_out + b_out;
    squares_out[j] += a_out * a_out + b_out * b_out;
  }
}

template <bool ModelsIn, class Scalar>
[[gnu::noinline]] void add_pair_portable(const model_pair<Scalar>& models, std::size_t cells, const moment_sums& in,
                                         const moment_sums& out) {
  add_cells<ModelsIn>(models.first, models.second, models.first_keep, models.second_keep, cells, in.pivot, in.sum,
                      in.squares, out.pivot, out.sum, out.squares);
}

#if defined(__x86_64__) && defined(__GNUC__)
// The same operations on wider registers; without fused multiply-adds, so that the bits are the same.
template <bool ModelsIn, class Scalar>
[[gnu::noinline]] [[gnu::target("avx2")]] void add_pair_avx2(const model_pair<Scalar>& models, std::size_t cells,
                                                             const moment_sums& in, const moment_sums& out) {
  add_cells<ModelsIn>(models.first, models.second, models.first_keep, models.second_keep, cells, in.pivot, in.sum,
                      in.squares, out.pivot, out.sum, out.squares);
}
#endif

/// Adds two models to the sums of a tile.
template <bool ModelsIn, class Scalar>
void add_pair(const model_pair<Scalar>& models, std::size_t cells, const moment_sums& in, const moment_sums& out) {
#if defined(__x86_64__) && defined(__GNUC__)
  if (__builtin_cpu_supports("avx2")) return add_pair_avx2<ModelsIn>(models, cells, in, out);
#endif
  add_pair_portable<ModelsIn>(models, cells, in, out);
}

}  // namespace telltale::detail
