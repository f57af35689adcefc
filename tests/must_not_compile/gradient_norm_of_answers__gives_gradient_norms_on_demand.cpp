// expects: Gradients
// expects: gives_gradient_norms_on_demand
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <span>

#include <telltale/backend/eigen.hpp>
#include <telltale/scorer/gradient_norm.hpp>

using namespace telltale;

void norms_of_answers(const classification<eigen<float>, access_to::parameters>& answers, std::span<double> out) {
  gradient_norm{}(answers, out);
}
