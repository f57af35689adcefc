// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <telltale/backend/legal_answers.hpp>
#include <telltale/core/concepts.hpp>
#include <telltale/core/detail/joined_text.hpp>
#include <telltale/core/error.hpp>

namespace telltale {
namespace detail {
inline constexpr std::string_view likelihood_prefix = "likelihood by ";
}  // namespace detail

/// e to the power of a score that is minus a loss: a likelihood, as RMIA compares them.
///
/// Threat model: that of the score. Formula: e^s; of the mean loss of an image's pixels it is the geometric mean of
/// their true classes' probabilities. Range: (0, 1]. Cost: the score's, one exp a number. A score up to 1e-4 above 0 is
/// a likelihood of 1: stored probabilities sum to 1 within 1e-4 only. Throws argument_error for a score above that or
/// below -700, and what the score throws.
template <class Score>
struct likelihood {
  static constexpr std::string_view name = detail::joined_text<detail::likelihood_prefix, Score::name>::value;
  static constexpr auto needs = Score::needs;
  static constexpr auto holds = detail::holds_of<Score>;

  [[no_unique_address]] Score score{};

  template <class Batch>
    requires Scorer<Score, Batch>
  [[nodiscard]] std::size_t width(const Batch& batch) const {
    return detail::width_of(score, batch);
  }

  template <class Batch>
    requires Scorer<Score, Batch>
  void operator()(const Batch& batch, std::span<double> out) const {
    score(batch, out);
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (!(out[i] <= detail::probability_slack && out[i] >= -700))
        detail::refuse("likelihood", "score",
                       "element " + std::to_string(i) + " is " + std::to_string(out[i]) + "; wanted -700 to 0");
      out[i] = std::exp(std::min(0.0, out[i]));
    }
  }
};

}  // namespace telltale
