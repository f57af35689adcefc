// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/threshold.hpp>
#include <telltale/torch/scorer/pia.hpp>

namespace telltale::published {

/// Member if a diffusion model sees the noise again that it saw in the picture itself.
///
/// Anatomy: access inner steps; knowledge record, caption, labelled records; scorer PIA or PIAN; rule threshold at the
/// best balanced accuracy. Evidence is minus the error, to the fourth power.
template <class First>
using pia_with = attack<telltale::pia<First>, threshold<where::best_balanced_accuracy>>;
using pia = pia_with<first_noise::as_seen>;
using pia_normalised = pia_with<first_noise::normalised>;

inline constexpr std::string_view pia_citation =
    "Kong, Duan, Ma, Shen, Zhu, Shi, Xu: An Efficient Membership Inference Attack for the Diffusion Model by Proximal "
    "Initialization. ICLR 2024";

}  // namespace telltale::published
