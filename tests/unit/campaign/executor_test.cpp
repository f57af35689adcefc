// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cstddef>
#include <stdexcept>
#include <vector>

#include <telltale/campaign/executor.hpp>

#include <doctest/doctest.h>

using telltale::in_this_process;

TEST_CASE("every piece is worked on once whatever the number of threads") {
  for (const unsigned threads : {1U, 2U, 7U, 0U}) {
    std::vector<std::atomic<int>> times(100);
    in_this_process{threads}.for_each(
        times.size(), [](std::size_t piece) { return piece; },
        [&](std::size_t piece, std::size_t made) { times[piece] += made == piece ? 1 : 100; });
    for (const auto& count : times) CHECK(count == 1);
  }
  const auto none = [](std::size_t) -> int { throw std::logic_error("there is no piece"); };
  in_this_process{3}.for_each(0, none, [](std::size_t, int) {});
}

TEST_CASE("an exception ends the work and is passed on") {
  for (const unsigned threads : {1U, 4U}) {
    std::atomic<int> begun{0};
    const auto make = [&](std::size_t piece) {
      ++begun;
      if (piece == 3) throw std::runtime_error("piece 3");
      return piece;
    };
    const auto drop = [](std::size_t, std::size_t) {};
    CHECK_THROWS_WITH_AS(in_this_process{threads}.for_each(1000000, make, drop), "piece 3", std::runtime_error);
    CHECK(begun < 1000000);
    const auto refuse = [](std::size_t piece, int) {
      if (piece == 5) throw std::runtime_error("no place for piece 5");
    };
    CHECK_THROWS_WITH_AS(in_this_process{threads}.for_each(
                             1000000, [](std::size_t) { return 1; }, refuse),
                         "no place for piece 5", std::runtime_error);
  }
}
