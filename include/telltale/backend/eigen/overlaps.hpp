// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

#include <telltale/backend/eigen/posteriors.hpp>
#include <telltale/backend/eigen/rank.hpp>

namespace telltale::detail {

/// Primitives that add up, class by class, what a block of pixels gives to each class and how much of it is right.
/// `truth` has one label a row, below 0 where the row does not count.
template <class Scalar>
struct overlap_primitives {
  using block = tile<Scalar>;

  /// predicted[c] += the probabilities of class c; covered[y] += those of the true class. Leaves probabilities in the
  /// block.
  static void add_posteriors(block& z, std::span<const int> truth, std::span<double> covered,
                             std::span<double> predicted) {
    using P = pack<Scalar>;
    to_probabilities(z);
    Scalar counts[block::most_rows + block::lanes] = {};  // rows of padding do not count
    for (std::size_t i = 0; i < z.rows(); ++i) {
      if (truth[i] < 0) continue;
      counts[i] = 1;
      const auto y = static_cast<std::size_t>(truth[i]);
      covered[y] += static_cast<double>(z.at(i, y));
    }
    for (std::size_t c = 0; c < z.classes(); ++c) {
      sums<Scalar> sum;
      for (std::size_t g = 0; g < z.groups(); ++g)
        sum.add(P::load(z.group(g) + c * P::lanes) * P::load(counts + g * P::lanes));
      double lanes[P::lanes];
      sum.store(lanes);
      for (const double each : lanes) predicted[c] += each;
    }
  }

  /// The same of predicted labels: 1 for the class that is predicted, 0 for the others.
  static void add_predicted(const block& z, std::span<const int> truth, std::span<double> covered,
                            std::span<double> predicted) {
    int labels[block::most_rows];
    rank_primitives<Scalar>::predict(z, labels);
    add_labels(std::span<const int>(labels).first(z.rows()), truth, covered, predicted);
  }
  static void add_predicted(const label_tile& z, std::span<const int> truth, std::span<double> covered,
                            std::span<double> predicted) {
    add_labels(z.labels(), truth, covered, predicted);
  }

 private:
  static void add_labels(std::span<const int> labels, std::span<const int> truth, std::span<double> covered,
                         std::span<double> predicted) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (truth[i] < 0) continue;
      predicted[static_cast<std::size_t>(labels[i])] += 1;
      covered[static_cast<std::size_t>(truth[i])] += labels[i] == truth[i];
    }
  }
};

}  // namespace telltale::detail
