// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// One published attack on stored scores, and its evaluation with intervals.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <telltale/metric/evaluation.hpp>
#include <telltale/published/lira.hpp>

telltale::metric::evaluation lira(std::span<const double> margins, std::span<const telltale::membership> members,
                                  const std::vector<std::span<const double>>& shadows,
                                  const std::vector<std::span<const std::uint8_t>>& keep) {
  using namespace telltale;
  const auto adversary = owning(shadow_models<double>{shadows, keep});
  const evidence found = published::lira_online{}.judge(signals{margins}, margins.size(), adversary);
  return metric::evaluate(found.values, members);
}
