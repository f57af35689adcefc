// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/threshold.hpp>
#include <telltale/scorer/loss.hpp>

namespace telltale::published {

/// Member if the loss is at most the mean training loss.
///
/// Anatomy: access confidence; knowledge truth, labelled records (members with their loss); scorer loss; rule threshold
/// at the mean of members.
/// Range: evidence is log p_y (minus the loss, in nats, at most 0), the cut its mean over known members. Where no
/// member is known, `compose(loss{}, threshold{where::given{cut}})` takes a threshold from anywhere else.
/// Reference: `yeom_citation`, adversary 2.
using yeom = attack<loss, threshold<where::mean_of_members>>;

/// Where it was published, as reports print it.
inline constexpr std::string_view yeom_citation =
    "Yeom, Giacomelli, Fredrikson, Jha: Privacy Risk in Machine Learning: Analyzing the Connection to Overfitting. "
    "CSF 2018";

}  // namespace telltale::published
