// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/learned.hpp>
#include <telltale/scorer/joined.hpp>
#include <telltale/torch/scorer/pia.hpp>
#include <telltale/torch/scorer/secmi.hpp>
#include <telltale/torch/scorer/step_loss.hpp>

namespace telltale {

/// The step loss at a fifth, two, three and four fifths of 1,000 levels: what a learned rule weighs.
struct step_losses : step_loss {
  static constexpr std::string_view name = "step losses";

  /// Two draws of noise at levels 200, 400, 600 and 800.
  step_losses() : step_loss{.levels = {200, 400, 600, 800}} {}
};

namespace published {

/// Member if the inner steps of a diffusion model say so together; labelled records say which way each points.
///
/// Anatomy: access inner steps; knowledge record, caption, labelled records; scorer step losses + SecMI of one step +
/// PIA + PIAN; rule logistic regression. Several levels side by side, and PIAN, which can point the wrong way, need a
/// rule that is taught.
/// Range: log-odds of membership, any real; larger means member, cut 0. Reference: none, ours, of the scores of
/// Matsumoto et al. 2023, Duan et al. 2023 and Kong et al. 2024.
using denoising_joined =
    attack<joined<step_losses, telltale::secmi_of_one_step, telltale::pia<>, telltale::pia<first_noise::normalised>>,
           learned<learner::logistic_regression<ridge::squared>>>;

/// Whose scores these are, as reports name it.
inline constexpr std::string_view denoising_joined_citation =
    "telltale, of the scores of Matsumoto et al. 2023, Duan et al. 2023 and Kong et al. 2024 side by side";

}  // namespace published
}  // namespace telltale
