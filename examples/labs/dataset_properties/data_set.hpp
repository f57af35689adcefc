// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lab {

/// Records as they are stored, and which of them train the network that makes the features.
struct data_set {
  std::string name;  ///< like "Fashion-MNIST"
  std::size_t dimensions = 0, classes = 0;
  std::vector<float> values;  ///< records x dimensions, row-major
  std::vector<int> labels;    ///< from 0 to classes - 1
  std::size_t repeated = 0;   ///< records that were dropped because they equal an earlier one
  /// Places of records, ascending: `network` trains the network that makes the features, `study` is the rest.
  std::vector<std::uint32_t> network, study;

  [[nodiscard]] std::size_t records() const { return labels.size(); }
  [[nodiscard]] const float* row(std::size_t record) const { return values.data() + record * dimensions; }

  /// Draws `per_class` records of each class for the network and leaves the rest to the study.
  ///
  /// A function of the labels and the seed. Throws telltale::error when a class has fewer than 2 `per_class` records.
  void split(std::size_t per_class, std::uint64_t seed);

  /// Drops every record that equals an earlier one and counts them: the twin of a member would be scored as one. To be
  /// called before split.
  void drop_repeated();

  /// The rows of some records, dense.
  [[nodiscard]] std::vector<float> rows_of(const std::vector<std::uint32_t>& records) const;
  [[nodiscard]] std::vector<int> labels_of(const std::vector<std::uint32_t>& records) const;
};

}  // namespace lab
