// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/difference_from_centre.hpp>
#include <telltale/scorer/loss.hpp>

namespace telltale::published {

/// As `difficulty_calibration`, of any score: `difficulty_calibration_of<logit_margin>`.
template <class Score>
using difficulty_calibration_of = attack<Score, difference_from_centre<preset::watson_2022>>;

/// How much smaller the loss is than it is under models that did not see the record.
///
/// Anatomy: access confidence; knowledge truth, shadow models; scorer loss; rule difference from the centre of OUT.
/// Range: evidence is log p_y less its mean over the OUT models, in nats, any real; ranking only. Reference:
/// `difficulty_calibration_citation`.
using difficulty_calibration = difficulty_calibration_of<loss>;

/// Where it was published, as reports print it.
inline constexpr std::string_view difficulty_calibration_citation =
    "Watson, Guo, Cormode, Sablayrolles: On the Importance of Difficulty Calibration in Membership Inference Attacks. "
    "ICLR 2022";

}  // namespace telltale::published
