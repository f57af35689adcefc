// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "oracle/shadow_statistics.hpp"

// The queries of a record as one Gaussian vector, by elimination in long double.
namespace oracle {

using square = std::vector<std::vector<long double>>;

/// A^-1 b and the determinant of A, by elimination with pivots.
inline std::pair<std::vector<long double>, long double> solve(square a, std::vector<long double> b) {
  const std::size_t n = b.size();
  long double determinant = 1;
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t pivot = c;
    for (std::size_t r = c; r < n; ++r)
      if (std::abs(a[r][c]) > std::abs(a[pivot][c])) pivot = r;
    if (pivot != c) {
      std::swap(a[pivot], a[c]);
      std::swap(b[pivot], b[c]);
      determinant = -determinant;
    }
    determinant *= a[c][c];
    for (std::size_t r = c + 1; r < n; ++r) {
      const long double factor = a[r][c] / a[c][c];
      for (std::size_t k = c; k < n; ++k) a[r][k] -= factor * a[c][k];
      b[r] -= factor * b[c];
    }
  }
  for (std::size_t r = n; r-- > 0;) {
    for (std::size_t k = r + 1; k < n; ++k) b[r] -= a[r][k] * b[k];
    b[r] /= a[r][r];
  }
  return {b, determinant};
}

struct gaussian_vector {
  std::vector<long double> centre;
  square covariance;
};

/// The vector of one record and hypothesis; `shared` pools the residuals about the centres of all records.
template <class Scalar>
gaussian_vector gaussian_of(const shadow_scores<Scalar>& shadow, std::size_t record, std::uint8_t in, bool by_median,
                            bool shared) {
  const std::size_t w = shadow.width;
  gaussian_vector found{std::vector<long double>(w), square(w, std::vector<long double>(w))};
  long double count = 0;
  for (std::size_t i = 0; i < shadow.records(); ++i) {
    if (!shared && i != record) continue;
    std::vector<std::vector<long double>> columns;
    std::vector<long double> about;
    for (std::size_t q = 0; q < w; ++q) {
      columns.push_back(shadow.side(i, q, in));
      const long double centre = by_median ? median(columns[q]) : mean(columns[q]);
      if (i == record) found.centre[q] = centre;
      about.push_back(shared ? centre : mean(columns[q]));
    }
    count += static_cast<long double>(columns[0].size());
    for (std::size_t q = 0; q < w; ++q)
      for (std::size_t r = 0; r < w; ++r)
        for (std::size_t m = 0; m < columns[0].size(); ++m)
          found.covariance[q][r] += (columns[q][m] - about[q]) * (columns[r][m] - about[r]);
  }
  for (auto& row : found.covariance)
    for (long double& value : row) value /= count;
  return found;
}

struct joint_place {
  long double log_density, common;
};

/// The log density of the scores, and how far all of them lie above the centre together.
inline joint_place place_of(const gaussian_vector& g, const double* scores) {
  const std::size_t w = g.centre.size();
  std::vector<long double> moved(w);
  for (std::size_t q = 0; q < w; ++q) moved[q] = scores[q] - g.centre[q];
  const auto [solved, determinant] = solve(g.covariance, moved);
  const auto ones = solve(g.covariance, std::vector<long double>(w, 1)).first;
  long double squared = 0, along = 0, length = 0;
  for (std::size_t q = 0; q < w; ++q) {
    squared += moved[q] * solved[q];
    along += solved[q];
    length += ones[q];
  }
  const long double log_2_pi = std::log(2 * std::acos(-1.0L));
  return {-(squared + std::log(determinant) + static_cast<long double>(w) * log_2_pi) / 2, along / std::sqrt(length)};
}

}  // namespace oracle
