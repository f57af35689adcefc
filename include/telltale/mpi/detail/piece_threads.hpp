// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <telltale/mpi/packing.hpp>
#include <telltale/mpi/together.hpp>

namespace telltale::mpi::detail {

/// What became of a piece: the bytes of what it made, or why it failed.
struct outcome {
  std::size_t piece = 0;
  bool failed = false;
  std::string reason;
  std::vector<std::byte> made;

  [[nodiscard]] std::vector<std::byte> packed() const {
    packer pack;
    pack(piece);
    pack(failed);
    pack(reason);
    pack(made);
    return std::move(pack).take();
  }
  [[nodiscard]] static outcome unpacked(const std::vector<std::byte>& bytes) {
    outcome one;
    unpacker unpack(bytes);
    unpack(one.piece);
    unpack(one.failed);
    unpack(one.reason);
    unpack(one.made);
    return one;
  }
};

/// Threads of one rank that make pieces while the rank's own thread keeps in touch with the others.
class piece_threads {
 public:
  using maker = std::function<std::vector<std::byte>(std::size_t)>;

  piece_threads(std::size_t threads, maker make) : make_(std::move(make)) {
    try {
      for (std::size_t t = 0; t < threads; ++t) threads_.emplace_back([this] { work(); });
    } catch (...) {
      close();
      throw;
    }
  }
  piece_threads(const piece_threads&) = delete;
  piece_threads& operator=(const piece_threads&) = delete;
  /// Ends when the pieces under way have ended.
  ~piece_threads() { close(); }

  void give(std::size_t piece) {
    const std::lock_guard hold(guard_);
    pieces_.push_back(piece);
    to_do_.notify_one();
  }

  /// An outcome that was not collected yet; waits for one no longer than `most`.
  [[nodiscard]] std::optional<outcome> collect(std::chrono::microseconds most = {}) {
    std::unique_lock hold(guard_);
    if (!made_.wait_for(hold, most, [&] { return !outcomes_.empty(); })) return std::nullopt;
    outcome one = std::move(outcomes_.front());
    outcomes_.pop_front();
    return one;
  }

 private:
  void work() {
    for (;;) {
      outcome one;
      {
        std::unique_lock hold(guard_);
        to_do_.wait(hold, [&] { return closed_ || !pieces_.empty(); });
        if (closed_) return;
        one.piece = pieces_.front();
        pieces_.pop_front();
      }
      try {
        one.made = make_(one.piece);
      } catch (...) {
        one.failed = true;
        one.reason = message_in_flight();
      }
      const std::lock_guard hold(guard_);
      outcomes_.push_back(std::move(one));
      made_.notify_one();
    }
  }

  void close() {
    {
      const std::lock_guard hold(guard_);
      closed_ = true;
    }
    to_do_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  maker make_;
  std::mutex guard_;
  std::condition_variable to_do_, made_;
  std::deque<std::size_t> pieces_;
  std::deque<outcome> outcomes_;
  bool closed_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace telltale::mpi::detail
