// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Quoted by docs/how_to/plan_shots_per_class.md.
#include <cstdio>

#include <telltale/telltale.hpp>

using namespace telltale;

void plan(const std::vector<study::cell>& cells) {
  const study::power_law_fit fit = study::fit_power_law(cells);  // or (cells, study::law_fit::dropped{})
  const metric::estimate slope = fit.law.of_shots();             // bS with its interval
  const double foretold = fit.law.predict(1024, 2).tpr.value;
  const auto needed = study::needed_shots(fit.law, 1, 1e-5, 2).shots;  // 95 %: Fieller's interval, of the line
  std::printf("%f %f %f\n", slope.value, foretold, needed.value);
}
