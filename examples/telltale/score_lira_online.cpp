// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "score_lira.hpp"

namespace tool {

telltale::evidence judge_online(const score_inputs& inputs, const lira_settings& settings) {
  return with_policy(centres{}, settings.centre, [&](auto centre) {
    return with_policy(spreads{}, settings.spread, [&](auto spread) {
      using policies = chosen_policies<telltale::hypotheses::in_and_out, decltype(centre), decltype(spread),
                                       telltale::tail::log_survival>;
      return judge_by<policies>(inputs, settings.floor);
    });
  });
}

}  // namespace tool
