// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Everything of the core by one include, several attacks, a release policy before one of them.
#include <telltale/telltale.hpp>

std::vector<telltale::evidence> attacks(std::span<const float> logits, std::size_t classes, std::span<const int> truth,
                                        const telltale::population<>& losses,
                                        const telltale::population<>& population_confidences,
                                        const telltale::shadow_models<double>& confidences,
                                        const telltale::shadow_models<double>& margins) {
  using namespace telltale;
  const classification<eigen<float>> answers({logits, truth.size(), classes}, truth);
  return {published::gap{}(argmax{}(answers)), published::attack_p{}(answers, owning(losses)),
          published::rmia_offline{}(answers, owning(confidences, population_confidences)),
          published::lira_online{}(answers, owning(margins))};
}
