// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <string_view>

namespace telltale {

/// A policy of class balance.
///
/// Required: `name`; `weighs`, whether members and non-members have half of the loss each; and `resamples`, whether an
/// epoch shows as many of one as of the other.
template <class Policy>
concept ClassBalance = requires {
  { Policy::name } -> std::convertible_to<std::string_view>;
  { Policy::weighs } -> std::convertible_to<bool>;
  { Policy::resamples } -> std::convertible_to<bool>;
};

/// What prior of membership a learned classifier assumes, and so where its cut lies: log-odds 0 is "likelier member
/// than not" at that prior.
namespace balance {

/// The share of members among the labelled records.
struct none {
  static constexpr std::string_view name = "none";
  static constexpr bool weighs = false, resamples = false;
};

/// One half: the records of the rarer kind weigh more in the loss, by n / (2 n_kind).
struct weights {
  static constexpr std::string_view name = "weights";
  static constexpr bool weighs = true, resamples = false;
};

/// One half: in every epoch the records of the rarer kind are shown repeatedly, all of them equally often up to one
/// further time for some that are drawn anew, until there are as many as of the other kind.
struct sampling {
  static constexpr std::string_view name = "sampling";
  static constexpr bool weighs = false, resamples = true;
};

}  // namespace balance
}  // namespace telltale
