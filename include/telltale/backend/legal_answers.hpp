// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include <telltale/backend/tile.hpp>
#include <telltale/core/error.hpp>

namespace telltale::detail {

/// How far from 1 a row of probabilities may sum.
inline constexpr double probability_slack = 1e-4;

[[noreturn, gnu::cold]] inline void refuse_row(std::string_view observation, std::size_t row,
                                               const std::string& reason) {
  refuse(observation, "answers", "row " + std::to_string(row) + " " + reason);
}

template <class Scalar>
void check_logits(std::string_view observation, const tile<Scalar>& z) {
  if (z.surely_finite()) return;
  for (std::size_t i = 0; i < z.rows(); ++i)
    for (std::size_t c = 0; c < z.classes(); ++c)
      if (!std::isfinite(z.at(i, c)))
        refuse_row(observation, z.first() + i,
                   "has a logit of " + std::to_string(z.at(i, c)) + " for class " + std::to_string(c) +
                       "; logits must be finite");
}

// Minus infinity is a legal log-probability. NaN reaches the sum; too large a value makes it too large.
template <class Scalar>
void check_probabilities(std::string_view observation, const tile<Scalar>& z) {
  using P = pack<Scalar>;
  const bool logarithms = z.form() == stored_as::log_probabilities;
  for (std::size_t g = 0; g < z.groups(); ++g) {
    const Scalar* const group = z.group(g);
    sums<Scalar> sum;
    P negated_least = P::all(-std::numeric_limits<Scalar>::infinity());
    for (std::size_t c = 0; c < z.classes(); ++c) {
      const P x = P::load(group + c * P::lanes);
      if (logarithms) {
        const P excess = max(x, P::all(0));  // e^x > 1 for any x > 0: 2 x is as illegal, and cannot overflow
        const P nan_or_zero = max(P::all(-1), x) * P::all(0);  // the comparison with NaN is false and gives x
        sum.add(exp_nonpositive(x - excess) + excess + nan_or_zero);
      } else {
        sum.add(x);
        negated_least = max(negated_least, P::all(0) - x);
      }
    }
    double total[P::lanes];
    Scalar least[P::lanes];
    sum.store(total);
    negated_least.store(least);
    for (std::size_t lane = 0; lane < P::lanes; ++lane) {
      if (least[lane] <= 0 && std::abs(total[lane] - 1) <= probability_slack) continue;
      const std::size_t row = z.first() + std::min(g * P::lanes + lane, z.rows() - 1);
      refuse_row(observation, row,
                 (least[lane] > 0 ? "has a negative probability" : "sums to " + std::to_string(total[lane])) +
                     std::string("; wanted probabilities in [0, 1] that sum to 1 within 1e-4 (logits are another "
                                 "form)"));
    }
  }
}

/// Refuses a block that holds what no classifier answers: a logit that is not finite, probabilities that are negative
/// or do not sum to 1 within 1e-4, naming the row.
template <class Scalar>
void check_answers(std::string_view observation, const tile<Scalar>& z) {
  if (z.form() == stored_as::logits)
    check_logits(observation, z);
  else
    check_probabilities(observation, z);
}

}  // namespace telltale::detail
