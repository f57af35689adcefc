// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <Eigen/Core>
#include <Eigen/Jacobi>

#include <telltale/core/error.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/tail.hpp>

namespace telltale {

/// The Gaussian vectors of one hypothesis: a centre for every record, and a covariance S of the queries for each record
/// or for all of them, kept as W with W' W = S^-1.
///
/// A floor acts on the spreads along the principal axes of S (the square roots of its eigenvalues), typical being the
/// root mean square spread of all records and queries of the hypothesis: at one query that is what it does to a spread.
/// A principal variance below 64 w eps of the largest is rounding, and counts as zero. Cost: O(models w^2) a record to
/// set, O(w^3) a covariance to finish, O(w^2) a record to judge, w being the queries.
template <class Preset>
class joint_table {
  using matrix = Eigen::MatrixXd;

 public:
  using floor_policy = std::remove_const_t<decltype(Preset::floor)>;  ///< what happens to a tiny spread

  /// What the records of one stretch add: `squares`, their squared residuals, about the centre where the covariance is
  /// shared, and the `count` of these.
  struct pool {
    matrix squares;
    double count = 0;
  };

  /// No records.
  joint_table() = default;
  /// Room for the vectors of all records, each with a covariance of its `own` or all with one.
  joint_table(std::size_t records, std::size_t width, bool own)
      : width_(width),
        own_(own),
        centres_(records * width),
        whiten_((own ? records : 1) * width * width),
        log_determinants_(own ? records : 1),
        pool_(stretch()) {}

  /// An empty pool for the records of one stretch.
  [[nodiscard]] pool stretch() const {
    const auto w = static_cast<Eigen::Index>(width_);
    return {matrix::Zero(w, w), 0};
  }
  /// Adds what a stretch knows; in the order of the stretches, so that sums do not depend on threads.
  void join(const pool& stretch) {
    pool_.squares += stretch.squares;
    pool_.count += stretch.count;
  }

  /// Places the Gaussian of one record, from scores[query][model].
  template <class Scalar>
  void set(std::size_t record, const std::vector<std::span<Scalar>>& scores, pool& stretch) {
    const auto models = static_cast<Eigen::Index>(scores[0].size()), w = static_cast<Eigen::Index>(width_);
    matrix residuals(models, w);
    Eigen::Map<Eigen::VectorXd> centre(centres_.data() + record * width_, w);
    for (Eigen::Index q = 0; q < w; ++q) {
      const std::span<Scalar> of_query = scores[static_cast<std::size_t>(q)];
      // One of the query's own scores as the pivot: equal scores then leave residuals of exactly zero.
      const double pivot = static_cast<double>(of_query[0]);
      for (Eigen::Index m = 0; m < models; ++m)
        residuals(m, q) = static_cast<double>(of_query[static_cast<std::size_t>(m)]) - pivot;
      const double shift = residuals.col(q).mean();
      centre[q] = pivot + shift;
      if constexpr (Preset::centre.from_values) centre[q] = Preset::centre(of_query);
      residuals.col(q).array() -= own_ ? shift : centre[q] - pivot;
    }
    // A lazy product: small, and its code is a loop, where the other compiles a blocked kernel for seconds.
    const matrix squares = residuals.transpose().lazyProduct(residuals);
    if (own_) covariance(record) = squares / static_cast<double>(models);
    stretch.squares += squares;
    stretch.count += static_cast<double>(models);
  }

  /// Turns covariances into what judges, the floor applied, marking the records that it changes. After the last `join`.
  /// Throws argument_error for a covariance that is singular after the floor.
  void finish(std::string_view function, std::string_view hypothesis, const floor_policy& floor,
              std::span<std::uint8_t> touched) {
    const double typical = std::sqrt(pool_.squares.trace() / pool_.count / static_cast<double>(width_));
    if (!own_) covariance(0) = pool_.squares / pool_.count;
    for (std::size_t i = 0; i < log_determinants_.size(); ++i) {
      if (!whiten(i, floor, typical)) refuse_singular(function, hypothesis, i);
      if (!changed_) continue;
      if (own_)
        touched[i] = 1;
      else
        std::fill(touched.begin(), touched.end(), std::uint8_t{1});
    }
  }

  /// How far the scores of a record lie from its centre; `scratch` holds as many doubles as queries.
  [[nodiscard]] joint_distance distance(std::size_t record, std::span<const double> scores,
                                        std::span<double> scratch) const {
    const double* const centre = centres_.data() + record * width_;
    const std::size_t place = own_ ? record : 0;
    const double* const rows = whiten_.data() + place * width_ * width_;
    for (std::size_t q = 0; q < width_; ++q) scratch[q] = scores[q] - centre[q];
    double squared = 0, along = 0, ones = 0;
    for (std::size_t axis = 0; axis < width_; ++axis) {
      double moved = 0, one = 0;
      for (std::size_t q = 0; q < width_; ++q) {
        const double weight = rows[axis + q * width_];
        moved += weight * scratch[q];
        one += weight;
      }
      squared += moved * moved;
      along += one * moved;
      ones += one * one;
    }
    return {along / std::sqrt(ones), squared, log_determinants_[place], static_cast<double>(width_)};
  }

 private:
  Eigen::Map<matrix> covariance(std::size_t place) {
    const auto w = static_cast<Eigen::Index>(width_);
    return {whiten_.data() + place * width_ * width_, w, w};
  }

  // The eigenvalues of S on its diagonal and its eigenvectors in `axes`, by Jacobi's cyclic rotations. A covariance of
  // queries is small, and Eigen's own solver for it takes ten seconds to compile.
  static void diagonalise(matrix& s, matrix& axes) {
    axes.setIdentity(s.rows(), s.cols());
    const double least = std::numeric_limits<double>::epsilon() * s.diagonal().maxCoeff();
    bool rotated = s.rows() > 1;
    for (int sweep = 0; sweep < 50 && rotated; ++sweep) {
      rotated = false;
      for (Eigen::Index p = 0; p + 1 < s.rows(); ++p)
        for (Eigen::Index q = p + 1; q < s.rows(); ++q) {
          if (!(std::abs(s(p, q)) > least)) continue;
          Eigen::JacobiRotation<double> rotation;
          rotation.makeJacobi(s, p, q);
          s.applyOnTheLeft(p, q, rotation.adjoint());
          s.applyOnTheRight(p, q, rotation);
          axes.applyOnTheRight(p, q, rotation);
          rotated = true;
        }
    }
  }

  // W = diag(1 / spreads) Q' of S = Q diag(spreads^2) Q'; false where a spread is still zero.
  bool whiten(std::size_t place, const floor_policy& floor, double typical) {
    matrix diagonal = covariance(place), axes;
    diagonalise(diagonal, axes);
    const double least = 64 * static_cast<double>(width_) * std::numeric_limits<double>::epsilon();
    const double largest = diagonal.diagonal().maxCoeff();
    double log_determinant = 0;
    changed_ = false;
    for (Eigen::Index a = 0; a < diagonal.rows(); ++a) {
      const double variance = diagonal(a, a), raw = variance > least * largest ? std::sqrt(variance) : 0;
      const double spread = floor(raw, typical);
      if (!(spread > 0)) return false;
      changed_ = changed_ || spread != raw;
      log_determinant += 2 * std::log(spread);
      covariance(place).row(a) = axes.col(a).transpose() / spread;
    }
    log_determinants_[place] = log_determinant;
    return true;
  }

  [[noreturn]] [[gnu::cold]] void refuse_singular(std::string_view function, std::string_view hypothesis,
                                                  std::size_t place) const {
    detail::refuse(function, "scores",
                   (own_ ? "record " + std::to_string(place) : std::string("every record")) +
                       ": the covariance of the " + std::to_string(width_) + " queries' " + std::string(hypothesis) +
                       " scores is singular; accepted with spread_floor::add, spread_floor::at_least or " +
                       "spread_floor::relative, or with queries::averaged" +
                       (own_ ? " or queries::shared_covariance" : ""));
  }

  std::size_t width_ = 1;
  bool own_ = false, changed_ = false;
  std::vector<double> centres_, whiten_, log_determinants_;
  pool pool_;
};

}  // namespace telltale
