// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/threshold.hpp>
#include <telltale/torch/scorer/secmi.hpp>

namespace telltale::published {

/// Member if a diffusion model's step to more noise and back ends where it began: SecMI_stat.
///
/// Anatomy: access inner steps; knowledge record, caption, labelled records; scorer SecMI; rule threshold at the best
/// balanced accuracy. Their SecMI_NNs, a network on the difference picture, is not here.
/// Range: minus the t-error, a sum of squares over pixels: at most 0, larger means member; the cut comes from the
/// labelled records. Reference: Duan, Kong, Wang, Shi and Xu 2023, "Are diffusion models vulnerable to membership
/// inference attacks?".
using secmi = attack<telltale::secmi, threshold<where::best_balanced_accuracy>>;

/// As `secmi`, but in one long step from the picture itself, which is not theirs: 2 calls in place of 12.
using secmi_of_one_step = attack<telltale::secmi_of_one_step, threshold<where::best_balanced_accuracy>>;

/// The publication, as reports name it.
inline constexpr std::string_view secmi_citation =
    "Duan, Kong, Wang, Shi, Xu: Are Diffusion Models Vulnerable to Membership Inference Attacks? ICML 2023";

}  // namespace telltale::published
