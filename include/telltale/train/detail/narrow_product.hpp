// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>

#include <telltale/backend/pack.hpp>

/// Products of a tall matrix with a few columns, the two that a step of a head consists of.
///
/// Rows of x lie `stride` numbers apart, a multiple of narrow_stride that is filled with zeros, and their number is a
/// multiple of narrow_rows; columns of w and g are as long as a row. A general product packs the tall operand for each
/// call and pads the few columns, which costs more than half of the time at two columns and a third at ten; here
/// nothing is moved, and registers hold a tile of 4 x 3 or 4 x 2 results. Where the processor has them, AVX2 and fused
/// multiply-adds are used whatever the compiler's flags: another machine may round differently.
namespace telltale::train::detail {

using telltale::detail::load_simd;
using telltale::detail::simd;
using telltale::detail::simd_lanes;
using telltale::detail::store_simd;

template <class Scalar>
inline constexpr std::size_t narrow_stride = 32 / sizeof(Scalar);
inline constexpr std::size_t narrow_rows = 4;

[[nodiscard]] inline std::size_t rounded_up(std::size_t n, std::size_t multiple) noexcept {
  return (n + multiple - 1) / multiple * multiple;
}

template <class Scalar>
struct twice_simd;
template <>
struct twice_simd<float> {
  typedef float type __attribute__((vector_size(32)));
};
template <>
struct twice_simd<double> {
  typedef double type __attribute__((vector_size(32)));
};

// Vectors wider than the compiler's flags allow never leave a function: by reference, and inlined.
template <class Vector, class Scalar>
[[gnu::always_inline]] inline void load(Vector& v, const Scalar* from) noexcept {
  std::memcpy(&v, from, sizeof v);
}

template <class Vector, class Scalar>
[[gnu::always_inline]] inline void add_to(Scalar* to, const Vector& v) noexcept {
  Vector sum;
  std::memcpy(&sum, to, sizeof sum);
  sum += v;
  std::memcpy(to, &sum, sizeof sum);
}

template <class Scalar, class Vector>
[[gnu::always_inline]] inline simd<Scalar> folded(const Vector& v) noexcept {
  if constexpr (sizeof(Vector) == 16) {
    return v;
  } else {
    simd<Scalar> halves[2];
    std::memcpy(&halves, &v, sizeof halves);
    return halves[0] + halves[1];
  }
}

/// The sums of four vectors to out[0], ..., out[3].
inline void store_sums(simd<float> a, simd<float> b, simd<float> c, simd<float> d, float* out) noexcept {
  const simd<float> ab = __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7),
                    cd = __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
  store_simd<float>(out, __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
}
inline void store_sums(simd<double> a, simd<double> b, simd<double> c, simd<double> d, double* out) noexcept {
  store_simd<double>(out, __builtin_shufflevector(a, b, 0, 2) + __builtin_shufflevector(a, b, 1, 3));
  store_simd<double>(out + 2, __builtin_shufflevector(c, d, 0, 2) + __builtin_shufflevector(c, d, 1, 3));
}

// Named accumulators, not arrays: g++ keeps them in registers over a loop.

/// out[c][0..3] = <row 0..3 of x, w[c]> for two or three columns.
template <int Columns, class Vector, class Scalar>
[[gnu::always_inline]] inline void multiply_tile(const Scalar* x, std::size_t stride, const Scalar* w, Scalar* out,
                                                 std::size_t out_stride) noexcept {
  constexpr std::size_t lanes = sizeof(Vector) / sizeof(Scalar);
  Vector a0{}, a1{}, a2{}, a3{}, b0{}, b1{}, b2{}, b3{}, c0{}, c1{}, c2{}, c3{};
  for (std::size_t k = 0; k < stride; k += lanes) {
    Vector wa, wb, wc, row;
    load(wa, w + k);
    load(wb, w + stride + k);
    if constexpr (Columns == 3) load(wc, w + 2 * stride + k);
    load(row, x + k);
    a0 += row * wa;
    b0 += row * wb;
    if constexpr (Columns == 3) c0 += row * wc;
    load(row, x + stride + k);
    a1 += row * wa;
    b1 += row * wb;
    if constexpr (Columns == 3) c1 += row * wc;
    load(row, x + 2 * stride + k);
    a2 += row * wa;
    b2 += row * wb;
    if constexpr (Columns == 3) c2 += row * wc;
    load(row, x + 3 * stride + k);
    a3 += row * wa;
    b3 += row * wb;
    if constexpr (Columns == 3) c3 += row * wc;
  }
  store_sums(folded<Scalar>(a0), folded<Scalar>(a1), folded<Scalar>(a2), folded<Scalar>(a3), out);
  store_sums(folded<Scalar>(b0), folded<Scalar>(b1), folded<Scalar>(b2), folded<Scalar>(b3), out + out_stride);
  if constexpr (Columns == 3)
    store_sums(folded<Scalar>(c0), folded<Scalar>(c1), folded<Scalar>(c2), folded<Scalar>(c3), out + 2 * out_stride);
}

/// g[c][0..] += sum over rows of r[c][row] x[row][0..], for two or three columns and one or four vectors of a row.
template <int Columns, int Vectors, class Vector, class Scalar>
[[gnu::always_inline]] inline void transposed_tile(const Scalar* x, std::size_t rows, std::size_t stride,
                                                   const Scalar* r, std::size_t r_stride, Scalar* g) noexcept {
  constexpr std::size_t lanes = sizeof(Vector) / sizeof(Scalar);
  Vector a0{}, a1{}, a2{}, a3{}, b0{}, b1{}, b2{}, b3{}, c0{}, c1{}, c2{}, c3{};
  for (std::size_t i = 0; i < rows; ++i) {
    const Scalar* const from = x + i * stride;
    const Vector ra = r[i] - Vector{}, rb = r[r_stride + i] - Vector{};
    Vector rc{}, part;
    if constexpr (Columns == 3) rc = r[2 * r_stride + i] - Vector{};
    load(part, from);
    a0 += part * ra;
    b0 += part * rb;
    if constexpr (Columns == 3) c0 += part * rc;
    if constexpr (Vectors == 4) {
      load(part, from + lanes);
      a1 += part * ra;
      b1 += part * rb;
      if constexpr (Columns == 3) c1 += part * rc;
      load(part, from + 2 * lanes);
      a2 += part * ra;
      b2 += part * rb;
      if constexpr (Columns == 3) c2 += part * rc;
      load(part, from + 3 * lanes);
      a3 += part * ra;
      b3 += part * rb;
      if constexpr (Columns == 3) c3 += part * rc;
    }
  }
  add_to(g, a0);
  add_to(g + stride, b0);
  if constexpr (Columns == 3) add_to(g + 2 * stride, c0);
  if constexpr (Vectors == 4) {
    add_to(g + lanes, a1);
    add_to(g + 2 * lanes, a2);
    add_to(g + 3 * lanes, a3);
    add_to(g + stride + lanes, b1);
    add_to(g + stride + 2 * lanes, b2);
    add_to(g + stride + 3 * lanes, b3);
    if constexpr (Columns == 3) {
      add_to(g + 2 * stride + lanes, c1);
      add_to(g + 2 * stride + 2 * lanes, c2);
      add_to(g + 2 * stride + 3 * lanes, c3);
    }
  }
}

// Any number of columns from two on is threes and at most two twos.
[[nodiscard]] inline std::size_t columns_of_tile(std::size_t left) noexcept { return left == 2 || left == 4 ? 2 : 3; }

template <class Vector, class Scalar>
[[gnu::always_inline]] inline void multiply_all(const Scalar* x, std::size_t rows, std::size_t stride, const Scalar* w,
                                                std::size_t columns, Scalar* out, std::size_t out_stride) noexcept {
  for (std::size_t i = 0; i < rows; i += narrow_rows)
    for (std::size_t c = 0; c < columns;) {
      const std::size_t tile = columns_of_tile(columns - c);
      if (tile == 3)
        multiply_tile<3, Vector>(x + i * stride, stride, w + c * stride, out + c * out_stride + i, out_stride);
      else
        multiply_tile<2, Vector>(x + i * stride, stride, w + c * stride, out + c * out_stride + i, out_stride);
      c += tile;
    }
}

template <int Vectors, class Vector, class Scalar>
[[gnu::always_inline]] inline void transposed_columns(const Scalar* x, std::size_t rows, std::size_t stride,
                                                      const Scalar* r, std::size_t r_stride, std::size_t columns,
                                                      Scalar* g) noexcept {
  for (std::size_t c = 0; c < columns;) {
    const std::size_t tile = columns_of_tile(columns - c);
    if (tile == 3)
      transposed_tile<3, Vectors, Vector>(x, rows, stride, r + c * r_stride, r_stride, g + c * stride);
    else
      transposed_tile<2, Vectors, Vector>(x, rows, stride, r + c * r_stride, r_stride, g + c * stride);
    c += tile;
  }
}

template <class Vector, class Scalar>
[[gnu::always_inline]] inline void transposed_all(const Scalar* x, std::size_t rows, std::size_t stride,
                                                  const Scalar* r, std::size_t r_stride, std::size_t columns,
                                                  Scalar* g) noexcept {
  constexpr std::size_t lanes = sizeof(Vector) / sizeof(Scalar), block = 32;
  for (std::size_t first = 0; first < rows; first += block) {
    const std::size_t count = std::min(block, rows - first);
    const Scalar* const from = x + first * stride;
    std::size_t k = 0;
    for (; k + 4 * lanes <= stride; k += 4 * lanes)
      transposed_columns<4, Vector>(from + k, count, stride, r + first, r_stride, columns, g + k);
    for (; k < stride; k += lanes)
      transposed_columns<1, Vector>(from + k, count, stride, r + first, r_stride, columns, g + k);
  }
}

template <class Scalar>
[[gnu::noinline]] void multiply_portable(const Scalar* x, std::size_t rows, std::size_t stride, const Scalar* w,
                                         std::size_t columns, Scalar* out, std::size_t out_stride) noexcept {
  multiply_all<simd<Scalar>>(x, rows, stride, w, columns, out, out_stride);
}

template <class Scalar>
[[gnu::noinline]] void transposed_portable(const Scalar* x, std::size_t rows, std::size_t stride, const Scalar* r,
                                           std::size_t r_stride, std::size_t columns, Scalar* g) noexcept {
  transposed_all<simd<Scalar>>(x, rows, stride, r, r_stride, columns, g);
}

#if defined(__x86_64__) && defined(__GNUC__)
template <class Scalar>
[[gnu::noinline]] [[gnu::target("avx2,fma")]] void multiply_avx2(const Scalar* x, std::size_t rows, std::size_t stride,
                                                                 const Scalar* w, std::size_t columns, Scalar* out,
                                                                 std::size_t out_stride) noexcept {
  multiply_all<typename twice_simd<Scalar>::type>(x, rows, stride, w, columns, out, out_stride);
}

template <class Scalar>
[[gnu::noinline]] [[gnu::target("avx2,fma")]] void transposed_avx2(const Scalar* x, std::size_t rows,
                                                                   std::size_t stride, const Scalar* r,
                                                                   std::size_t r_stride, std::size_t columns,
                                                                   Scalar* g) noexcept {
  transposed_all<typename twice_simd<Scalar>::type>(x, rows, stride, r, r_stride, columns, g);
}

[[nodiscard]] inline bool has_avx2_and_fma() noexcept {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#endif

/// out[c][i] = <x[i], w[c]>; at least 2 columns.
template <class Scalar>
void multiply(const Scalar* x, std::size_t rows, std::size_t stride, const Scalar* w, std::size_t columns, Scalar* out,
              std::size_t out_stride) noexcept {
#if defined(__x86_64__) && defined(__GNUC__)
  if (has_avx2_and_fma()) return multiply_avx2(x, rows, stride, w, columns, out, out_stride);
#endif
  multiply_portable(x, rows, stride, w, columns, out, out_stride);
}

/// g[c] += sum over i of r[c][i] x[i]; at least 2 columns.
template <class Scalar>
void add_transposed(const Scalar* x, std::size_t rows, std::size_t stride, const Scalar* r, std::size_t r_stride,
                    std::size_t columns, Scalar* g) noexcept {
#if defined(__x86_64__) && defined(__GNUC__)
  if (has_avx2_and_fma()) return transposed_avx2(x, rows, stride, r, r_stride, columns, g);
#endif
  transposed_portable(x, rows, stride, r, r_stride, columns, g);
}

}  // namespace telltale::train::detail
