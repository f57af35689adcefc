// expects: reveals_what_the_scorer_needs
// expects: lacking<[^>]*access_to::confidence
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/attack.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/rule/threshold.hpp>
#include <telltale/scorer/logit_margin.hpp>

using namespace telltale;

std::vector<float> logits(6);
std::vector<int> truth(2);
const classification<eigen<float>> answers({logits, 2, 3}, truth);

const auto members = compose(logit_margin{}, threshold<where::given>{})(argmax{}(answers));
