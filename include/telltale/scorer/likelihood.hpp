// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <string_view>

#include <telltale/scorer/transformed.hpp>

namespace telltale {
namespace detail {
struct likelihood_by_score {
  static constexpr std::string_view name = "likelihood by ";
  static constexpr double least = -700;
  [[nodiscard]] static double of(double score) { return std::exp(score); }
};
}  // namespace detail

/// e to the power of a score that is minus a loss: a likelihood, as RMIA compares them.
///
/// Threat model: that of the score.
/// Formula: e^s; of the mean loss of an image's pixels it is the geometric mean of their true classes' probabilities.
/// Range: (0, 1], of scores down to -700. Cost and what is thrown: `transformed`'s.
template <class Score>
using likelihood = transformed<detail::likelihood_by_score, Score>;

}  // namespace telltale
