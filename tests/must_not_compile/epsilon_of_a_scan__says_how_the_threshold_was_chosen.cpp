// expects: says_how_the_threshold_was_chosen
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include <telltale/metric/epsilon/clopper_pearson.hpp>
#include <telltale/metric/epsilon/lower_bound.hpp>

using namespace telltale;

const std::vector<double> scores{3, 2, 1};
const std::vector<membership> member{membership::in, membership::in, membership::out};

const auto epsilon = metric::epsilon::lower_bound<metric::epsilon::clopper_pearson>(scores, member, 1e-5, 0.95);
