// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/threshold.hpp>
#include <telltale/torch/scorer/step_loss.hpp>

namespace telltale::published {

/// Member if a diffusion model finds the noise in a noisy copy of the picture well.
///
/// Anatomy: access inner steps; knowledge record, caption, labelled records; scorer step loss; rule threshold at the
/// best balanced accuracy. Another level: `compose(telltale::step_loss{.levels = {100}},
/// threshold<where::best_balanced_accuracy>{})`.
/// Range: minus the mean squared error of a pixel's noise: at most 0, larger means member; the cut comes from the
/// labelled records. Reference: Matsumoto, Miura and Yanai 2023, "Membership inference attacks against diffusion
/// models".
using step_loss = attack<telltale::step_loss, threshold<where::best_balanced_accuracy>>;

/// The publication, as reports name it.
inline constexpr std::string_view step_loss_citation =
    "Matsumoto, Miura, Yanai: Membership Inference Attacks against Diffusion Models. IEEE S&P Workshops 2023";

}  // namespace telltale::published
