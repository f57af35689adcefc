// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/report/progress.hpp>

#include <cstddef>
#include <cstdio>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace lab {

/// Says how far a job has come: what is done, and how many of how many pieces.
using talker = std::function<void(const std::string& work, std::size_t done, std::size_t total)>;

/// One line for all jobs that are under way.
class speaker {
 public:
  explicit speaker(bool quiet) : quiet_(quiet) {}

  /// For one of them; what it says begins with `who`.
  [[nodiscard]] talker of(const std::string& who) {
    return [this, who](const std::string& work, std::size_t done, std::size_t total) {
      const std::lock_guard hold(lock_);
      const std::string what = who + ", " + work;
      if (what != what_) {
        line_.emplace(what, quiet_);
        what_ = what;
      }
      (*line_)(done, total);
    };
  }

  /// A line that stays.
  void say(const std::string& sentence) {
    const std::lock_guard hold(lock_);
    line_.reset();
    what_.clear();
    std::printf("%s\n", sentence.c_str());
    std::fflush(stdout);
  }

 private:
  bool quiet_;
  std::mutex lock_;
  std::string what_;
  std::optional<telltale::progress_line> line_;
};

}  // namespace lab
