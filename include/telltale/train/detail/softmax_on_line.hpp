// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <telltale/backend/pack.hpp>
#include <telltale/train/detail/narrow_product.hpp>

namespace telltale::train::detail {

using telltale::detail::exp_nonpositive;
using telltale::detail::larger;

/// What a softmax leaves behind on a point of the line Z + t D. `p`: rows x classes, one class after the other, the
/// probabilities. Of each row: `top`, its largest logit; `total`, the sum of exp(logit - top); `slope` and `square`,
/// the means of D and of D^2 under p.
template <class Scalar>
struct softmax_results {
  Scalar *p, *top, *total, *slope, *square;
};

// Rows side by side in a register, as many as narrow_rows allows: one pass over a row, which stays in the cache.
template <class Scalar>
[[gnu::always_inline]] inline void softmax_rows(const Scalar* logits, const Scalar* direction, Scalar t,
                                                std::size_t rows, std::size_t classes,
                                                const softmax_results<Scalar>& out) noexcept {
  const simd<Scalar> step = t - simd<Scalar>{};
  for (std::size_t i = 0; i < rows; i += simd_lanes<Scalar>) {
    simd<Scalar> top{}, total{}, slope{}, square{};
    for (std::size_t c = 0; c < classes; ++c) {
      const std::size_t at = c * rows + i;
      const simd<Scalar> z = load_simd<Scalar>(logits + at) + step * load_simd<Scalar>(direction + at);
      store_simd<Scalar>(out.p + at, z);
      top = c == 0 ? z : larger<Scalar>(top, z);
    }
    for (std::size_t c = 0; c < classes; ++c) {
      const std::size_t at = c * rows + i;
      const simd<Scalar> e = exp_nonpositive<Scalar>(load_simd<Scalar>(out.p + at) - top),
                         d = load_simd<Scalar>(direction + at);
      store_simd<Scalar>(out.p + at, e);
      total += e;
      slope += e * d;
      square += e * d * d;
    }
    const simd<Scalar> share = Scalar{1} / total;
    for (std::size_t c = 0; c < classes; ++c) {
      Scalar* const p = out.p + c * rows + i;
      store_simd<Scalar>(p, load_simd<Scalar>(p) * share);
    }
    store_simd<Scalar>(out.top + i, top);
    store_simd<Scalar>(out.total + i, total);
    store_simd<Scalar>(out.slope + i, slope * share);
    store_simd<Scalar>(out.square + i, square * share);
  }
}

template <class Scalar>
[[gnu::noinline]] void softmax_on_line_portable(const Scalar* logits, const Scalar* direction, Scalar t,
                                                std::size_t rows, std::size_t classes,
                                                const softmax_results<Scalar>& out) noexcept {
  softmax_rows(logits, direction, t, rows, classes, out);
}

#if defined(__x86_64__) && defined(__GNUC__)
template <class Scalar>
[[gnu::noinline]] [[gnu::target("avx2,fma")]] void softmax_on_line_avx2(const Scalar* logits, const Scalar* direction,
                                                                        Scalar t, std::size_t rows, std::size_t classes,
                                                                        const softmax_results<Scalar>& out) noexcept {
  softmax_rows(logits, direction, t, rows, classes, out);
}
#endif

/// Columns of `logits` and `direction` are classes; `rows` is a multiple of narrow_rows.
template <class Scalar>
void softmax_on_line(const Scalar* logits, const Scalar* direction, Scalar t, std::size_t rows, std::size_t classes,
                     const softmax_results<Scalar>& out) noexcept {
#if defined(__x86_64__) && defined(__GNUC__)
  if (has_avx2_and_fma()) return softmax_on_line_avx2(logits, direction, t, rows, classes, out);
#endif
  softmax_on_line_portable(logits, direction, t, rows, classes, out);
}

}  // namespace telltale::train::detail
