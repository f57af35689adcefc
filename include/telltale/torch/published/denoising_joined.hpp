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

  step_losses() : step_loss{.levels = {200, 400, 600, 800}} {}
};

namespace published {

/// Member if the inner steps of a diffusion model say so together; labelled records say which way each points.
///
/// Anatomy: access inner steps; knowledge record, caption, labelled records; scorer step losses + SecMI of one step +
/// PIA + PIAN; rule logistic regression. Evidence is log-odds, cut 0. Several levels side by side, and PIAN, which can
/// point the wrong way, need a rule that is taught.
using denoising_joined =
    attack<joined<step_losses, telltale::secmi_of_one_step, telltale::pia<>, telltale::pia<first_noise::normalised>>,
           learned<learner::logistic_regression<ridge::squared>>>;

inline constexpr std::string_view denoising_joined_citation =
    "telltale, of the scores of Matsumoto et al. 2023, Duan et al. 2023 and Kong et al. 2024 side by side";

}  // namespace published
}  // namespace telltale
