// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/relative_likelihood.hpp>
#include <telltale/scorer/confidence.hpp>

namespace telltale::published {

/// RMIA with the settings of a preset; `a`, `gamma` and `beta` are also members of the rule.
template <class Preset>
using rmia_online_with = attack<confidence, relative_likelihood<Preset>>;
template <class Preset>
using rmia_offline_with = attack<confidence, relative_likelihood<preset::offline<Preset>>>;

/// The share of a population that the record beats, each against how likely it is on average.
///
/// Anatomy: access confidence; knowledge truth, shadow models, population; scorer confidence; rule relative likelihood.
/// Evidence is a multiple of 1/Z in [0, 1], ranking only unless beta is set. Works with few shadow models.
using rmia_online = rmia_online_with<preset::rmia>;

/// The same from models that did not see the record, p_in being estimated as a p_out + 1 - a with a = 0.3.
using rmia_offline = rmia_offline_with<preset::rmia>;

inline constexpr std::string_view rmia_citation =
    "Zarifzadeh, Liu, Shokri: Low-Cost High-Power Membership Inference Attacks. ICML 2024";

}  // namespace telltale::published
