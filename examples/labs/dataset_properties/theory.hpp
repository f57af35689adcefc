// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <telltale/metric/interval/estimate.hpp>

#include "table.hpp"

namespace lab {

/// What the simplified model says at some shots, and what its attack does when it is run.
struct theory_point {
  std::size_t shots = 0;
  double fpr = 0, formula = 0, limit = 0;  ///< exact TPR, and FPR + asymptotic excess
  telltale::metric::estimate simulated;    ///< LiRA on drawn vectors
};

/// The isotropic simplified model of as many dimensions as the table has, with that within-class variance (of features
/// whose class centres have length 1) which the table's classes have on average.
[[nodiscard]] std::vector<theory_point> synthetic_theory(const feature_table& table,
                                                         const std::vector<std::size_t>& shots);

/// The simplified model on real records: its classifier, the mean of S records of each class, trained `models` + 1
/// times on one pool for each of some pools, attacked by LiRA; beside it the formula, evaluated on the same records.
struct class_mean_point {
  std::size_t shots = 0;
  double fpr = 0, formula = 0;
  telltale::metric::estimate measured;
};
[[nodiscard]] std::vector<class_mean_point> class_mean_theory(const feature_table& table,
                                                              const std::vector<std::size_t>& shots,
                                                              std::size_t classes, std::size_t models,
                                                              std::uint64_t seed);

}  // namespace lab
