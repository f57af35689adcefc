// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace telltale::detail {

/// Values sorted once, to be asked many times how many of them lie below another value.
///
/// Cost: O(Z log Z) to build, O(log Z) a question. Nothing is copied after the move.
class sorted_values {
 public:
  sorted_values() = default;
  explicit sorted_values(std::vector<double> values) : sorted_(std::move(values)) {
    std::sort(sorted_.begin(), sorted_.end());
  }

  [[nodiscard]] std::size_t size() const noexcept { return sorted_.size(); }

  /// shares[i] = the share of the values v for which `before(v, asked[i])`, a comparison that is true up to some place
  /// of the sorted values and false from there on: std::less (strictly below) or std::less_equal (at most).
  template <class Before>
  void shares(std::span<const double> asked, std::span<double> shares, Before before) const {
    const double total = static_cast<double>(size());
    std::size_t i = 0;
    for (; i + lanes <= asked.size(); i += lanes) {
      const std::array<std::size_t, lanes> counts = count(asked.data() + i, before);
      for (std::size_t lane = 0; lane < lanes; ++lane) shares[i + lane] = static_cast<double>(counts[lane]) / total;
    }
    if (i == asked.size()) return;
    std::array<double, lanes> rest{};
    for (std::size_t lane = 0; i + lane < asked.size(); ++lane) rest[lane] = asked[i + lane];
    const std::array<std::size_t, lanes> counts = count(rest.data(), before);
    for (std::size_t lane = 0; i + lane < asked.size(); ++lane)
      shares[i + lane] = static_cast<double>(counts[lane]) / total;
  }

 private:
  // Searches without branches, several abreast: each step of one search waits for memory, those of its neighbours do
  // not wait for it.
  static constexpr std::size_t lanes = 8;

  template <class Before>
  [[nodiscard]] std::array<std::size_t, lanes> count(const double* asked, Before before) const {
    std::array<std::size_t, lanes> below{};
    const double* const values = sorted_.data();
    for (std::size_t left = sorted_.size(); left > 0;) {
      const std::size_t half = (left + 1) / 2;
      for (std::size_t lane = 0; lane < lanes; ++lane)
        below[lane] += static_cast<std::size_t>(before(values[below[lane] + half - 1], asked[lane])) * half;
      left -= half;
    }
    return below;
  }

  std::vector<double> sorted_;
};

}  // namespace telltale::detail
