// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

#include <telltale/backend/eigen/posteriors.hpp>
#include <telltale/backend/eigen/rank.hpp>
#include <telltale/backend/label_maps.hpp>

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
    to_probabilities(z);
    Scalar counts[block::most_rows + block::lanes] = {};  // rows of padding do not count
    for_each_run(truth, [&](std::size_t first, std::size_t count) {
      if (truth[first] < 0) return;
      const auto y = static_cast<std::size_t>(truth[first]);
      double own = 0;
      for (std::size_t i = first; i < first + count; ++i) {
        counts[i] = 1;
        own += static_cast<double>(z.at(i, y));
      }
      covered[y] += own;
    });
    run_kernel<Scalar, add_weighted_columns>(static_cast<const Scalar*>(z.group(0)), z.groups(), z.classes(),
                                             static_cast<const Scalar*>(counts), predicted.data());
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
    for_each_run(truth, [&](std::size_t first, std::size_t count) {
      if (truth[first] < 0) return;
      const std::span<const int> given = labels.subspan(first, count);
      for_each_run(given, [&](std::size_t at, std::size_t equal) {
        predicted[static_cast<std::size_t>(given[at])] += static_cast<double>(equal);
        if (given[at] == truth[first]) covered[static_cast<std::size_t>(given[at])] += static_cast<double>(equal);
      });
    });
  }
};

}  // namespace telltale::detail
