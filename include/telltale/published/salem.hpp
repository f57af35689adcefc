// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/learned.hpp>
#include <telltale/scorer/correctness.hpp>
#include <telltale/scorer/joined.hpp>
#include <telltale/scorer/sorted_posteriors.hpp>

namespace telltale::published {

/// As `salem`, with another attack model: `learner::logistic_regression<ridge::squared>`.
template <class Learner>
using salem_with = attack<sorted_posteriors<3>, learned<Learner>>;

/// Member if one model, taught by a shadow model's three largest posteriors, takes the answer for a member's.
///
/// Anatomy: access confidence; knowledge labelled records (of one shadow model), not even the truth; scorer largest
/// posteriors, sorted; rule learned perceptron. Range: evidence is log-odds, any real; cut 0. Reference:
/// `salem_citation`, the paper's adversary 1.
using salem = salem_with<learner::perceptron>;

/// As `salem`, in the variant that ML-Doctor took up: all posteriors, sorted, and whether the prediction is right,
/// which takes the truth.
using salem_with_correctness = attack<joined<sorted_posteriors<>, correctness>, learned<>>;

/// Where it was published, as reports print it.
inline constexpr std::string_view salem_citation =
    "Salem, Zhang, Humbert, Berrang, Fritz, Backes: ML-Leaks: Model and Data Independent Membership Inference Attacks "
    "and Defenses on Machine Learning Models. NDSS 2019, adversary 1";

}  // namespace telltale::published
