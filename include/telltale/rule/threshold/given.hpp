// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/shadow_layout.hpp>

namespace telltale {

/// Where the threshold of a score comes from.
namespace where {

/// The signal as it is, and a cut that the user gives; without one it ranks only (LiRA's "global threshold").
struct given {
  static constexpr std::string_view name = "threshold, given";
  static constexpr knowledge needs = knowledge::nothing;

  double value = ranking_only;  ///< the cut, in the unit of the signal

  /// Throws `argument_error` if the signal has several values a subject, or one that is not finite.
  void operator()(const signals& signal, std::span<double> evidence) const {
    detail::check_one_value("threshold", "signal", signal);
    detail::check_size("threshold", "evidence", evidence.size(), signal.values.size());
    std::copy(signal.values.begin(), signal.values.end(), evidence.begin());
  }

  [[nodiscard]] constexpr double cut() const noexcept { return value; }
};

}  // namespace where
}  // namespace telltale
