// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <vector>

#include <telltale/telltale.hpp>

#ifdef WITH_REPORT
#include <telltale/report/json.hpp>
#endif

#ifdef WITH_IMAGES
#include <telltale/images/emoji.hpp>
#include <telltale/images/read_image.hpp>
#endif

int main() {
  const std::vector<double> logits{1, 2, -3, -1, 1, 0};
  const std::vector<int> truth{1, 2};
  const telltale::classification<telltale::eigen<double>> answers({logits, 2, 3}, truth);
  const auto evidence =
      telltale::compose(telltale::logit_margin{}, telltale::threshold<telltale::where::given>{})(answers);
#ifdef WITH_IMAGES
  // Calls that need every library to link; a file that is missing is refused.
  try {
    static_cast<void>(telltale::images::read_emoji({.font = "nowhere"}));
    static_cast<void>(telltale::images::read_image("nowhere"));
  } catch (const telltale::file_error& refused) {
    std::puts(refused.what());
  }
#endif
  std::printf("%.6f %.6f\n", evidence.values[0], evidence.values[1]);
  return 0;
}
