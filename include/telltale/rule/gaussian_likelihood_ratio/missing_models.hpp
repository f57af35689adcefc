// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace telltale {

/// What happens to a record that no model saw, or that every model saw, where that hypothesis is modelled.
///
/// A policy says `fills`; if true, such a record gets as centre, and where spreads are its own as spread, what the
/// policy makes of the mean of those of all other records, query by query, and is counted: `fitted.filled()`.
/// `least(own)` is how many models a record must have under a hypothesis.
namespace missing_models {

/// Refused by name; a spread of its own takes two models.
struct refused {
  static constexpr std::string_view name = "refused";
  static constexpr bool fills = false;

  [[nodiscard]] static constexpr std::size_t least(bool own) noexcept { return own ? 2 : 1; }
};

/// The mean centre and the mean spread of the other records: what TensorFlow Privacy does. A single model gives a
/// spread of zero.
struct column_mean {
  static constexpr std::string_view name = "column mean";
  static constexpr bool fills = true;

  [[nodiscard]] static constexpr std::size_t least(bool) noexcept { return 0; }
  [[nodiscard]] constexpr double operator()(double mean) const noexcept { return mean; }
};

/// Centre 0 and spread 0, whatever the scores are: what SACRO-ML does. With a tiny spread floor the evidence of such a
/// record is enormous and means nothing.
struct zero {
  static constexpr std::string_view name = "zero";
  static constexpr bool fills = true;

  [[nodiscard]] static constexpr std::size_t least(bool) noexcept { return 0; }
  [[nodiscard]] constexpr double operator()(double) const noexcept { return 0; }
};

}  // namespace missing_models
}  // namespace telltale
