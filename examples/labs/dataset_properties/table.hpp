// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace lab {

/// Records as a head sees them.
///
/// Every column has mean 0 and standard deviation 1 over these records, then one factor makes the mean squared norm of
/// a record 1, so that one recipe of training fits every table. Columns in which fewer than 1 % of the records differ
/// from all others are dropped: scaled so, a pixel that is lit in 20 of 50,000 images would outweigh all else there. A
/// constant is not stored: the head has biases.
struct feature_table {
  std::string name;  ///< like "Fashion-MNIST, learned"
  std::size_t dimensions = 0, classes = 0;
  std::vector<float> values;  ///< records x dimensions, row-major
  std::vector<int> labels;    ///< from 0 to classes - 1
  /// Share of these records that the network which made the features gets right; NaN where there is none.
  double network_accuracy = 0;

  [[nodiscard]] std::size_t records() const { return labels.size(); }
};

}  // namespace lab
