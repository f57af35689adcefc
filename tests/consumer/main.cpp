// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <vector>

#include <telltale/telltale.hpp>

#ifdef WITH_REPORT
#include <telltale/report/json.hpp>
#endif

int main() {
  const std::vector<double> logits{1, 2, -3, -1, 1, 0};
  const std::vector<int> truth{1, 2};
  const telltale::classification<telltale::eigen<double>> answers({logits, 2, 3}, truth);
  const auto evidence =
      telltale::compose(telltale::logit_margin{}, telltale::threshold<telltale::where::given>{})(answers);
  std::printf("%.6f %.6f\n", evidence.values[0], evidence.values[1]);
  return 0;
}
