// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <telltale/core/random.hpp>
#include <telltale/train/data.hpp>
#include <telltale/train/detail/layers.hpp>
#include <telltale/train/detail/streams.hpp>

namespace telltale::train::detail {

/// Parameters or logits with the values of one class next to each other.
template <class Scalar>
using class_columns = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

// All products of a head are these two, so that Eigen's kernels are compiled twice and not six times.

/// out += a b.
template <class Scalar>
void add_product(const const_rows_of<Scalar>& a, const class_columns<Scalar>& b, class_columns<Scalar>& out) {
  out.noalias() += a * b;
}

/// out += a' b.
template <class Scalar>
void add_transposed_product(const const_rows_of<Scalar>& a, const class_columns<Scalar>& b,
                            class_columns<Scalar>& out) {
  out.noalias() += a.transpose() * b;
}

template <class Scalar>
const_rows_of<Scalar> view(const row_matrix<Scalar>& a) noexcept {
  return {a.data(), a.rows(), a.cols()};
}

/// Copies record(0), ..., record(count - 1) to the rows of `out`, each followed by the 1 that the bias multiplies.
template <class Scalar, class Record>
void gather_with_constant(const features_view<Scalar>& features, std::size_t count, const Record& record,
                          row_matrix<Scalar>& out) {
  const std::size_t width = features.dimensions();
  out.resize(as_index(count), as_index(width + 1));
  for (std::size_t r = 0; r < count; ++r) {
    Scalar* const row = out.data() + r * (width + 1);
    std::copy_n(features.row(record(r)), width, row);
    row[width] = 1;
  }
}

/// How the records of a pool spread about 0: the leading principal directions of M = X'X / n, where X has the constant
/// as its last column, the second moment along each of them, and the mean second moment along all others.
///
/// It preconditions every head of the pool, whose Hessian is about a M + decay, see precondition. By block power
/// iteration from fixed directions, which need not converge: any positive definite matrix leads to the same minimum,
/// and directions that are still mixed after a few passes are those of nearly equal moments. Cost: 2 x 16 multiply-adds
/// per feature and pass, in all those of about 20 steps of one head of 10 classes.
template <class Scalar>
class pool_curvature {
 public:
  explicit pool_curvature(const features_view<Scalar>& features)
      : directions_(as_index(features.dimensions() + 1),
                    as_index(std::min({most, features.dimensions() + 1, features.records()}))),
        moments_(directions_.cols()) {
    random_stream stream(0, stream_for(purpose::power_iteration, 0));
    for (Eigen::Index i = 0; i < directions_.size(); ++i) directions_.data()[i] = static_cast<Scalar>(stream.normal());
    for (int pass = 1; pass < passes; ++pass) {
      orthonormalise();
      directions_ = times_moments(features);
    }
    orthonormalise();
    const class_columns<Scalar> image = times_moments(features);
    for (Eigen::Index j = 0; j < moments_.size(); ++j)
      moments_[j] = std::max(Scalar{0}, directions_.col(j).dot(image.col(j)));
    const Eigen::Index others = directions_.rows() - directions_.cols();
    if (others > 0)
      elsewhere_ = std::max(0.0, total_ - static_cast<double>(moments_.sum())) / static_cast<double>(others);
  }

  /// q <- (a M + decay)^-1 q for each column of q, with M as far as this knows it.
  void precondition(double a, double decay, class_columns<Scalar>& q) const {
    const double usual = a * elsewhere_ + decay;
    const const_rows_of<Scalar> across(directions_.data(), directions_.cols(), directions_.rows());  // its transpose
    class_columns<Scalar> along = class_columns<Scalar>::Zero(directions_.cols(), q.cols());
    add_product(across, q, along);
    for (Eigen::Index j = 0; j < along.rows(); ++j)
      along.row(j) *= static_cast<Scalar>(usual / (a * static_cast<double>(moments_[j]) + decay) - 1);
    add_transposed_product(across, along, q);
    q *= static_cast<Scalar>(1 / usual);
  }

 private:
  static constexpr std::size_t most = 16;
  static constexpr int passes = 5;

  // M times the directions, and the trace of M.
  class_columns<Scalar> times_moments(const features_view<Scalar>& features) {
    class_columns<Scalar> image = class_columns<Scalar>::Zero(directions_.rows(), directions_.cols()), along;
    row_matrix<Scalar> x;
    total_ = 0;
    constexpr std::size_t block = 256;
    for (std::size_t first = 0; first < features.records(); first += block) {
      gather_with_constant(
          features, std::min(block, features.records() - first), [&](std::size_t r) { return first + r; }, x);
      along.setZero(x.rows(), directions_.cols());
      add_product(view(x), directions_, along);
      add_transposed_product(view(x), along, image);
      total_ += static_cast<double>(x.squaredNorm());
    }
    const double records = static_cast<double>(features.records());
    total_ /= records;
    return image / static_cast<Scalar>(records);
  }

  // Gram and Schmidt, twice. A direction in which the records do not spread at all becomes 0: it changes nothing.
  void orthonormalise() {
    for (Eigen::Index j = 0; j < directions_.cols(); ++j) {
      const Scalar before = directions_.col(j).norm();
      for (int time = 0; time < 2; ++time)
        for (Eigen::Index i = 0; i < j; ++i)
          directions_.col(j) -= directions_.col(i).dot(directions_.col(j)) * directions_.col(i);
      const Scalar after = directions_.col(j).norm();
      if (after > before * Scalar(1e-5))
        directions_.col(j) /= after;
      else
        directions_.col(j).setZero();
    }
  }

  class_columns<Scalar> directions_;
  Eigen::Matrix<Scalar, Eigen::Dynamic, 1> moments_;
  double total_ = 0, elsewhere_ = 0;
};

}  // namespace telltale::train::detail
