// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

#include <telltale/backend/eigen/kernels.hpp>
#include <telltale/backend/eigen/softmax_kernels.hpp>

namespace telltale::detail {

/// Primitives about what a row sums to.
template <class Scalar>
struct normaliser_primitives {
  using block = tile<Scalar>;
  using labels = std::span<const int>;

  /// z_y: the score of the true class, log p_y when probabilities are stored.
  [[nodiscard]] static column gather(const block& z, labels y) {
    return as_logarithm(z, pick(z, [&](std::size_t i) { return std::size_t(y[i]); }));
  }

  /// log sum_c e^(z_c); exactly 0 when probabilities or their logarithms are stored.
  [[nodiscard]] static column logsumexp(const block& z) {
    return z.form() == stored_as::logits ? log_of_sum(z) : column(z.rows(), 0);
  }

  /// log sum_{c != y} e^(z_c): what the target gives to all other classes together. No floor: the true class is left
  /// out of the sum, not subtracted from it.
  [[nodiscard]] static column logsumexp_except(const block& z, labels y) {
    if (z.classes() == 2) return as_logarithm(z, other_of_two(z, y));
    return without(z, y, [&] { return log_of_sum(z); });
  }

  /// log p_y, exact however close p_y is to 1: -log(1 + e^-m) of the margin m; the stored value itself on
  /// probabilities.
  [[nodiscard]] static column log_probability(const block& z, labels y) {
    if (z.form() != stored_as::logits) return gather(z, y);
    return -softplus(logsumexp_except(z, y) - gather(z, y));
  }

  /// The probability of the true class, its complement and its surprisal from the margin z_y - logsumexp_except.
  [[nodiscard]] static belief belief_of(const column& margin) { return telltale::belief_of(margin); }

 private:
  using P = pack<Scalar>;

  [[nodiscard]] static column log_of_sum(const block& z) {
    if (z.form() == stored_as::probabilities)
      return log(by_group(z, [&](const Scalar* group, double* to) {
        sums<Scalar> sum;
        for (std::size_t c = 0; c < z.classes(); ++c) sum.add(P::load(group + c * P::lanes));
        sum.store(to);
      }));
    column top(z.rows()), sum(z.rows());
    run_kernel<Scalar, sum_exponentials>(static_cast<const Scalar*>(z.group(0)), z.groups(), z.classes(), top.data(),
                                         sum.data());
    return top + log(sum);
  }
};

}  // namespace telltale::detail
