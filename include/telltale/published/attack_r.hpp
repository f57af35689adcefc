// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/reference_quantile.hpp>
#include <telltale/scorer/loss.hpp>

namespace telltale::published {

/// As `attack_r`, with another estimate of a record's quantiles: `estimate::gaussian`.
template <class Estimate>
using attack_r_with = attack<loss, reference_quantile<Estimate>>;

/// Member if the loss is below a quantile of the record's own losses under models that did not see it.
///
/// Anatomy: access confidence; knowledge truth, shadow models; scorer loss; rule quantile of the reference models.
/// Range: evidence is the share of OUT models with a loss at least as large, in [0, 1]; ranking only unless a rate is
/// set, then the cut is 1 - fpr.
/// Reference: `attack_r_citation`.
using attack_r = attack_r_with<estimate::empirical>;

/// Where it was published, as reports print it.
inline constexpr std::string_view attack_r_citation =
    "Ye, Maddi, Murakonda, Bindschaedler, Shokri: Enhanced Membership Inference Attacks against Machine Learning "
    "Models. CCS 2022, attack R";

}  // namespace telltale::published
