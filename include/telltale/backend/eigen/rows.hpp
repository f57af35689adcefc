// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include <telltale/backend/batch_view.hpp>
#include <telltale/backend/eigen/nearest.hpp>
#include <telltale/backend/eigen/row_reader.hpp>
#include <telltale/backend/pack.hpp>
#include <telltale/core/detail/raw_vector.hpp>

namespace telltale::detail {

/// Rows that a primitive made: it owns them, and is seen as subjects x r x columns.
template <class Scalar>
class made_rows {
 public:
  made_rows(raw_vector<Scalar> values, std::size_t subjects, std::size_t rows, std::size_t columns)
      : values_(std::move(values)), subjects_(subjects), rows_(rows), columns_(columns) {}

  operator batch_view<Scalar>() const& {  // NOLINT(google-explicit-constructor): a view of it is what is meant
    return batch_view<Scalar>(std::span<const Scalar>(values_), subjects_, rows_, columns_);
  }

 private:
  raw_vector<Scalar> values_;
  std::size_t subjects_, rows_, columns_;
};

/// Primitives on rows, whatever they hold: checks, means, and other arrangements of them.
template <class Scalar>
struct row_primitives {
  using view = batch_view<Scalar>;

  /// The first row that holds a value that is not finite, if there is one.
  [[nodiscard]] static std::optional<std::size_t> first_nonfinite(const view& rows) {
    row_reader<Scalar> read(rows);
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      const Scalar* const x = read(i);
      if (surely_finite(x, rows.classes())) continue;
      if (!std::all_of(x, x + rows.classes(), [](Scalar value) { return std::isfinite(value); })) return i;
    }
    return std::nullopt;
  }

  /// The mean of the r rows of each subject, n x 1 x columns; sums in double.
  [[nodiscard]] static made_rows<Scalar> averaged(const view& b) {
    row_reader<Scalar> read(b);
    const std::size_t n = b.subjects(), r = b.queries(), columns = b.classes();
    raw_vector<Scalar> means(n * columns);
    raw_vector<double> sum(columns);
    for (std::size_t i = 0; i < n; ++i) {
      std::fill(sum.begin(), sum.end(), 0.0);
      for (std::size_t j = 0; j < r; ++j) {
        const Scalar* const row = read(i * r + j);
        for (std::size_t k = 0; k < columns; ++k) sum[k] += double(row[k]);
      }
      for (std::size_t k = 0; k < columns; ++k) means[i * columns + k] = Scalar(sum[k] / double(r));
    }
    return {std::move(means), n, 1, columns};
  }

  /// Rows of a bank (m x columns) by their numbers, n x r x columns.
  [[nodiscard]] static made_rows<Scalar> gathered(const view& bank, std::span<const int> index, std::size_t n,
                                                  std::size_t r) {
    row_reader<Scalar> read(bank);
    raw_vector<Scalar> rows(index.size() * bank.classes());
    for (std::size_t i = 0; i < index.size(); ++i)
      std::copy_n(read(std::size_t(index[i])), bank.classes(), rows.begin() + std::ptrdiff_t(i * bank.classes()));
    return {std::move(rows), n, r, bank.classes()};
  }

  /// m rows as one group of m candidates, 1 x m x columns, as `nearest` takes them. A view of the same numbers.
  [[nodiscard]] static view in_one_group(const view& rows) {
    return view(rows.row(0), 1, rows.rows(), rows.classes(), 0, rows.row_stride(), rows.class_stride());
  }

  /// The r x columns numbers of one subject the other way round, columns x r: every pixel of a map as a row of its
  /// classes. A view of the same numbers.
  [[nodiscard]] static view across(const view& b, std::size_t subject) {
    return view(b.row(subject * b.queries()), b.classes(), 1, b.queries(), b.class_stride(), 0, b.row_stride());
  }

  /// Every row over its norm, as doubles, row by row.
  static void unit_rows(const view& rows, std::span<double> out) {
    for (std::size_t i = 0; i < rows.rows(); ++i)
      nearest_primitives<Scalar>::normalise(rows, i, out.data() + i * rows.classes());
  }
};

}  // namespace telltale::detail
