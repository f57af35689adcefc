// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/relative_likelihood.hpp>
#include <telltale/scorer/confidence.hpp>

namespace telltale::published {

/// As `rmia_online`, with the settings of a preset; `a`, `gamma` and `beta` are also members of the rule.
template <class Preset>
using rmia_online_with = attack<confidence, relative_likelihood<Preset>>;
/// As `rmia_offline`, with the settings of a preset, its IN hypothesis left out.
template <class Preset>
using rmia_offline_with = attack<confidence, relative_likelihood<preset::offline<Preset>>>;

/// The share of a population that the record beats, each against how likely it is on average.
///
/// Anatomy: access confidence; knowledge truth, shadow models, population; scorer confidence; rule relative likelihood.
/// Range: evidence is a multiple of 1/Z in [0, 1], Z the size of the population; ranking only unless beta is set. Works
/// with few shadow models.
/// Reference: `rmia_citation`.
using rmia_online = rmia_online_with<preset::rmia>;

/// As `rmia_online`, from models that did not see the record, p_in being estimated as a p_out + 1 - a with a = 0.3.
using rmia_offline = rmia_offline_with<preset::rmia>;

/// Where it was published, as reports print it.
inline constexpr std::string_view rmia_citation =
    "Zarifzadeh, Liu, Shokri: Low-Cost High-Power Membership Inference Attacks. ICML 2024";

}  // namespace telltale::published
