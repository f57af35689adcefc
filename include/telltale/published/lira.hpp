// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/gaussian_likelihood_ratio.hpp>
#include <telltale/scorer/each_query.hpp>
#include <telltale/scorer/logit_margin.hpp>

namespace telltale::published {

/// As `lira_online`, with the policies of a preset. A variation is one line, at namespace scope: `struct mine :
/// preset::carlini_2022 { static constexpr spread::pooled_centred spread{}; };`
template <class Preset>
using lira_online_with = attack<each_query<logit_margin>, gaussian_likelihood_ratio<Preset>>;
/// As `lira_offline`, with the policies of a preset, its IN hypothesis left out.
template <class Preset>
using lira_offline_with = attack<each_query<logit_margin>, gaussian_likelihood_ratio<preset::offline<Preset>>>;

/// How much likelier the logit margin is among models that saw the record than among those that did not.
///
/// Anatomy: access confidence; knowledge truth, shadow models; scorer logit margin of each query; rule Gaussian
/// likelihood ratio, likelihoods averaged over queries.
/// Range: evidence is a log ratio, in nats, any real; cut 0. Presets: `preset::lira` (ours), `carlini_2022` and its
/// fixed variances, and those of the peers in gaussian_likelihood_ratio/presets.hpp.
/// Reference: `lira_citation`, algorithm 1.
using lira_online = lira_online_with<preset::lira>;

/// How unlikely so large a margin is among models that did not see the record: shadow models need not be trained anew
/// for every record.
///
/// Anatomy: as of `lira_online`, the rule modelling OUT only.
/// Range: evidence is -log(1 - Phi(z)), in nats, at least 0; ranking only.
/// Reference: `lira_citation`, section IV-E.
using lira_offline = lira_offline_with<preset::lira>;

/// Where it was published, as reports print it.
inline constexpr std::string_view lira_citation =
    "Carlini, Chien, Nasr, Song, Terzis, Tramer: Membership Inference Attacks From First Principles. S&P 2022";

}  // namespace telltale::published
