// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// The least that is of use: one scorer, and the backend that reads your array.
#include <span>

#include <telltale/backend/eigen.hpp>
#include <telltale/scorer/logit_margin.hpp>

void margins(std::span<const float> logits, std::size_t classes, std::span<const int> truth, std::span<double> out) {
  using namespace telltale;
  const classification<eigen<float>> answers({logits, truth.size(), classes}, truth);
  logit_margin{}(answers, out);
}
