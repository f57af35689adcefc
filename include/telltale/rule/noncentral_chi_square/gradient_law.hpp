// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/backend/batch_view.hpp>
#include <telltale/core/error.hpp>

namespace telltale {

/// The Gaussian law of the gradients of one training step, as background gradients tell it: what whitens a gradient.
///
/// Mean and covariance are those of the background (sums divided by its number). The covariance S of the kept
/// coordinates is held as deviations s and a triangle L, S = diag(s) L L' diag(s): no unit and no scale of a layer
/// decides what counts as singular. A coordinate of whose variance the coordinates before it leave less than 1e-10
/// counts as determined by them.
/// Cost of the fit: O(z d^2 + d^3) for z gradients in d dimensions; memory d^2.
template <std::floating_point Real = double>
class gradient_law {
 public:
  using matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;  ///< columns are gradients

  /// Throws `argument_error` where a gradient is not finite and, unless the policy drops them, where a coordinate is
  /// constant or determined by those before it.
  template <class Scalar, class Coordinates>
  gradient_law(std::string_view function, const batch_view<Scalar>& background, std::size_t step,
               const Coordinates& coordinates)
      : width_(background.classes()), mean_(index(width_)) {
    const matrix correlation = correlate(function, background, step);
    factor(function, step, correlation, coordinates);
  }

  /// Coordinates of a gradient.
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  /// Coordinates that are kept of it: the degrees of freedom.
  [[nodiscard]] std::size_t dimensions() const noexcept { return kept_.size(); }

  /// Puts coordinate values (`width()` of them) into a column for `whiten`, `centred` or, being a difference of two
  /// gradients already, as they are.
  template <class Column>
  void place(const double* values, bool centred, Column column) const {
    for (std::size_t k = 0; k < kept_.size(); ++k) {
      const auto d = index(kept_[k]);
      column[index(k)] = (Real(values[kept_[k]]) - (centred ? mean_[d] : 0)) / deviation_[d];
    }
  }

  /// Columns x become L^-1 x: of a placed gradient, unit normals.
  void whiten(matrix& columns) const { factor_.template triangularView<Eigen::Lower>().solveInPlace(columns); }

 private:
  using vector = Eigen::Matrix<Real, Eigen::Dynamic, 1>;
  static constexpr Real determined = Real(1e-10);

  [[nodiscard]] static Eigen::Index index(std::size_t i) noexcept { return static_cast<Eigen::Index>(i); }

  template <class Scalar>
  matrix correlate(std::string_view function, const batch_view<Scalar>& background, std::size_t step) {
    const std::size_t records = background.subjects(), steps = background.queries();
    const auto row = [&](std::size_t i) { return background.row(i * steps + step); };
    const std::size_t apart = background.class_stride();
    // About the first gradient: a coordinate that never changes then has a variance of exactly 0.
    const Scalar* const first = row(0);
    mean_.setZero();
    for (std::size_t i = 0; i < records; ++i) {
      const Scalar* const g = row(i);
      for (std::size_t d = 0; d < width_; ++d) {
        if (!std::isfinite(g[d * apart]))
          detail::refuse(function, "population",
                         "gradient " + std::to_string(i) + " has a coordinate that is not finite");
        mean_[index(d)] += Real(g[d * apart]) - Real(first[d * apart]);
      }
    }
    mean_ /= Real(records);
    matrix covariance = matrix::Zero(index(width_), index(width_));
    constexpr std::size_t block_size = 128;
    matrix block(index(width_), index(block_size));
    for (std::size_t from = 0; from < records; from += block_size) {
      const std::size_t rows = std::min(block_size, records - from);
      if (rows < block_size) block.resize(index(width_), index(rows));
      for (std::size_t i = 0; i < rows; ++i) {
        const Scalar* const g = row(from + i);
        for (std::size_t d = 0; d < width_; ++d)
          block(index(d), index(i)) = Real(g[d * apart]) - Real(first[d * apart]) - mean_[index(d)];
      }
      covariance.template selfadjointView<Eigen::Lower>().rankUpdate(block);
    }
    for (std::size_t d = 0; d < width_; ++d) mean_[index(d)] += Real(first[d * apart]);
    deviation_ = (covariance.diagonal() / Real(records)).cwiseSqrt();
    for (Eigen::Index c = 0; c < covariance.cols(); ++c)
      for (Eigen::Index r = c; r < covariance.rows(); ++r)
        covariance(r, c) /= Real(records) * deviation_[r] * deviation_[c];  // NaN only where a deviation is 0
    return covariance;
  }

  // The Cholesky factor, row by row, of the coordinates that are worth a row.
  template <class Coordinates>
  void factor(std::string_view function, std::size_t step, const matrix& correlation, const Coordinates& coordinates) {
    using by_row = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    by_row lower = by_row::Zero(index(width_), index(width_));
    const auto leave_out = [&](std::size_t d, std::string_view why) {
      if constexpr (!Coordinates::drops)
        detail::refuse(function, "population",
                       "coordinate " + std::to_string(d) + " of step " + std::to_string(step) + " is " +
                           std::string(why) +
                           ", so that the covariance is singular; accepted with coordinates::independent");
    };
    for (std::size_t d = 0; d < width_; ++d) {
      const Real variance = deviation_[index(d)] * deviation_[index(d)];
      if (!(variance > Real(coordinates.least_variance))) {
        leave_out(d, "constant");
        continue;
      }
      const std::size_t rank = kept_.size();
      auto row = lower.row(index(rank));
      Real left = 1;
      for (std::size_t k = 0; k < rank; ++k) {
        const Real known = lower.row(index(k)).head(index(k)).dot(row.head(index(k)));
        row[index(k)] = (correlation(index(d), index(kept_[k])) - known) / lower(index(k), index(k));
        left -= row[index(k)] * row[index(k)];
      }
      if (!(left > determined)) {
        leave_out(d, "a linear combination of those before it");
        row.setZero();
        continue;
      }
      row[index(rank)] = std::sqrt(left);
      kept_.push_back(d);
    }
    if (kept_.empty())
      detail::refuse(function, "population", "leaves no coordinate of step " + std::to_string(step) + " that varies");
    factor_ = lower.topLeftCorner(index(kept_.size()), index(kept_.size()));
  }

  std::size_t width_;
  std::vector<std::size_t> kept_;
  vector mean_, deviation_;
  matrix factor_;
};

}  // namespace telltale
