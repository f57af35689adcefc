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
#include <telltale/train/detail/narrow_product.hpp>
#include <telltale/train/detail/streams.hpp>
#include <telltale/train/detail/wide_rows.hpp>

namespace telltale::train::detail {

/// How the records of a pool spread about 0: the 16 leading principal directions of M = X'X / n, where X has the
/// constant as its last column, the second moment along each of them, and the mean second moment along all others.
///
/// It preconditions every head of the pool, whose Hessian is about a M + decay, see precondition. By block power
/// iteration from fixed directions, which need not converge: any positive definite matrix leads to the same minimum,
/// and directions that are still mixed after a few passes are those of nearly equal moments. Cost: that of 16 steps of
/// one head of 10 classes trained on the whole pool.
template <class Scalar>
class pool_curvature {
 public:
  explicit pool_curvature(const features_view<Scalar>& features)
      : directions_(class_columns<Scalar>::Zero(as_index(wide_rows<Scalar>::stride_of(features.dimensions())),
                                                as_index(most))) {
    const std::size_t width = features.dimensions() + 1, wanted = std::min({most, width, features.records()});
    random_stream stream(0, stream_for(purpose::power_iteration, 0));
    for (std::size_t j = 0; j < wanted; ++j)
      for (std::size_t i = 0; i < width; ++i)
        directions_(as_index(i), as_index(j)) = static_cast<Scalar>(stream.normal());
    orthonormalise();
    for (int pass = 1; pass < passes; ++pass) {
      multiply_by_moments(features);
      directions_.swap(image_);
      orthonormalise();
    }
    multiply_by_moments(features);
    for (Eigen::Index j = 0; j < moments_.size(); ++j)
      moments_[j] = std::max(Scalar{0}, directions_.col(j).dot(image_.col(j)));
    const double elsewhere = trace_ - static_cast<double>(moments_.sum());
    if (width > wanted) elsewhere_ = std::max(0.0, elsewhere / static_cast<double>(width - wanted));
  }

  /// q <- (a M + decay)^-1 q for each column of q, with M as far as this knows it.
  void precondition(double a, double decay, class_columns<Scalar>& q) const {
    const double usual = a * elsewhere_ + decay;
    const auto stride = static_cast<std::size_t>(q.rows()), columns = static_cast<std::size_t>(q.cols());
    class_columns<Scalar> along(as_index(most), q.cols());
    multiply(directions_.data(), most, stride, q.data(), columns, along.data(), most);
    for (Eigen::Index j = 0; j < along.rows(); ++j)
      along.row(j) *= static_cast<Scalar>(usual / (a * static_cast<double>(moments_[j]) + decay) - 1);
    add_transposed(directions_.data(), most, stride, along.data(), most, columns, q.data());
    q *= static_cast<Scalar>(1 / usual);
  }

 private:
  static constexpr std::size_t most = 16;
  static constexpr int passes = 5;

  // The image of the directions under M, and the trace of M.
  void multiply_by_moments(const features_view<Scalar>& features) {
    image_.setZero(directions_.rows(), directions_.cols());
    trace_ = 0;
    class_columns<Scalar> along;
    wide_rows<Scalar> x;
    constexpr std::size_t block = 256;
    for (std::size_t first = 0; first < features.records(); first += block) {
      x.gather(features, std::min(block, features.records() - first), [&](std::size_t r) { return first + r; });
      x.multiply(directions_, along);
      x.add_transposed(along, image_);
      trace_ += x.squared_norm();
    }
    const auto records = static_cast<double>(features.records());
    trace_ /= records;
    image_ *= static_cast<Scalar>(1 / records);
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

  class_columns<Scalar> directions_, image_;
  Eigen::Matrix<Scalar, static_cast<int>(most), 1> moments_;
  double trace_ = 0, elsewhere_ = 0;
};

}  // namespace telltale::train::detail
