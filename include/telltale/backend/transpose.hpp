// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstring>

namespace telltale::detail {

#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define TELLTALE_HAS_SHUFFLES
#endif
#endif

/// Interleaves eight rows of `count` contiguous numbers: to[8 c + r] = row[r][c].
///
/// Neither compiler turns the plain loop into shuffles, and at ten classes it costs as much as the exponentials.
template <class Scalar>
void interleave_eight_rows(const Scalar* const (&row)[8], std::size_t count, Scalar* to) {
  std::size_t c = 0;
#ifdef TELLTALE_HAS_SHUFFLES
  typedef Scalar four __attribute__((vector_size(4 * sizeof(Scalar))));
  for (; c + 4 <= count; c += 4)
    for (std::size_t half = 0; half < 8; half += 4) {
      four a, b, d, e;
      std::memcpy(&a, row[half] + c, sizeof a);
      std::memcpy(&b, row[half + 1] + c, sizeof b);
      std::memcpy(&d, row[half + 2] + c, sizeof d);
      std::memcpy(&e, row[half + 3] + c, sizeof e);
      const four low_ab = __builtin_shufflevector(a, b, 0, 4, 1, 5),
                 high_ab = __builtin_shufflevector(a, b, 2, 6, 3, 7);
      const four low_de = __builtin_shufflevector(d, e, 0, 4, 1, 5),
                 high_de = __builtin_shufflevector(d, e, 2, 6, 3, 7);
      const four first = __builtin_shufflevector(low_ab, low_de, 0, 1, 4, 5);
      const four second = __builtin_shufflevector(low_ab, low_de, 2, 3, 6, 7);
      const four third = __builtin_shufflevector(high_ab, high_de, 0, 1, 4, 5);
      const four fourth = __builtin_shufflevector(high_ab, high_de, 2, 3, 6, 7);
      std::memcpy(to + 8 * c + half, &first, sizeof first);
      std::memcpy(to + 8 * (c + 1) + half, &second, sizeof second);
      std::memcpy(to + 8 * (c + 2) + half, &third, sizeof third);
      std::memcpy(to + 8 * (c + 3) + half, &fourth, sizeof fourth);
    }
#endif
  for (; c < count; ++c)
    for (std::size_t r = 0; r < 8; ++r) to[8 * c + r] = row[r][c];
}

#undef TELLTALE_HAS_SHUFFLES

}  // namespace telltale::detail
