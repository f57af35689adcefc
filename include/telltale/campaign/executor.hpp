// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace telltale {

/// Spreads independent pieces of work over threads of this process, in ascending order as threads become free.
///
/// When a piece throws, no further one is begun, those under way end, and the first exception is passed on.
struct in_this_process {
  unsigned threads = 1;  ///< 0 for as many as the machine runs at once

  template <class Work>
  void for_each(std::size_t pieces, const Work& work) const {
    std::atomic<std::size_t> next{0};
    std::mutex guard;
    std::exception_ptr failure;
    const auto run = [&] {
      for (std::size_t piece = next++; piece < pieces; piece = next++) {
        try {
          work(piece);
        } catch (...) {
          const std::lock_guard hold(guard);
          if (!failure) failure = std::current_exception();
          next = pieces;
        }
      }
    };
    const std::size_t wanted = threads != 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::thread> others;
    const auto join = [&] {
      for (std::thread& other : others) other.join();
    };
    try {
      for (std::size_t t = 1; t < std::min(wanted, pieces); ++t) others.emplace_back(run);
    } catch (...) {
      next = pieces;
      join();
      throw;
    }
    run();
    join();
    if (failure) std::rethrow_exception(failure);
  }
};

}  // namespace telltale
