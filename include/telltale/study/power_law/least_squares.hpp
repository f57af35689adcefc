// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <telltale/core/detail/lazily.hpp>
#include <telltale/core/error.hpp>
#include <telltale/study/power_law/cell.hpp>

namespace telltale::study {

/// What a fit found. The coefficients are those of 1, log10 S and log10 C; the last is 0 where C does not vary.
struct fitted_line {
  std::array<double, 3> coefficients{};  ///< b0, bS, bC
  std::array<double, 9> covariance{};    ///< of the coefficients, row by row
  double r2 = 0;                         ///< share of the variance that the line explains
  double residual = 0;       ///< standard deviation of log10(TPR - FPR) about the line; NaN where not measured as such
  double dispersion = 1;     ///< by how much more cells scatter than the binomial law says, as a ratio of variances
  std::size_t freedom = 0,   ///< cells less coefficients
      dropped = 0,           ///< cells that the policy left out
      floored = 0;           ///< cells that the policy raised
  bool has_classes = false;  ///< whether C varies, so that bC was fitted
};

}  // namespace telltale::study

namespace telltale::detail {

/// The columns of a regression on cells: 1, log10 S and, unless all cells have the same, log10 C.
template <class Real>
struct cell_design {
  lazily<Eigen::MatrixXd, Real> columns;
  bool has_classes = false;

  cell_design(std::string_view function, std::span<const study::cell> cells) {
    bool has_shots = false;
    for (const study::cell& each : cells) {
      has_shots = has_shots || each.shots != cells[0].shots;
      has_classes = has_classes || each.classes != cells[0].classes;
    }
    if (!has_shots) refuse(function, "cells", "all have the same shots; a slope wants at least two different numbers");
    columns.resize(static_cast<Eigen::Index>(cells.size()), has_classes ? 3 : 2);
    for (Eigen::Index i = 0; i < columns.rows(); ++i) {
      const study::cell& each = cells[static_cast<std::size_t>(i)];
      columns(i, 0) = 1;
      columns(i, 1) = std::log10(each.shots);
      if (has_classes) columns(i, 2) = std::log10(each.classes);
    }
  }
};

/// Weighted least squares: the coefficients that minimise sum w (y - x'b)^2, and (X' W X)^-1.
template <class Real>
struct weighted_solution {
  lazily<Eigen::VectorXd, Real> coefficients;
  lazily<Eigen::MatrixXd, Real> inverse;
};

/// By the normal equations of centred columns, whose condition at two columns is no concern. O(cells). Throws
/// argument_error with the sentence `otherwise` where the columns do not vary independently.
template <class Real>
[[nodiscard]] weighted_solution<Real> solve_weighted(std::string_view function, std::string_view otherwise,
                                                     const lazily<Eigen::MatrixXd, Real>& columns,
                                                     const lazily<Eigen::VectorXd, Real>& weights,
                                                     const lazily<Eigen::VectorXd, Real>& y) {
  using matrix = lazily<Eigen::MatrixXd, Real>;
  using vector = lazily<Eigen::VectorXd, Real>;
  const Eigen::Index slopes = columns.cols() - 1;
  const double total = weights.sum();
  const vector mean = columns.rightCols(slopes).transpose() * weights / total;
  const matrix centred = columns.rightCols(slopes).rowwise() - mean.transpose();
  const matrix gram = centred.transpose() * weights.asDiagonal() * centred;
  bool independent = total > 0 && std::isfinite(total) && gram.diagonal().minCoeff() > 0;
  if (independent && slopes == 2)
    independent = gram(0, 1) * gram(0, 1) < (1 - 1e-10) * gram(0, 0) * gram(1, 1);  // their correlation
  if (!independent) refuse(function, "cells", otherwise);
  const Eigen::LLT<matrix> factor(gram);
  const double centre = weights.dot(y) / total;
  const vector about = y.array() - centre;
  const vector slope = factor.solve(centred.transpose() * (weights.asDiagonal() * about));
  const matrix inverse = factor.solve(matrix::Identity(slopes, slopes));
  const vector cross = -(inverse * mean);
  weighted_solution<Real> found{vector(slopes + 1), matrix(slopes + 1, slopes + 1)};
  found.coefficients << centre - mean.dot(slope), slope;
  found.inverse << 1 / total - mean.dot(cross), cross.transpose(), cross, inverse;
  return found;
}

/// Puts coefficients and their covariance into a line.
template <class Real>
void put_into(study::fitted_line& line, const lazily<Eigen::VectorXd, Real>& coefficients,
              const lazily<Eigen::MatrixXd, Real>& covariance) {
  for (Eigen::Index i = 0; i < coefficients.size(); ++i) {
    line.coefficients[static_cast<std::size_t>(i)] = coefficients[i];
    for (Eigen::Index j = 0; j < coefficients.size(); ++j)
      line.covariance[static_cast<std::size_t>(3 * i + j)] = covariance(i, j);
  }
}

/// Ordinary least squares of `values`, one for each cell.
template <class Real>
[[nodiscard]] study::fitted_line ordinary_fit(std::string_view function, std::span<const study::cell> cells,
                                              std::span<const Real> values) {
  using vector = lazily<Eigen::VectorXd, Real>;
  const cell_design<Real> design(function, cells);
  const Eigen::Index n = design.columns.rows(), wanted = design.columns.cols() + 1;
  if (n < wanted)
    refuse(function, "cells",
           std::to_string(n) + " are left to fit; wanted at least " + std::to_string(wanted) +
               ", one more than there are coefficients");
  const vector y = Eigen::Map<const vector>(values.data(), n);
  const weighted_solution<Real> found =
      solve_weighted<Real>(function, "do not tell the effect of shots from that of classes; wanted a grid of both",
                           design.columns, vector::Ones(n), y);
  study::fitted_line line;
  line.has_classes = design.has_classes;
  line.freedom = static_cast<std::size_t>(n - design.columns.cols());
  const double squares = (y - design.columns * found.coefficients).squaredNorm(),
               all = (y.array() - y.mean()).matrix().squaredNorm();
  line.residual = std::sqrt(squares / static_cast<double>(line.freedom));
  put_into<Real>(line, found.coefficients, found.inverse * (line.residual * line.residual));
  line.r2 = all > 0 ? 1 - squares / all : 0;
  return line;
}

}  // namespace telltale::detail
