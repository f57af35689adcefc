// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>

#include <telltale/core/detail/parallel.hpp>

namespace telltale {

namespace req {
template <class Spread>
concept hands_over_what_each_piece_makes =
    requires(const Spread& spread, std::size_t pieces, int (*make)(std::size_t), void (*take)(std::size_t, int&&)) {
      spread.for_each(pieces, make, take);
      { spread.takes_here() } -> std::convertible_to<bool>;
    };
}  // namespace req

/// Spreads independent pieces of work, 0 ... pieces - 1: `for_each(pieces, make, take)` calls `make(piece)` wherever
/// there is room and hands what it returns to `take(piece, made)` as soon as it is there, in any order.
///
/// `make` and `take` may be called by several threads at once. Where the pieces are spread over processes `take` is
/// called in one of them: `takes_here()` says whether in this one. When a piece throws, no further one is begun, those
/// under way end, and for_each throws what the lowest failing piece says.
template <class Spread>
concept Executor = req::hands_over_what_each_piece_makes<Spread>;

/// Spreads pieces over threads of this process, in ascending order as threads become free. It passes on the exception
/// of the lowest failing piece as it was thrown; what a thread made it also takes.
struct in_this_process {
  unsigned threads = 1;  ///< 0 for as many as the machine runs at once

  /// Calls take(piece, make(piece)) for every piece below `pieces`. Throws what the lowest failing piece throws.
  template <class Make, class Take>
  void for_each(std::size_t pieces, const Make& make, const Take& take) const {
    detail::in_parallel(pieces, threads, [&] { return [&](std::size_t piece) { take(piece, make(piece)); }; });
  }

  /// True: there is no other process.
  [[nodiscard]] static constexpr bool takes_here() noexcept { return true; }
};

}  // namespace telltale
