// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/learned.hpp>
#include <telltale/rule/per_class.hpp>
#include <telltale/scorer/posteriors.hpp>

namespace telltale::published {

/// As `shokri`, with another attack model: `learner::logistic_regression<ridge::squared>`, the ridge because posteriors
/// sum to 1.
template <class Learner>
using shokri_with = attack<posteriors, per_class<learned<Learner>>>;

/// Member if a model of the record's class, taught by a shadow model's answers, takes the answer for a member's.
///
/// Anatomy: access confidence; knowledge truth, labelled records (of shadow models); scorer posteriors; rule learned
/// perceptron, per class.
/// Range: evidence is log-odds, any real; cut 0. The records of several shadow models are one set of labelled records.
/// Reference: `shokri_citation`.
using shokri = shokri_with<learner::perceptron>;

/// Where it was published, as reports print it.
inline constexpr std::string_view shokri_citation =
    "Shokri, Stronati, Song, Shmatikov: Membership Inference Attacks against Machine Learning Models. S&P 2017";

}  // namespace telltale::published
