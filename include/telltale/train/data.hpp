// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <telltale/core/error.hpp>

namespace telltale::train {

/// Features of many records, row-major (records x dimensions), read in place: nothing is copied.
///
/// Consecutive records are `stride` elements apart (at least `dimensions`), so that some columns of a wider table can
/// be viewed as well. The values are checked for NaN and infinity once per training call, not here. Throws
/// argument_error when there is no dimension, the stride is too small or the span is too short.
template <class Scalar = float>
class features_view {
 public:
  /// The features as an Eigen matrix, records x dimensions, that lies where the user's memory is.
  using matrix_map = Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>,
                                Eigen::Unaligned, Eigen::OuterStride<>>;

  /// Records without gaps: the stride is the number of dimensions.
  features_view(std::span<const Scalar> values, std::size_t records, std::size_t dimensions)
      : features_view(values, records, dimensions, dimensions) {}

  /// Record i begins at element i x stride.
  features_view(std::span<const Scalar> values, std::size_t records, std::size_t dimensions, std::size_t stride)
      : data_(values.data()), records_(records), dimensions_(dimensions), stride_(stride) {
    if (dimensions == 0) telltale::detail::refuse("features_view", "dimensions", "is 0; wanted at least 1");
    if (stride < dimensions)
      telltale::detail::refuse(
          "features_view", "stride",
          "is " + std::to_string(stride) + "; wanted at least the " + std::to_string(dimensions) + " dimensions");
    const std::size_t wanted = records == 0 ? 0 : (records - 1) * stride + dimensions;
    if (values.size() < wanted)
      telltale::detail::refuse(
          "features_view", "values",
          "has " + std::to_string(values.size()) + " elements; wanted at least " + std::to_string(wanted));
  }

  /// How many records are seen.
  [[nodiscard]] std::size_t records() const noexcept { return records_; }
  /// How many numbers a record has.
  [[nodiscard]] std::size_t dimensions() const noexcept { return dimensions_; }
  /// How many elements lie from one record's start to the next's.
  [[nodiscard]] std::size_t stride() const noexcept { return stride_; }
  /// The `dimensions()` numbers of a record. Not checked: `record` must be less than `records()`.
  [[nodiscard]] const Scalar* row(std::size_t record) const noexcept { return data_ + record * stride_; }

  /// Records [first, first + count) as a view.
  [[nodiscard]] features_view rows(std::size_t first, std::size_t count) const {
    if (first > records_ || count > records_ - first)
      telltale::detail::refuse(
          "features_view::rows", "count",
          "asks for records up to " + std::to_string(first + count) + " of " + std::to_string(records_));
    features_view part = *this;
    part.data_ += first * stride_;
    part.records_ = count;
    return part;
  }

  /// All records as one Eigen matrix, without a copy; valid as long as the viewed memory.
  [[nodiscard]] matrix_map matrix() const noexcept {
    return matrix_map(data_, static_cast<Eigen::Index>(records_), static_cast<Eigen::Index>(dimensions_),
                      Eigen::OuterStride<>(static_cast<Eigen::Index>(stride_)));
  }

 private:
  const Scalar* data_;
  std::size_t records_, dimensions_, stride_;
};

/// What a classifier learns from: features, and a label in {0, ..., classes - 1} for each record.
///
/// Throws argument_error when the number of labels differs from that of records, there are fewer than two classes, or a
/// label is out of range.
template <class Scalar = float>
class dataset_view {
 public:
  /// Takes both as views: features and labels must outlive this. Cost: one pass over the labels.
  dataset_view(features_view<Scalar> features, std::span<const int> labels, std::size_t classes)
      : features_(features), labels_(labels), classes_(classes) {
    telltale::detail::check_size("dataset_view", "labels", labels.size(), features.records());
    if (classes < 2)
      telltale::detail::refuse("dataset_view", "classes", "is " + std::to_string(classes) + "; wanted at least 2");
    for (std::size_t i = 0; i < labels.size(); ++i)
      if (labels[i] < 0 || static_cast<std::size_t>(labels[i]) >= classes)
        telltale::detail::refuse("dataset_view", "labels",
                                 "record " + std::to_string(i) + " has label " + std::to_string(labels[i]) +
                                     "; wanted 0 to " + std::to_string(classes - 1));
  }

  /// The features, records x dimensions.
  [[nodiscard]] const features_view<Scalar>& features() const noexcept { return features_; }
  /// The labels, one per record, 0 to classes() - 1.
  [[nodiscard]] std::span<const int> labels() const noexcept { return labels_; }
  /// How many classes there are, at least 2.
  [[nodiscard]] std::size_t classes() const noexcept { return classes_; }
  /// How many records there are.
  [[nodiscard]] std::size_t records() const noexcept { return labels_.size(); }

 private:
  features_view<Scalar> features_;
  std::span<const int> labels_;
  std::size_t classes_;
};

/// One membership mask per model over all records: 1 where the model trains on the record, 0 where it does not.
using keep_masks = std::span<const std::span<const std::uint8_t>>;

namespace detail {

using telltale::detail::check_size;
using telltale::detail::refuse;

template <class Scalar>
void check_features(std::string_view function, const features_view<Scalar>& features) {
  for (std::size_t i = 0; i < features.records(); ++i)
    for (std::size_t d = 0; d < features.dimensions(); ++d)
      if (!std::isfinite(features.row(i)[d]))
        refuse(function, "features",
               "record " + std::to_string(i) + " dimension " + std::to_string(d) + " is " +
                   std::to_string(static_cast<double>(features.row(i)[d])) + "; every value must be finite");
}

}  // namespace detail
}  // namespace telltale::train
