// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <vector>

#include <telltale/telltale.hpp>

int main() {
  // Two records, three classes: what the model answered, and which class each record is of.
  const std::vector<double> logits{1, 2, -3, -1, 1, 0};
  const std::vector<int> truth{1, 2};
  const telltale::classification<telltale::eigen<double>> answers({logits, 2, 3}, truth);

  // The more a record's true class leads, the more it looks like one of the training.
  const auto attack = telltale::compose(telltale::logit_margin{}, telltale::threshold<telltale::where::given>{});
  const telltale::evidence found = attack(answers);
  std::printf("%.6f %.6f\n", found.values[0], found.values[1]);
  return 0;
}
