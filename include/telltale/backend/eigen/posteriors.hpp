// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include <telltale/backend/eigen/normaliser.hpp>
#include <telltale/backend/eigen/softmax_kernels.hpp>

namespace telltale::detail {

/// Turns a block into probabilities in the precision of the storage, the sum in double.
template <class Scalar>
void to_probabilities(tile<Scalar>& z) {
  if (z.form() == stored_as::probabilities) return;
  run_kernel<Scalar, softmax_in_place>(z.group(0), z.groups(), z.classes());
  z.now_stores(stored_as::probabilities);
}

/// Primitives that write a row of probabilities for each row of a block: what learned rules judge.
template <class Scalar>
struct posterior_primitives {
  using block = tile<Scalar>;

  /// The probabilities of all classes, row by row.
  static void posteriors(const block& z, std::span<double> out) {
    const column total = normaliser_primitives<Scalar>::logsumexp(z);
    for (std::size_t i = 0; i < z.rows(); ++i)
      for (std::size_t c = 0; c < z.classes(); ++c) out[i * z.classes() + c] = probability(z, z.at(i, c), total[i]);
  }

  /// The `most` largest probabilities of each row in descending order.
  static void largest_posteriors(const block& z, std::size_t most, std::span<double> out) {
    const column total = normaliser_primitives<Scalar>::logsumexp(z);
    std::vector<Scalar> scores(z.classes());
    const auto last = scores.begin() + static_cast<std::ptrdiff_t>(most);
    for (std::size_t i = 0; i < z.rows(); ++i) {
      for (std::size_t c = 0; c < scores.size(); ++c) scores[c] = z.at(i, c);
      std::partial_sort(scores.begin(), last, scores.end(), std::greater<>());
      for (std::size_t k = 0; k < most; ++k) out[i * most + k] = probability(z, scores[k], total[i]);
    }
  }

 private:
  [[nodiscard]] static double probability(const block& z, Scalar score, double total) {
    const auto stored = static_cast<double>(score);
    return z.form() == stored_as::probabilities ? stored : std::exp(stored - total);
  }
};

}  // namespace telltale::detail
