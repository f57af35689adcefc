// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <string>
#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/core/error.hpp>
#include <telltale/rule/noncentral_chi_square.hpp>
#include <telltale/scorer/update_residual.hpp>

namespace telltale::published {

/// As `glir`, with the policies of a preset.
template <class Preset>
using glir_with = attack<update_residual, noncentral_chi_square<Preset>>;

/// Member if the released update lies closer to the record's gradient than chance would bring it.
///
/// Anatomy: access update; knowledge record, truth, population (gradients at the same parameters); scorer update
/// residual + gradient; rule noncentral chi-square ratio.
/// Range: evidence is -log p summed over steps, in nats, at least 0; ranking only unless a rate is set. Presets:
/// `preset::leemann_2023` (the formula), `leemann_2023_code`.
/// Reference: `glir_citation`.
using glir = glir_with<preset::leemann_2023>;

/// Where it was published, as reports print it.
inline constexpr std::string_view glir_citation =
    "Leemann, Pawelczyk, Kasneci: Gaussian Membership Inference Privacy. NeurIPS 2023";

/// How far GLiR tells a record of one step apart, in standard deviations: the mu of Gaussian membership inference
/// privacy, TPR = Phi(Phi^-1(FPR) + mu).
///
/// Formula: (d + (2n - 1) K) / (n sqrt(2d + 4nK)) for d dimensions, a batch of n and a gradient of squared whitened
/// length K about the population's mean (on average d). An approximation for large d or n K, from the first two moments
/// of the two laws; independent steps compose as sqrt(sum of mu^2).
/// Cost: O(1).
/// Throws argument_error unless d >= 1, n >= 2 and K >= 0 are finite.
/// Reference: Leemann et al. 2023.
[[nodiscard]] inline double glir_separation(double dimensions, double batch_size, double susceptibility) {
  const auto wanted = [](std::string_view argument, double got, int least) {
    if (!(got >= least && std::isfinite(got)))
      telltale::detail::refuse(
          "glir_separation", argument,
          "is " + std::to_string(got) + "; wanted a finite number of at least " + std::to_string(least));
  };
  wanted("dimensions", dimensions, 1);
  wanted("batch_size", batch_size, 2);
  wanted("susceptibility", susceptibility, 0);
  return (dimensions + (2 * batch_size - 1) * susceptibility) /
         (batch_size * std::sqrt(2 * dimensions + 4 * batch_size * susceptibility));
}

}  // namespace telltale::published
