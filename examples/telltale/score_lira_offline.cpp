// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "score_lira.hpp"

namespace tool {

telltale::evidence judge_offline(const score_inputs& inputs, const lira_settings& settings) {
  return with_policy(centres{}, settings.centre, [&](auto centre) {
    return with_policy(spreads{}, settings.spread, [&](auto spread) {
      return with_policy(tails{}, settings.tail, [&](auto tail) {
        using policies =
            chosen_policies<telltale::hypotheses::out_only, decltype(centre), decltype(spread), decltype(tail)>;
        return judge_by<policies>(inputs, settings.floor);
      });
    });
  });
}

}  // namespace tool
