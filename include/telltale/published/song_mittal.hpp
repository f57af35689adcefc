// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/per_class.hpp>
#include <telltale/rule/privacy_risk.hpp>
#include <telltale/rule/threshold.hpp>
#include <telltale/scorer/confidence.hpp>
#include <telltale/scorer/entropy.hpp>
#include <telltale/scorer/modified_entropy.hpp>

namespace telltale::published {

/// Member if the score reaches the threshold of the record's class that tells labelled records apart best.
///
/// Anatomy: access confidence; knowledge truth, labelled records (a shadow model's); scorer confidence, entropy or
/// modified entropy; rule threshold at the best balanced accuracy, per class.
/// Range: evidence is the verdict, 1 or 0, cut 1. Their attack by correctness is `gap`.
/// Reference: `song_mittal_citation`.
template <class Score>
using song_mittal_with = attack<Score, per_class<threshold<where::best_balanced_accuracy>>>;
/// As `song_mittal_with`, by the probability of the true class.
using song_mittal_confidence = song_mittal_with<confidence>;
/// As `song_mittal_with`, by the entropy of the answer.
using song_mittal_entropy = song_mittal_with<entropy>;
/// As `song_mittal_with`, by the entropy that knows the true class.
using song_mittal_modified_entropy = song_mittal_with<modified_entropy>;

/// How likely a labelled record of the class with such a modified entropy was a member.
///
/// Anatomy: access confidence; knowledge truth, labelled records; scorer modified entropy; rule privacy risk score, per
/// class. Range: evidence is a probability of at most five values a class, ranking only. Reference:
/// `song_mittal_citation`.
using privacy_risk_score = attack<modified_entropy, per_class<privacy_risk>>;

/// Where it was published, as reports print it.
inline constexpr std::string_view song_mittal_citation =
    "Song, Mittal: Systematic Evaluation of Privacy Risks of Machine Learning Models. USENIX Security 2021";

}  // namespace telltale::published
