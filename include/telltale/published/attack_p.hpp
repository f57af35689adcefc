// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/threshold.hpp>
#include <telltale/scorer/loss.hpp>

namespace telltale::published {

/// Member if the loss is below a quantile of the losses of a population that the target never saw.
///
/// Anatomy: access confidence; knowledge truth, population; scorer loss; rule threshold at a quantile of the
/// population.
/// Range: evidence is the share of the population with a larger loss, in [0, 1]; ranking only unless a rate is set,
/// then the cut is 1 - fpr.
/// Reference: `attack_p_citation`.
using attack_p = attack<loss, threshold<where::population_quantile>>;

/// Where it was published, as reports print it.
inline constexpr std::string_view attack_p_citation =
    "Ye, Maddi, Murakonda, Bindschaedler, Shokri: Enhanced Membership Inference Attacks against Machine Learning "
    "Models. CCS 2022, attack P";

}  // namespace telltale::published
