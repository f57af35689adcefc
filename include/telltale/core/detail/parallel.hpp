// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace telltale::detail {

/// Runs tasks 0 ... tasks - 1 on `threads` threads (0: one per core), each thread with a worker of its own made by
/// `make()`. Tasks are handed out in order and none is handed out after a failure, so that the exception which leaves
/// is that of the lowest failing task, whatever the number of threads.
// Not a template: the machinery of threads would be compiled again for every rule.
inline void in_parallel(std::size_t tasks, std::size_t threads,
                        const std::function<std::function<void(std::size_t)>()>& make) {
  if (threads == 0) threads = std::max<std::size_t>(1, std::thread::hardware_concurrency());
  threads = std::min(threads, tasks);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::mutex guard;
  std::size_t failed_task = tasks + 1;
  std::exception_ptr failure;
  const auto work = [&] {
    std::size_t task = tasks;  // a worker that cannot be made fails after all tasks
    try {
      const std::function<void(std::size_t)> worker = make();
      while (!failed && (task = next++) < tasks) worker(task);
    } catch (...) {
      failed = true;
      const std::lock_guard lock(guard);
      if (task < failed_task) {
        failed_task = task;
        failure = std::current_exception();
      }
    }
  };
  std::vector<std::thread> helpers;
  const auto join = [&] {
    for (std::thread& helper : helpers) helper.join();
  };
  try {
    for (std::size_t t = 1; t < threads; ++t) helpers.emplace_back(work);
  } catch (...) {
    failed = true;
    join();
    throw;
  }
  if (tasks > 0) work();
  join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace telltale::detail
