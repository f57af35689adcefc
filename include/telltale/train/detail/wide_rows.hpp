// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <algorithm>
#include <cstddef>

#include <telltale/train/data.hpp>
#include <telltale/train/detail/layers.hpp>
#include <telltale/train/detail/narrow_product.hpp>

namespace telltale::train::detail {

/// Parameters or logits of a head, with the values of one class next to each other.
template <class Scalar>
using class_columns = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

/// Records side by side, each followed by the 1 that the bias multiplies, in the layout of narrow_product.
template <class Scalar>
class wide_rows {
 public:
  /// Numbers from one row to the next.
  [[nodiscard]] static std::size_t stride_of(std::size_t dimensions) noexcept {
    return rounded_up(dimensions + 1, narrow_stride<Scalar>);
  }

  /// Copies record(0), ..., record(count - 1).
  template <class Record>
  void gather(const features_view<Scalar>& features, std::size_t count, const Record& record) {
    const std::size_t width = features.dimensions();
    stride_ = stride_of(width);
    rows_ = rounded_up(count, narrow_rows);
    values_.setZero(as_index(rows_ * stride_));
    for (std::size_t r = 0; r < count; ++r) {
      Scalar* const row = values_.data() + r * stride_;
      std::copy_n(features.row(record(r)), width, row);
      row[width] = 1;
    }
  }

  [[nodiscard]] std::size_t stride() const noexcept { return stride_; }
  [[nodiscard]] double squared_norm() const { return static_cast<double>(values_.square().sum()); }

  /// out = X w.
  void multiply(const class_columns<Scalar>& w, class_columns<Scalar>& out) const {
    out.resize(as_index(rows_), w.cols());
    detail::multiply(values_.data(), rows_, stride_, w.data(), static_cast<std::size_t>(w.cols()), out.data(), rows_);
  }
  /// out += X' r.
  void add_transposed(const class_columns<Scalar>& r, class_columns<Scalar>& out) const {
    detail::add_transposed(values_.data(), rows_, stride_, r.data(), rows_, static_cast<std::size_t>(r.cols()),
                           out.data());
  }

 private:
  scratch<Scalar> values_;
  std::size_t rows_ = 0, stride_ = 0;  // rows_: with those of zeros at the end
};

}  // namespace telltale::train::detail
