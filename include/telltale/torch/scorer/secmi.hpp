// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/torch/observation/denoising_steps.hpp>

namespace telltale {

/// SecMI: how far a diffusion model's step to more noise and back misses where it began, negated.
///
/// The defaults are those of the publication; the program that came with it takes the error at 90, `secmi{.level =
/// 90}`, since its steps begin at 0 and end before 100. `secmi_of_one_step` needs 2 calls.
/// Threat model: inner steps; the record and its caption. It draws nothing: the noise is the model's own.
/// Formula: a step of DDIM from level s to t keeps the noise that the model sees at s,
/// phi(x, s, t) = sqrt(a_t) (x - sqrt(1 - a_s) e_hat(x, s)) / sqrt(a_s) + sqrt(1 - a_t) e_hat(x, s). From the picture
/// at level 0 steps of `stride` lead to x_t at `level`; the t-error is |phi(phi(x_t, t, t + stride), t + stride, t) -
/// x_t|^2, a sum over pixels, and the score minus that. Range: at most 0, larger means member. Cost: level / stride + 2
/// calls of the model. Throws argument_error unless stride is at least 1, the level a multiple of it, and level +
/// stride one of the model's.
/// Reference: Duan, Kong, Wang, Shi and Xu 2023, "Are diffusion models vulnerable to membership inference attacks?".
struct secmi {
  static constexpr std::string_view name = "SecMI";
  static constexpr auto needs = access_to::inner_steps;
  static constexpr auto holds = knowledge::record | knowledge::caption;

  std::int64_t level = 100,  ///< of noise, at which the error is taken
      stride = 10;           ///< levels from one step to the next

  void operator()(const DenoisingSteps auto& batch, std::span<double> out) const {
    if (stride < 1) detail::refuse(name, "stride", "is " + std::to_string(stride) + "; wanted at least 1");
    detail::check_level(name, level, batch.levels() - stride);
    if (level % stride != 0)
      detail::refuse(name, "level",
                     "is " + std::to_string(level) + "; wanted a multiple of the stride of " + std::to_string(stride));
    batch.by_block(out, [&](const auto& block) {
      const auto step = [&](const at::Tensor& x, std::int64_t from, std::int64_t to) {
        const double a = block.alpha_bar(from), b = block.alpha_bar(to);
        const at::Tensor e = block.predicted_noise(x, from);
        return std::sqrt(b) * (x - std::sqrt(1 - a) * e) / std::sqrt(a) + std::sqrt(1 - b) * e;
      };
      at::Tensor x = block.pictures();
      for (std::int64_t t = 0; t < level; t += stride) x = step(x, t, t + stride);
      const at::Tensor back = step(step(x, level, level + stride), level + stride, level);
      return -(back - x).to(at::kDouble).square().flatten(1).sum(1);
    });
  }
};

/// SecMI from the picture itself in one long step of 100 levels and back: 2 calls of the model.
///
/// Not the publication's setting. Of small models that predict v it told members from others where that did not: see
/// docs/anatomy/secmi.md.
struct secmi_of_one_step : secmi {
  static constexpr std::string_view name = "SecMI of one step";

  /// One step from level 0 to 100, and back.
  constexpr secmi_of_one_step() : secmi{.level = 0, .stride = 100} {}
};

}  // namespace telltale
