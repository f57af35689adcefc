// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/threshold.hpp>
#include <telltale/torch/scorer/token_likelihood.hpp>

namespace telltale::published {

/// Member if a sequence-to-sequence generator finds the tokens of the picture likely, given its caption.
///
/// Anatomy: access inner steps; knowledge record, caption, labelled records; scorer token likelihood; rule threshold at
/// the best balanced accuracy.
/// Range: the mean log-likelihood of a token, in nats: at most 0, larger means member; the cut comes from the labelled
/// records. Reference: after Yeom, Giacomelli, Fredrikson and Jha 2018, whose loss attack this is for a sequence.
using token_likelihood = attack<telltale::token_likelihood, threshold<where::best_balanced_accuracy>>;

/// After whom it is, as reports name it.
inline constexpr std::string_view token_likelihood_citation =
    "after Yeom, Giacomelli, Fredrikson, Jha: Privacy Risk in Machine Learning: Analyzing the Connection to "
    "Overfitting. CSF 2018";

}  // namespace telltale::published
