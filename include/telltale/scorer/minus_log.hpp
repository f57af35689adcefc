// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <limits>
#include <string_view>

#include <telltale/scorer/transformed.hpp>

namespace telltale {
namespace detail {
struct minus_log_of_error {
  static constexpr std::string_view name = "minus log of ";
  static constexpr double least = std::numeric_limits<double>::lowest(), added = 1e-9;
  [[nodiscard]] static double of(double score) { return -std::log(added - score); }
};
}  // namespace detail

/// Minus the logarithm of an error: a heavy-tailed loss becomes nearly normal, as LiRA's Gaussians take it to be.
///
/// Threat model: that of the score, which is minus an error e >= 0.
/// Formula: -log(e + 1e-9): the constant keeps an error that rounds to 0 finite, and changes what is above 1e-7 by less
/// than 1 %.
/// Range: at most 20.7, larger means member; the order of subjects is the score's, so no threshold gains by it. Cost
/// and what is thrown: `transformed`'s.
template <class Score>
using minus_log = transformed<detail::minus_log_of_error, Score>;

}  // namespace telltale
