// expects: says_that_its_threshold_was_fixed_in_advance
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/metric/epsilon/clopper_pearson.hpp>
#include <telltale/metric/epsilon/lower_bound.hpp>

namespace epsilon = telltale::metric::epsilon;

const epsilon::verdict_counts best_of_all_thresholds{90, 10, 5, 95};

const auto low = epsilon::lower_bound<epsilon::clopper_pearson>(best_of_all_thresholds, 1e-5);
