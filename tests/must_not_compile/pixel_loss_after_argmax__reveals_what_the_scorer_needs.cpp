// expects: reveals_what_the_scorer_needs
// expects: lacking<[^>]*access_to::confidence
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/published/segmentation.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/release/at_every_pixel.hpp>

using namespace telltale;

std::vector<float> logits(12);
const segmentation<eigen<float>> answers({logits, 1, 3, 4}, {3, 2, 2});

const auto losses = published::global_loss{}.score(at_every_pixel{argmax{}}(answers));
