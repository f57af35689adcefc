// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <telltale/core/signals.hpp>
#include <telltale/report/audit.hpp>

#include "demo_campaign.hpp"

namespace tool {

/// An attack in words, and its evidence on every record of the pool for each target; none where it does not compile.
struct judged_attack {
  telltale::report::attack_result entry;
  std::vector<telltale::evidence> by_target;
};

/// Where the targets' answers come from.
enum class answers { trained, behind_argmax, untrained };

/// Runs every published composition that applies against each model of a campaign as target, with the others as the
/// adversary's shadow models. The order of the attacks is the same whatever the targets are.
std::vector<judged_attack> judge(const telltale::signal_store& store, answers of);

}  // namespace tool
