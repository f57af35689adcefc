// expects: owns_what_the_rule_needs
// expects: lacking<[^>]*knowledge::shadow_models
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/observation/classification.hpp>
#include <telltale/published/lira.hpp>

using namespace telltale;

std::vector<float> logits(6);
std::vector<int> truth(2);
const classification<eigen<float>> answers({logits, 2, 3}, truth);

const auto members = published::lira_online{}(answers);
