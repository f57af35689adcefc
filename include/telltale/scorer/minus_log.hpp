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
inline constexpr std::string_view minus_log_prefix = "minus log of ";
}  // namespace detail

/// Minus the logarithm of an error: a heavy-tailed loss becomes nearly normal, as LiRA's Gaussians take it to be.
///
/// Threat model: that of the score, which is minus an error e >= 0. Formula: -log(e + 1e-9): the constant keeps an
/// error that rounds to 0 finite, and changes what is above 1e-7 by less than 1 %. Range: at most 20.7, larger means
/// member; the order of subjects is the score's, so no threshold gains by it. Cost: the score's, one log a number.
/// A score up to 1e-4 above 0 is an error of 0: stored probabilities sum to 1 within 1e-4 only.
/// Throws argument_error for a score above that, and what the score throws.
template <class Score>
struct minus_log {
  static constexpr std::string_view name = detail::joined_text<detail::minus_log_prefix, Score::name>::value;
  static constexpr auto needs = Score::needs;
  static constexpr auto holds = detail::holds_of<Score>;
  static constexpr double added = 1e-9;

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
      if (!(out[i] <= detail::probability_slack))
        detail::refuse(
            "minus_log", "score",
            "element " + std::to_string(i) + " is " + std::to_string(out[i]) + "; wanted minus an error, at most 0");
      out[i] = -std::log(added + std::max(0.0, -out[i]));
    }
  }
};

}  // namespace telltale
