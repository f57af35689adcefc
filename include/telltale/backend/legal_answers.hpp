// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>

#include <telltale/backend/tile.hpp>
#include <telltale/backend/wide_pack.hpp>
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
// What each row sums to, and minus its least entry where probabilities are stored (else -1). NaN reaches the sum.
template <bool Logarithms>
struct sum_probabilities {
  template <class Pack, class Scalar>
  [[gnu::always_inline]] static void run(const Scalar* values, std::size_t groups, std::size_t classes, double* sums,
                                         Scalar* negated_least) noexcept {
    for (std::size_t g = 0; g < groups; ++g, values += classes * Pack::lanes) {
      typename sums_of<Pack>::type sum;
      Pack least = Pack::all(-1);
      // A few terms in the precision of the storage before they go to double: what is asked is whether they sum to 1
      // within 1e-4.
      constexpr std::size_t few = 16;
      for (std::size_t first = 0; first < classes; first += few) {
        Pack part = Pack::all(0);
        for (std::size_t c = first; c < std::min(classes, first + few); ++c) {
          const Pack x = Pack::load(values + c * Pack::lanes);
          if constexpr (Logarithms) {
            const Pack excess = max(x, Pack::all(0));  // e^x > 1 for any x > 0: 2 x is as illegal, and cannot overflow
            const Pack nan_or_zero = max(Pack::all(-1), x) * Pack::all(0);  // comparing with NaN is false and gives x
            part = part + exp_nonpositive(x - excess) + excess + nan_or_zero;
          } else {
            part = part + x;
            least = max(least, Pack::all(0) - x);
          }
        }
        sum.add(part);
      }
      sum.store(sums + g * Pack::lanes);
      least.store(negated_least + g * Pack::lanes);
    }
  }
};

// Minus infinity is a legal log-probability. Too large a value makes the sum too large.
template <class Scalar>
void check_probabilities(std::string_view observation, const tile<Scalar>& z) {
  constexpr std::size_t most = tile<Scalar>::most_rows;
  double sums[most];
  Scalar negated_least[most];
  const auto run = [&](auto kernel) {
    run_kernel<Scalar, decltype(kernel)>(static_cast<const Scalar*>(z.group(0)), z.groups(), z.classes(),
                                         static_cast<double*>(sums), static_cast<Scalar*>(negated_least));
  };
  if (z.form() == stored_as::log_probabilities)
    run(sum_probabilities<true>{});
  else
    run(sum_probabilities<false>{});
  for (std::size_t i = 0; i < z.rows(); ++i)
    if (!(negated_least[i] <= 0 && std::abs(sums[i] - 1) <= probability_slack))
      refuse_row(observation, z.first() + i,
                 (negated_least[i] > 0 ? "has a negative probability" : "sums to " + std::to_string(sums[i])) +
                     std::string("; wanted probabilities in [0, 1] that sum to 1 within 1e-4 (logits are another "
                                 "form)"));
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
