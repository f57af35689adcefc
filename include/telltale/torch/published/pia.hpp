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
/// Anatomy: access inner steps; knowledge record, caption, labelled records; scorer PIA or PIAN, by `First`; rule
/// threshold at the best balanced accuracy.
/// Range: minus the error, to the fourth power and summed over pixels: at most 0, larger means member; the cut is
/// learned. Reference: Kong, Duan, Ma, Shen, Zhu, Shi and Xu 2024, "An efficient membership inference attack for the
/// diffusion model by proximal initialization".
template <class First>
using pia_with = attack<telltale::pia<First>, threshold<where::best_balanced_accuracy>>;
/// PIA: as `pia_with`, the noise as the model sees it.
using pia = pia_with<first_noise::as_seen>;
/// PIAN: as `pia_with`, the noise scaled to the size of standard normal noise.
using pia_normalised = pia_with<first_noise::normalised>;

/// The publication, as reports name it.
inline constexpr std::string_view pia_citation =
    "Kong, Duan, Ma, Shen, Zhu, Shi, Xu: An Efficient Membership Inference Attack for the Diffusion Model by Proximal "
    "Initialization. ICLR 2024";

}  // namespace telltale::published
