// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/torch/observation/denoising_steps.hpp>

namespace telltale {

/// How badly a diffusion model finds the noise in a noisy copy of the picture, negated: on what it was trained on it
/// finds it better.
///
/// A model that is told the caption recalls the picture at high noise, where little else tells it what to draw: 800 of
/// 1,000 is the default. Models of pictures alone have been attacked at low noise.
/// Threat model: inner steps; the record and its caption.
/// Formula: at each level t, a = alpha_bar(t), over D draws e of noise that all subjects share,
/// -(1/D) sum |e - e_hat(sqrt(a) x + sqrt(1 - a) e, t, caption)|^2 / pixels. Width: one value a level. Range: at most
/// 0, larger means member. Cost: levels x D calls of the model. Throws argument_error for no level, one that the model
/// does not have, and 0 draws. Reference: Matsumoto, Miura and Yanai 2023, "Membership inference attacks against
/// diffusion models"; Carlini et al. 2023, "Extracting training data from diffusion models".
struct step_loss {
  static constexpr std::string_view name = "step loss";
  static constexpr auto needs = access_to::inner_steps;
  static constexpr auto holds = knowledge::record | knowledge::caption;

  std::vector<std::int64_t> levels{800};  ///< of noise, at which the loss is taken
  std::size_t draws = 2;                  ///< of noise at each level, D

  [[nodiscard]] std::size_t width(const DenoisingSteps auto&) const noexcept { return levels.size(); }

  void operator()(const DenoisingSteps auto& batch, std::span<double> out) const {
    if (levels.empty()) detail::refuse(name, "levels", "is empty; wanted at least one");
    if (draws == 0) detail::refuse(name, "draws", "is 0; wanted at least 1");
    for (const std::int64_t t : levels) detail::check_level(name, t, batch.levels());
    batch.by_block(out, [&](const auto& block) {
      const at::Tensor& x = block.pictures();
      std::vector<at::Tensor> scores;
      for (const std::int64_t t : levels) {
        const double a = block.alpha_bar(t);
        at::Tensor loss = at::zeros({x.size(0)}, x.options().dtype(at::kDouble));
        for (std::size_t draw = 0; draw < draws; ++draw) {
          const at::Tensor e = block.noise(draw);
          const at::Tensor error = e - block.predicted_noise(std::sqrt(a) * x + std::sqrt(1 - a) * e, t);
          loss += error.to(at::kDouble).square().flatten(1).mean(1);
        }
        scores.push_back(-loss / static_cast<double>(draws));
      }
      return at::stack(scores, 1);
    });
  }
};

}  // namespace telltale
