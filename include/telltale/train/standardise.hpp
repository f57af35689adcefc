// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/train/data.hpp>

namespace telltale::train {

/// The map x -> (x - mean of the dimension) / scale that makes gradient descent well-conditioned.
///
/// One scale for all dimensions, the root mean square of the centred pool: per-dimension scales would blow up pixels
/// that are nearly constant. Learn it from the pool that all models share, never from one model's own records: each
/// model's inputs would otherwise carry its membership.
template <class Scalar = float>
class standardiser {
 public:
  /// Learns mean and scale (in double). Cost: two passes over the pool.
  /// Throws argument_error when the pool is empty, constant, or has a feature that is not finite.
  explicit standardiser(const features_view<Scalar>& pool) : mean_(pool.dimensions(), 0.0) {
    if (pool.records() == 0) telltale::detail::refuse("standardiser", "pool", "has no record; wanted at least 1");
    detail::check_features("standardiser", pool);
    const double records = static_cast<double>(pool.records());
    for (std::size_t i = 0; i < pool.records(); ++i)
      for (std::size_t d = 0; d < mean_.size(); ++d) mean_[d] += static_cast<double>(pool.row(i)[d]);
    for (double& m : mean_) m /= records;
    double squares = 0;
    for (std::size_t i = 0; i < pool.records(); ++i)
      for (std::size_t d = 0; d < mean_.size(); ++d) {
        const double centred = static_cast<double>(pool.row(i)[d]) - mean_[d];
        squares += centred * centred;
      }
    scale_ = std::sqrt(squares / (records * static_cast<double>(mean_.size())));
    if (!(scale_ > 0)) telltale::detail::refuse("standardiser", "pool", "has no spread: all records are equal");
  }

  /// Standardised features, row-major and dense (records x dimensions).
  /// Throws argument_error when the dimensions differ from the pool's. Cost: one pass; a copy of the features.
  [[nodiscard]] std::vector<Scalar> operator()(const features_view<Scalar>& features) const {
    telltale::detail::check_size("standardiser", "features.dimensions", features.dimensions(), mean_.size());
    std::vector<Scalar> out(features.records() * mean_.size());
    for (std::size_t i = 0; i < features.records(); ++i)
      for (std::size_t d = 0; d < mean_.size(); ++d)
        out[i * mean_.size() + d] = static_cast<Scalar>((static_cast<double>(features.row(i)[d]) - mean_[d]) / scale_);
    return out;
  }

  /// The mean of each dimension, over the pool.
  [[nodiscard]] std::span<const double> mean() const noexcept { return mean_; }
  /// The scale of all dimensions: root mean square of the centred pool.
  [[nodiscard]] double scale() const noexcept { return scale_; }

 private:
  std::vector<double> mean_;
  double scale_ = 0;
};

}  // namespace telltale::train
