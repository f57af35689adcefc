// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "inner.hpp"

#include <telltale/rule/threshold.hpp>
#include <telltale/torch/observation/denoising_steps.hpp>
#include <telltale/torch/observation/token_likelihoods.hpp>
#include <telltale/torch/published/denoising_joined.hpp>
#include <telltale/torch/published/pia.hpp>
#include <telltale/torch/published/secmi.hpp>
#include <telltale/torch/published/step_loss.hpp>
#include <telltale/torch/published/token_likelihood.hpp>

#include <string>

namespace text_to_image {

using namespace telltale;

void attack_inside(jury& judged, diffusion_generator& target, const captioned_images& asked, std::uint64_t seed) {
  const denoising_steps<diffusion_generator> steps(target, asked, {.seed = seed});
  for (const std::int64_t level : {50, 200, 400, 600, 800})
    judged("step loss, t = " + std::to_string(level),
           compose(telltale::step_loss{.levels = {level}}, threshold<where::best_balanced_accuracy>{}), steps);
  judged("SecMI", published::secmi{}, steps);
  judged("SecMI of one step", published::secmi_of_one_step{}, steps);
  judged("PIA", published::pia{}, steps);
  judged("PIA, normalised", published::pia_normalised{}, steps);
  judged("inner steps, joined", published::denoising_joined{}, steps);
}

void attack_inside(jury& judged, sequence_generator& target, const captioned_images& asked, std::uint64_t) {
  judged("token likelihood", published::token_likelihood{}, token_likelihoods<sequence_generator>(target, asked));
}

}  // namespace text_to_image
