// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/quantile_regression.hpp>
#include <telltale/scorer/given_features.hpp>
#include <telltale/scorer/joined.hpp>
#include <telltale/scorer/logit_margin.hpp>

namespace telltale::published {

/// As `qmia`, with another model of the scores: `conditional::linear_quantile`, whose rate has to be set.
template <class Model>
using qmia_with = attack<joined<logit_margin, given_features>, quantile_regression<Model>>;

/// Member if the margin is above what a regression on the record's features expects of a non-member.
///
/// Anatomy: access confidence; knowledge truth, record (its features), population; scorer logit margin + given
/// features; rule linear Gaussian regression. Range: evidence is -log of the probability of so large a margin, in nats,
/// at least 0; ranking only unless a rate is set, then the cut is -log fpr. The features come with the scorer:
/// `compose(joined(logit_margin{}, given_features{values, dimensions}), quantile_regression{})`. Reference:
/// `qmia_citation`.
using qmia = qmia_with<conditional::linear_gaussian>;

/// Where it was published, as reports print it.
inline constexpr std::string_view qmia_citation =
    "Bertran, Tang, Kearns, Morgenstern, Roth, Wu: Scalable Membership Inference Attacks via Quantile Regression. "
    "NeurIPS 2023";

}  // namespace telltale::published
