// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace telltale::detail {

/// Sums of shifted scores and of their squares, a column a cell: of the OUT models, and of all models.
struct moment_sums {
  double *out, *out_squares, *all, *all_squares;
};

/// Scores of the same cells by four models, and their masks (1 for IN).
template <class Scalar>
struct four_models {
  std::array<const Scalar*, 4> scores;
  std::array<const std::uint8_t*, 4> keep;
};

// No branch and no select: a mask of 0 or 1 as a factor, which compilers turn into SIMD over cells without flags. Four
// models a pass quarter the traffic of the sums. A score that is not finite makes the sums of its cell not finite,
// whatever its mask. Pointers are parameters because g++ heeds __restrict only there.
template <bool ModelsIn, class Scalar>
[[gnu::always_inline]] inline void add_cells(
    const Scalar* __restrict pivot, const Scalar* __restrict a, const Scalar* __restrict b, const Scalar* __restrict c,
    const Scalar* __restrict d, const std::uint8_t* __restrict a_keep, const std::uint8_t* __restrict b_keep,
    const std::uint8_t* __restrict c_keep, const std::uint8_t* __restrict d_keep, std::size_t cells,
    double* __restrict out, double* __restrict out_squares, double* __restrict all, double* __restrict all_squares) {
  for (std::size_t j = 0; j < cells; ++j) {
    const double shift = static_cast<double>(pivot[j]);
    const double of_a = static_cast<double>(a[j]) - shift, of_b = static_cast<double>(b[j]) - shift;
    const double of_c = static_cast<double>(c[j]) - shift, of_d = static_cast<double>(d[j]) - shift;
    const double out_a = static_cast<double>(1 - a_keep[j]) * of_a, out_b = static_cast<double>(1 - b_keep[j]) * of_b;
    const double out_c = static_cast<double>(1 - c_keep[j]) * of_c, out_d = static_cast<double>(1 - d_keep[j]) * of_d;
    out[j] += (out_a + out_b) + (out_c + out_d);
    out_squares[j] += (out_a * of_a + out_b * of_b) + (out_c * of_c + out_d * of_d);
    if constexpr (ModelsIn) {
      all[j] += (of_a + of_b) + (of_c + of_d);
      all_squares[j] += (of_a * of_a + of_b * of_b) + (of_c * of_c + of_d * of_d);
    }
  }
}

template <bool ModelsIn, class Scalar>
[[gnu::noinline]] void add_four_portable(const Scalar* pivot, const four_models<Scalar>& models, std::size_t cells,
                                         const moment_sums& sums) {
  const auto& [s, k] = models;
  add_cells<ModelsIn>(pivot, s[0], s[1], s[2], s[3], k[0], k[1], k[2], k[3], cells, sums.out, sums.out_squares,
                      sums.all, sums.all_squares);
}

#if defined(__x86_64__) && defined(__GNUC__)
// The same operations on wider registers; without fused multiply-adds, so that the bits are the same.
template <bool ModelsIn, class Scalar>
[[gnu::noinline]] [[gnu::target("avx2")]] void add_four_avx2(const Scalar* pivot, const four_models<Scalar>& models,
                                                             std::size_t cells, const moment_sums& sums) {
  const auto& [s, k] = models;
  add_cells<ModelsIn>(pivot, s[0], s[1], s[2], s[3], k[0], k[1], k[2], k[3], cells, sums.out, sums.out_squares,
                      sums.all, sums.all_squares);
}
#endif

/// Adds four models to the sums of a tile, each score less the pivot of its cell.
template <bool ModelsIn, class Scalar>
void add_four(const Scalar* pivot, const four_models<Scalar>& models, std::size_t cells, const moment_sums& sums) {
#if defined(__x86_64__) && defined(__GNUC__)
  if (__builtin_cpu_supports("avx2")) return add_four_avx2<ModelsIn>(pivot, models, cells, sums);
#endif
  add_four_portable<ModelsIn>(pivot, models, cells, sums);
}

}  // namespace telltale::detail
