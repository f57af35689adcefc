// expects: ZeroShot
// expects: answers_who_is_shown
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <span>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/observation/classification.hpp>
#include <telltale/published/idia.hpp>

using namespace telltale;

void prompts_of_a_classifier(const classification<eigen<float>>& answers, std::span<double> out) {
  prompts_won<>{}(answers, out);
}
