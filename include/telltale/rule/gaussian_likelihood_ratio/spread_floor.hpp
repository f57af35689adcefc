// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <string_view>

#include <telltale/core/error.hpp>

namespace telltale {

/// What happens to a spread that is zero or tiny. Each record that a floor touches is counted: `fitted.floored()`.
///
/// A policy maps a spread to the spread that is used; `typical` is the root mean square spread of all records of that
/// hypothesis and query, taken only if the policy says `needs_typical`. A spread that is still zero is refused. Its
/// `value` is the floor's size, at least 0 and finite, about which `check()` throws argument_error.
namespace spread_floor {

/// No floor: a record whose scores are all equal is refused by name.
struct none {
  static constexpr std::string_view name = "none";
  static constexpr bool needs_typical = false;

  void check() const noexcept {}
  [[nodiscard]] double operator()(double spread, double) const noexcept { return spread; }
};

/// Adds a value to every spread. With the usual 1e-30 only spreads below 1e-14 change at all, and a spread of zero
/// yields evidence of the order of 1e53 that alone decides the low-FPR end of a ROC.
struct add {
  static constexpr std::string_view name = "add";
  static constexpr bool needs_typical = false;
  double value;

  void check() const {
    if (!(value >= 0 && std::isfinite(value))) detail::refuse("spread_floor::add", "value", "wanted a number >= 0");
  }
  [[nodiscard]] double operator()(double spread, double) const noexcept { return spread + value; }
};

/// Raises every spread to at least a value, in the unit of the scores.
struct at_least {
  static constexpr std::string_view name = "at least";
  static constexpr bool needs_typical = false;
  double value;

  void check() const {
    if (!(value >= 0 && std::isfinite(value)))
      detail::refuse("spread_floor::at_least", "value", "wanted a number >= 0");
  }
  [[nodiscard]] double operator()(double spread, double) const noexcept { return std::max(spread, value); }
};

/// Raises every spread to at least a share of the typical one, so that the floor has no unit.
struct relative {
  static constexpr std::string_view name = "relative";
  static constexpr bool needs_typical = true;
  double value;

  void check() const {
    if (!(value >= 0 && std::isfinite(value))) detail::refuse("spread_floor::relative", "value", "wanted a share >= 0");
  }
  [[nodiscard]] double operator()(double spread, double typical) const noexcept {
    return std::max(spread, value * typical);
  }
};

}  // namespace spread_floor
}  // namespace telltale
