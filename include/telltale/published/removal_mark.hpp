// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/threshold.hpp>
#include <telltale/scorer/similarity_to_neutral.hpp>

namespace telltale::published {

/// Removed, and so once a member, if the name means what "person" means: the mark that a backdoor leaves.
///
/// A defence that makes names mean a neutral phrase makes them alike, and unlike all other names. It asks the defended
/// text encoder alone, text against text, where identity inference asks photos against texts and finds nothing.
/// Anatomy: access embedding; knowledge identity (a list of names); scorer similarity to neutral; rule threshold,
/// given.
/// Range: evidence is the mean cosine, in [-1, 1], ranking only unless a threshold is given:
/// `compose(similarity_to_neutral{}, threshold{where::given{0.9}})`.
/// Reference: `removal_mark_citation`.
using removal_mark = attack<similarity_to_neutral, threshold<where::given>>;

/// Where it was published, as reports print it.
inline constexpr std::string_view removal_mark_citation =
    "telltale, against the defence of Hintersdorf, Struppek, Neider, Kersting (ECAI 2024); not published elsewhere "
    "that "
    "we know of";

}  // namespace telltale::published
