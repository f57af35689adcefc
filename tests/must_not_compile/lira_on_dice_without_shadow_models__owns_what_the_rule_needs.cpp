// expects: owns_what_the_rule_needs
// expects: lacking<[^>]*knowledge::shadow_models
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/published/segmentation.hpp>

using namespace telltale;

std::vector<float> logits(12);
const segmentation<eigen<float>> answers({logits, 1, 3, 4}, {3, 2, 2});

const auto members = published::lira_on_dice{}(answers);
