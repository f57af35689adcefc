// expects: Classification
// expects: answers_as_a_classifier
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <span>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/observation/gradients.hpp>
#include <telltale/scorer/logit_margin.hpp>

using namespace telltale;

void margins_of_gradients(const softmax_head<eigen<float>>& head, std::span<double> out) { logit_margin{}(head, out); }
