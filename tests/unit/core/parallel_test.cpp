// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/core/detail/parallel.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using telltale::detail::in_parallel;

TEST_CASE("every task is done once, by at most as many workers as there are threads and tasks") {
  for (const std::size_t threads : {0u, 1u, 2u, 7u})
    for (const std::size_t tasks : {0u, 1u, 3u, 500u}) {
      std::vector<std::atomic<int>> times(tasks);
      std::atomic<std::size_t> workers{0};
      in_parallel(tasks, threads, [&] {
        ++workers;
        return [&](std::size_t task) { ++times[task]; };
      });
      for (const auto& n : times) CHECK(n == 1);
      CHECK(workers <= tasks);
      if (threads != 0) CHECK(workers <= threads);
      CHECK((workers > 0) == (tasks > 0));
    }
}

TEST_CASE("the exception of the lowest failing task leaves, and a worker that cannot be made is reported") {
  for (const std::size_t threads : {1u, 2u, 7u}) {
    const auto make = [] {
      return [](std::size_t task) {
        if (task % 10 == 9) throw std::runtime_error("task " + std::to_string(task));
      };
    };
    CHECK_THROWS_WITH_AS(in_parallel(1000, threads, make), "task 9", std::runtime_error);
    const auto none = []() -> std::function<void(std::size_t)> { throw std::logic_error("no worker"); };
    CHECK_THROWS_WITH_AS(in_parallel(5, threads, none), "no worker", std::logic_error);
  }
}
