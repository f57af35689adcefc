// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <telltale/backend/batch_view.hpp>
#include <telltale/core/detail/raw_vector.hpp>

namespace telltale::detail {

/// Rows of a view whose numbers lie side by side: in place where they do, else copied to a buffer that the next row
/// takes over.
template <class Scalar>
class row_reader {
 public:
  explicit row_reader(const batch_view<Scalar>& rows)
      : rows_(rows), buffer_(rows.class_stride() == 1 ? 0 : rows.classes()) {}

  [[nodiscard]] const Scalar* operator()(std::size_t row) {
    const Scalar* const from = rows_.row(row);
    if (rows_.class_stride() == 1) return from;
    for (std::size_t k = 0; k < buffer_.size(); ++k) buffer_[k] = from[k * rows_.class_stride()];
    return buffer_.data();
  }

 private:
  batch_view<Scalar> rows_;
  raw_vector<Scalar> buffer_;
};

}  // namespace telltale::detail
