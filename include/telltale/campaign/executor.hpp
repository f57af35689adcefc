// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <telltale/core/detail/parallel.hpp>

namespace telltale {

/// Spreads independent pieces of work over threads of this process, in ascending order as threads become free.
///
/// When a piece throws, no further one is begun, those under way end, and the exception of the lowest failing
/// piece is passed on.
struct in_this_process {
  unsigned threads = 1;  ///< 0 for as many as the machine runs at once

  template <class Work>
  void for_each(std::size_t pieces, const Work& work) const {
    detail::in_parallel(pieces, threads, [&work] { return [&work](std::size_t piece) { work(piece); }; });
  }
};

}  // namespace telltale
