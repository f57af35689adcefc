// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "score_lira.hpp"

namespace tool {

telltale::evidence judge_online(const score_inputs& inputs, const lira_settings& settings) {
  return judge_with<telltale::hypotheses::in_and_out>(inputs, settings);
}

}  // namespace tool
