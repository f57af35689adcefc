// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/difference_from_centre.hpp>
#include <telltale/scorer/each_query.hpp>
#include <telltale/scorer/loss.hpp>

namespace telltale::published {

/// As `score_offset`, of any score by the policies of a preset: `preset::tensorflow_privacy_0_8_12_offset` takes
/// medians.
template <class Score, class Preset>
using score_offset_with = attack<each_query<Score>, difference_from_centre<Preset>>;

/// Member if the loss is below the record's own threshold: halfway between what models that saw it and models that did
/// not make of it.
///
/// Anatomy: access confidence; knowledge truth, shadow models; scorer loss of each query; rule difference from the
/// midpoint of IN and OUT.
/// Range: evidence is log p_y less that midpoint, the mean over queries, in nats, any real; cut 0.
/// Reference: `score_offset_citation`.
using score_offset = score_offset_with<loss, preset::sablayrolles_2019>;

/// Where it was published, as reports print it.
inline constexpr std::string_view score_offset_citation =
    "Sablayrolles, Douze, Ollivier, Schmid, Jegou: White-box vs Black-box: Bayes Optimal Strategies for Membership "
    "Inference. ICML 2019";

}  // namespace telltale::published
