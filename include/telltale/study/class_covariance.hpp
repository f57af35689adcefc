// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <telltale/core/detail/lazily.hpp>
#include <telltale/core/error.hpp>

namespace telltale::req {

/// What a covariance must answer: the dimension, and the three questions that `ClassCovariance` names.
template <class Candidate>
concept spreads_and_colours = requires(const Candidate& covariance, const Eigen::VectorXd& vector) {
  { covariance.dimension() } -> std::convertible_to<std::size_t>;
  { covariance.along(vector) } -> std::convertible_to<double>;
  { covariance.coloured(vector) } -> std::convertible_to<Eigen::VectorXd>;
  { covariance.mahalanobis(vector) } -> std::convertible_to<double>;
};

}  // namespace telltale::req

namespace telltale::study {

/// How the vectors of a class spread about its centre: `along(x)` = sqrt(x' Sigma x), `coloured(z)` = L z with L L' =
/// Sigma, and `mahalanobis(v)` = sqrt(v' Sigma^-1 v).
template <class Candidate>
concept ClassCovariance = req::spreads_and_colours<Candidate>;

namespace covariance {

/// Sigma = variance times the identity: every direction alike.
class isotropic {
 public:
  static constexpr std::string_view name = "isotropic";

  /// Throws argument_error for no dimension and a variance that is not positive and finite.
  isotropic(std::size_t dimension, double variance) : dimension_(dimension), spread_(std::sqrt(variance)) {
    constexpr std::string_view where = "covariance::isotropic";
    if (dimension == 0) detail::refuse(where, "dimension", "is 0; wanted at least 1");
    if (!(variance > 0 && std::isfinite(variance)))
      detail::refuse(where, "variance", "is " + std::to_string(variance) + "; wanted a positive, finite number");
  }

  /// How many numbers a vector has.
  [[nodiscard]] std::size_t dimension() const noexcept { return dimension_; }
  /// sqrt(x' Sigma x), the spread of a projection on x.
  template <class Vector>
  [[nodiscard]] double along(const Vector& x) const {
    return spread_ * x.norm();
  }
  /// L z: a vector of this covariance from standard normals.
  template <class Vector>
  [[nodiscard]] Vector coloured(const Vector& z) const {
    return spread_ * z;
  }
  /// sqrt(v' Sigma^-1 v).
  template <class Vector>
  [[nodiscard]] double mahalanobis(const Vector& v) const {
    return v.norm() / spread_;
  }

 private:
  std::size_t dimension_;
  double spread_;
};

/// Any positive definite matrix, as is measured on real features. Memory and cost of a call: dimension^2.
class general {
 public:
  static constexpr std::string_view name = "general";

  /// From dimension x dimension numbers, row by row. Throws argument_error for another size, a number that is not
  /// finite, and a matrix that is not symmetric (to 1e-9 of its largest number) or not positive definite. O(d^3).
  template <std::same_as<double> Real = double>
  general(std::size_t dimension, std::type_identity_t<std::span<const Real>> matrix) {
    constexpr std::string_view where = "covariance::general";
    if (dimension == 0) detail::refuse(where, "dimension", "is 0; wanted at least 1");
    detail::check_size(where, "matrix", matrix.size(), dimension * dimension);
    detail::check_finite(where, "matrix", matrix);
    const auto d = static_cast<Eigen::Index>(dimension);
    using square = detail::lazily<Eigen::MatrixXd, Real>;
    const square sigma = Eigen::Map<const square>(matrix.data(), d, d);
    if ((sigma - sigma.transpose()).cwiseAbs().maxCoeff() > 1e-9 * sigma.cwiseAbs().maxCoeff())
      detail::refuse(where, "matrix", "is not symmetric; wanted a covariance");
    factor_.compute(sigma);
    if (factor_.info() != Eigen::Success)
      detail::refuse(where, "matrix", "is not positive definite; wanted a covariance of full rank");
  }

  /// How many numbers a vector has.
  [[nodiscard]] std::size_t dimension() const noexcept { return static_cast<std::size_t>(factor_.rows()); }
  /// sqrt(x' Sigma x), the spread of a projection on x. O(dimension^2).
  template <class Vector>
  [[nodiscard]] double along(const Vector& x) const {
    return (factor_.matrixL().transpose() * x).norm();
  }
  /// L z: a vector of this covariance from standard normals. O(dimension^2).
  template <class Vector>
  [[nodiscard]] Vector coloured(const Vector& z) const {
    return factor_.matrixL() * z;
  }
  /// sqrt(v' Sigma^-1 v). O(dimension^2).
  template <class Vector>
  [[nodiscard]] double mahalanobis(const Vector& v) const {
    return factor_.matrixL().solve(v).norm();
  }

 private:
  Eigen::LLT<Eigen::MatrixXd> factor_;
};

}  // namespace covariance
}  // namespace telltale::study
