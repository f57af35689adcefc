// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <iostream>
#include <ostream>
#include <string>
#include <utility>

namespace telltale {
namespace detail {

inline std::string clock_text(double seconds) {
  const auto whole = std::llround(seconds);
  const auto two = [](long long n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  const std::string end = two(whole / 60 % 60) + ":" + two(whole % 60);
  return whole < 3600 ? end : std::to_string(whole / 3600) + ":" + end;
}

}  // namespace detail

/// "training models: 12 of 64, 3.1 a second, 00:17 left". Rate and remaining time come from what was done since `begun`
/// pieces were, `seconds` ago, and are absent while nothing was.
[[nodiscard]] inline std::string progress_text(const std::string& what, std::size_t done, std::size_t total,
                                               std::size_t begun, double seconds) {
  std::string text = what + ": " + std::to_string(done) + " of " + std::to_string(total);
  if (done <= begun || seconds <= 0) return text;
  const double rate = static_cast<double>(done - begun) / seconds;
  // Slow work is easier to read as seconds a piece than as pieces a second.
  const bool fast = rate >= 1;
  const auto tenths = std::llround((fast ? rate : 1 / rate) * 10);
  text += ", " + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + (fast ? " a second" : " s each");
  if (done < total) text += ", " + detail::clock_text(static_cast<double>(total - done) / rate) + " left";
  return text;
}

/// One line on a terminal that says how far work has come and how long it will take; a progress callback.
///
/// Writes to stderr, and only where that is a terminal and `quiet` is not asked for: logs and pipes stay clean. Redrawn
/// ten times a second at most, and erased when this object goes. Hand it on by reference (`std::ref`).
class progress_line {
 public:
  /// Draws on stderr; `what` is the line's beginning: "training models".
  explicit progress_line(std::string what, bool quiet = false)
      : progress_line(std::move(what), std::cerr, !quiet && ::isatty(STDERR_FILENO) == 1) {}

  /// For other streams, whose owner knows whether they are shown.
  progress_line(std::string what, std::ostream& out, bool shown) : what_(std::move(what)), out_(&out), shown_(shown) {}

  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;
  /// Erases the line.
  ~progress_line() {
    if (drawn_) *out_ << "\r\033[K" << std::flush;
  }

  /// Redraws the line: `done` of `total` pieces are finished.
  void operator()(std::size_t done, std::size_t total) {
    if (!shown_) return;
    const clock::time_point now = clock::now();
    if (!drawn_) {
      begun_ = done;
      start_ = now;
    } else if (done < total && now - last_ < std::chrono::milliseconds(100)) {
      return;
    }
    last_ = now;
    drawn_ = true;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    *out_ << "\r\033[K" << progress_text(what_, done, total, begun_, seconds) << std::flush;
  }

 private:
  using clock = std::chrono::steady_clock;

  std::string what_;
  std::ostream* out_;
  bool shown_, drawn_ = false;
  std::size_t begun_ = 0;
  clock::time_point start_{}, last_{};
};

}  // namespace telltale
