// expects: answers_pixel_by_pixel
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/observation/classification.hpp>
#include <telltale/published/segmentation.hpp>

using namespace telltale;

std::vector<float> logits(6);
std::vector<int> truth(2);
const classification<eigen<float>> answers({logits, 2, 3}, truth);

const auto scores = published::global_dice{}.score(answers);
