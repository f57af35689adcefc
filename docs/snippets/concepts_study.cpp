// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Quoted by docs/concepts/study.md.
#include <cstdio>

#include <telltale/telltale.hpp>

using namespace telltale;

void both() {
  const study::simplified_model<> model(2, study::covariance::isotropic(100, 0.01));
  const double by_formula = study::average_tpr(model, 64, 0.01);                 // 0.0751: seven times guessing
  const metric::estimate by_attack = study::simulate_lira(model, 64, 0.01).tpr;  // a record is the unit
  std::printf("%.4f %.4f\n", by_formula, by_attack.value);
}
