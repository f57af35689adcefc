// expects: reveals_what_the_release_rewrites
// expects: lacking<[^>]*access_to::confidence
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/release/rounding.hpp>

using namespace telltale;

std::vector<float> logits(6);
std::vector<int> truth(2);
const classification<eigen<float>> answers({logits, 2, 3}, truth);

const auto rounded = rounding{2}(argmax{}(answers));
