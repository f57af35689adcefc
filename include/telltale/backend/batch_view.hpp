// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include <telltale/core/error.hpp>

namespace telltale {

namespace detail {

// Eigen's matrices, arrays, maps and references: whatever has its coefficients in memory.
template <class Matrix>
concept EigenInMemory = requires(const Matrix& m) {
  { m.data() } -> std::convertible_to<const typename Matrix::Scalar*>;
  m.innerStride();
  m.outerStride();
  { std::bool_constant<bool(Matrix::IsRowMajor)>{} };
};

// xtensor's containers and views, and anything else that tells its shape and its strides in elements.
template <class Tensor>
concept StridedInMemory = requires(const Tensor& t) {
  t.data();
  t.shape().size();
  t.strides()[0];
} && !EigenInMemory<Tensor>;

}  // namespace detail

/// A view of subjects x queries x classes numbers, whatever their layout; it never copies and never owns.
///
/// Row major, column major and sliced arrays differ only in their strides (in elements). Made from a span with a shape
/// (std::vector, std::span, a memory-mapped file), from an Eigen object, or from an xtensor container. A temporary is
/// refused, since the view would outlive it.
template <class Scalar>
class batch_view {
 public:
  static_assert(std::floating_point<Scalar>);

  constexpr batch_view() = default;

  /// Row-major rows x classes.
  batch_view(std::span<const Scalar> values, std::size_t rows, std::size_t classes)
      : batch_view(values, rows, 1, classes) {}

  /// Row-major subjects x queries x classes; throws argument_error unless the span has exactly that many elements.
  batch_view(std::span<const Scalar> values, std::size_t subjects, std::size_t queries, std::size_t classes)
      : data_(values.data()), extent_{subjects, queries, classes}, stride_{queries * classes, classes, 1} {
    detail::check_size("batch_view", "values", values.size(), subjects * queries * classes);
  }

  /// Any layout: strides in elements. The caller answers for the memory.
  constexpr batch_view(const Scalar* data, std::size_t subjects, std::size_t queries, std::size_t classes,
                       std::size_t subject_stride, std::size_t query_stride, std::size_t class_stride) noexcept
      : data_(data), extent_{subjects, queries, classes}, stride_{subject_stride, query_stride, class_stride} {}

  /// An Eigen matrix: rows are subjects, columns are classes.
  template <detail::EigenInMemory Matrix>
    requires std::same_as<typename Matrix::Scalar, Scalar>
  batch_view(const Matrix& matrix)  // NOLINT(google-explicit-constructor): a view of it is what is meant
      : data_(matrix.data()), extent_{std::size_t(matrix.rows()), 1, std::size_t(matrix.cols())} {
    const auto inner = std::size_t(matrix.innerStride()), outer = std::size_t(matrix.outerStride());
    stride_[0] = Matrix::IsRowMajor ? outer : inner;
    stride_[2] = Matrix::IsRowMajor ? inner : outer;
  }
  template <detail::EigenInMemory Matrix>
    requires std::same_as<typename Matrix::Scalar, Scalar> && std::is_rvalue_reference_v<Matrix&&> &&
                 requires { typename Matrix::PlainObject; } &&
                 std::same_as<std::remove_cv_t<Matrix>, typename Matrix::PlainObject>
  /// A temporary is refused: the view would outlive it.
  batch_view(Matrix&&) = delete;

  /// An xtensor container or view of two or three dimensions. Throws argument_error for any other number of dimensions
  /// and for an axis that runs backwards.
  template <detail::StridedInMemory Tensor>
    requires std::same_as<std::remove_cv_t<typename Tensor::value_type>, Scalar>
  batch_view(const Tensor& tensor) : data_(tensor.data()) {  // NOLINT(google-explicit-constructor)
    const std::size_t dimensions = tensor.shape().size();
    if (dimensions != 2 && dimensions != 3)
      detail::refuse("batch_view", "tensor",
                     "has " + std::to_string(dimensions) +
                         " dimensions; wanted (records, classes) or (records, queries, classes)");
    if constexpr (requires { tensor.data_offset(); }) data_ += tensor.data_offset();
    for (std::size_t i = 0; i < dimensions; ++i) {
      const std::size_t axis = i == 0 ? 0 : 3 - dimensions + i;
      if (std::cmp_less(tensor.strides()[i], 0))
        detail::refuse("batch_view", "tensor",
                       "runs backwards along axis " + std::to_string(i) + "; give a copy of it a name");
      extent_[axis] = std::size_t(tensor.shape()[i]);
      stride_[axis] = std::size_t(tensor.strides()[i]);
    }
  }

  /// A temporary that owns its memory is refused: the view would outlive it.
  template <detail::StridedInMemory Tensor>
    requires std::same_as<typename Tensor::value_type, Scalar> && std::is_rvalue_reference_v<Tensor&&> &&
                 requires(std::remove_cv_t<Tensor>& owner) { owner.resize(owner.shape()); }
  batch_view(Tensor&&) = delete;

  /// Records, images or persons: the first extent.
  [[nodiscard]] constexpr std::size_t subjects() const noexcept { return extent_[0]; }
  /// Answers a subject: the second extent, 1 for a matrix.
  [[nodiscard]] constexpr std::size_t queries() const noexcept { return extent_[1]; }
  /// Numbers an answer: the last extent.
  [[nodiscard]] constexpr std::size_t classes() const noexcept { return extent_[2]; }

  /// Rows are (subject, query) pairs, the query running fastest.
  [[nodiscard]] constexpr std::size_t rows() const noexcept { return extent_[0] * extent_[1]; }
  /// The first number of row i, in rows(); the others follow `class_stride()` apart.
  [[nodiscard]] constexpr const Scalar* row(std::size_t i) const noexcept {
    if (extent_[1] == 1) return data_ + i * stride_[0];
    return data_ + (i / extent_[1]) * stride_[0] + (i % extent_[1]) * stride_[1];
  }
  /// Whether row i + 1 lies `row_stride()` elements behind row i throughout.
  [[nodiscard]] constexpr bool rows_are_evenly_spaced() const noexcept {
    return extent_[1] == 1 || stride_[0] == extent_[1] * stride_[1];
  }
  /// Elements from one row to the next within a subject, or throughout where a subject has one row.
  [[nodiscard]] constexpr std::size_t row_stride() const noexcept { return extent_[1] == 1 ? stride_[0] : stride_[1]; }
  /// Elements from one class of a row to the next: 1 in row-major arrays.
  [[nodiscard]] constexpr std::size_t class_stride() const noexcept { return stride_[2]; }

 private:
  const Scalar* data_ = nullptr;
  std::size_t extent_[3] = {0, 1, 0};
  std::size_t stride_[3] = {0, 0, 1};
};

}  // namespace telltale
