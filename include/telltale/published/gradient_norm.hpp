// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/threshold.hpp>
#include <telltale/scorer/gradient_norm.hpp>

namespace telltale::published {

/// Member if the loss is nearly at rest on the record: the smaller its gradient, the surer.
///
/// Anatomy: access parameters; knowledge record, truth; scorer gradient norm; rule threshold, given.
/// Range: evidence is minus the norm, at most 0, ranking only unless a threshold is given: `compose(gradient_norm{},
/// threshold{where::given{cut}})`; another norm is `compose(gradient_norm{.order = 1}, threshold<where::given>{})`.
/// Reference: `gradient_norm_citation`; the cited attack feeds gradients of several layers to a network; the norm
/// alone, without it, is the part of it that others run as an attack.
using gradient_norm = attack<telltale::gradient_norm, threshold<where::given>>;

/// Where it was published, as reports print it.
inline constexpr std::string_view gradient_norm_citation =
    "after Nasr, Shokri, Houmansadr: Comprehensive Privacy Analysis of Deep Learning: Passive and Active White-box "
    "Inference Attacks against Centralized and Federated Learning. S&P 2019";

}  // namespace telltale::published
