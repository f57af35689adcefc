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
    in_this_process{threads}.for_each(times.size(), [&](std::size_t piece) { ++times[piece]; });
    for (const auto& count : times) CHECK(count == 1);
  }
  in_this_process{3}.for_each(0, [](std::size_t) { FAIL("there is no piece"); });
}

TEST_CASE("an exception ends the work and is passed on") {
  for (const unsigned threads : {1U, 4U}) {
    std::atomic<int> begun{0};
    const auto work = [&](std::size_t piece) {
      ++begun;
      if (piece == 3) throw std::runtime_error("piece 3");
    };
    CHECK_THROWS_WITH_AS(in_this_process{threads}.for_each(1000000, work), "piece 3", std::runtime_error);
    CHECK(begun < 1000000);
  }
}
