// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <telltale/backend/legal_answers.hpp>
#include <telltale/core/concepts.hpp>
#include <telltale/core/detail/joined_text.hpp>
#include <telltale/core/error.hpp>

namespace telltale {

/// A score that is minus an error, as another function of that error. `Function` has a `name` that ends before that of
/// the score, the `least` score that it takes, and `of(score)`.
///
/// Threat model: that of `score`, with its needs, holds and width.
/// Formula: f(min(0, s)), s the score. A score up to 1e-4 above 0 is an error of 0: stored probabilities sum to 1
/// within 1e-4 only.
/// Range: that of the function for scores from `least` to 0.
/// Cost: the score's, one call of the function a number.
/// Throws argument_error for a score above 1e-4 or below the least, and what the score throws.
/// Reference: none, a way to put parts together.
template <class Function, class Score>
struct transformed {
  static constexpr std::string_view name = detail::joined_text<Function::name, Score::name>::value;
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
      if (!(out[i] <= detail::probability_slack)) refuse(i, out[i], "wanted minus an error, at most 0");
      if (out[i] < Function::least) refuse(i, out[i], "wanted " + std::to_string(Function::least) + " or more");
      out[i] = Function::of(std::min(0.0, out[i]));
    }
  }

 private:
  [[noreturn, gnu::cold]] static void refuse(std::size_t element, double got, const std::string& wanted) {
    detail::refuse(name, "score", "element " + std::to_string(element) + " is " + std::to_string(got) + "; " + wanted);
  }
};

}  // namespace telltale
