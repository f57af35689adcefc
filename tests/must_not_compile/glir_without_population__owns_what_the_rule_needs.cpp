// expects: owns_what_the_rule_needs
// expects: lacking<[^>]*knowledge::population
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/backend/eigen.hpp>
#include <telltale/observation/updates.hpp>
#include <telltale/published/glir.hpp>

using namespace telltale;

evidence of_update_alone(const updates<eigen<float>>& target) { return published::glir{}(target, owning()); }
