// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <string>
#include <string_view>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/torch/observation/denoising_steps.hpp>

namespace telltale {

/// What becomes of the noise that a model sees in the picture itself, before it is added to the picture.
namespace first_noise {

/// Nothing: PIA.
struct as_seen {
  static constexpr std::string_view name = "PIA";
  [[nodiscard]] at::Tensor operator()(const at::Tensor& e) const { return e; }
};

/// Scaled so that the mean of |e| is that of a standard normal, sqrt(2 / pi): PIAN. Noise that is 0 cannot be.
struct normalised {
  static constexpr std::string_view name = "PIAN";
  [[nodiscard]] at::Tensor operator()(const at::Tensor& e) const {
    return e / e.abs().mean({1, 2, 3}, true) * std::sqrt(2 / std::numbers::pi);
  }
};

}  // namespace first_noise

/// PIA: how far the noise that a diffusion model sees at a level is from what it saw in the picture itself, negated.
///
/// At level 0 there is next to no noise to be seen, so that a model that predicts the picture or v (and not the noise)
/// gives an e_0 that means little, and `first_noise::normalised` can then point the wrong way: orient it on labelled
/// records. Order 4 is that of the program that came with the publication.
/// Threat model: inner steps; the record and its caption. It draws nothing: the noise is the model's own.
/// Formula: e_0 = e_hat(x, 0), a = alpha_bar(level), and
/// -sum |e_0 - e_hat(sqrt(a) x + sqrt(1 - a) e_0, level)|^order over pixels. Range: at most 0, larger means member.
/// Cost: 2 calls of the model. Throws argument_error for a level that the model does not have and an order that is not
/// positive. Reference: Kong et al. 2024, "An efficient membership inference attack for the diffusion model by proximal
/// initialization".
template <class First = first_noise::as_seen>
struct pia {
  static constexpr std::string_view name = First::name;
  static constexpr auto needs = access_to::inner_steps;
  static constexpr auto holds = knowledge::record | knowledge::caption;

  static constexpr First first{};  ///< what becomes of the noise seen in the picture itself
  std::int64_t level = 200;        ///< of noise, at which the model is asked again
  double order = 4;                ///< power of the error, above 0

  void operator()(const DenoisingSteps auto& batch, std::span<double> out) const {
    detail::check_level(name, level, batch.levels());
    if (!(order > 0 && std::isfinite(order)))
      detail::refuse(name, "order", "is " + std::to_string(order) + "; wanted a positive number");
    batch.by_block(out, [&](const auto& block) {
      const at::Tensor& x = block.pictures();
      const double a = block.alpha_bar(level);
      const at::Tensor e = first(block.predicted_noise(x, 0));
      const at::Tensor error = e - block.predicted_noise(std::sqrt(a) * x + std::sqrt(1 - a) * e, level);
      return -error.to(at::kDouble).abs().pow(order).flatten(1).sum(1);
    });
  }
};

}  // namespace telltale
