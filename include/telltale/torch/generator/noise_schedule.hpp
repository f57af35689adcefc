// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>

#include <telltale/core/error.hpp>

namespace telltale {

/// How much of a picture is left at each level of noise: the cosine schedule.
///
/// Formula: a picture x at level t is sqrt(a) x + sqrt(1 - a) e, e standard normal, with the share of the picture
/// a = alpha_bar(t) = cos^2(pi/2 (t/levels + s) / (1 + s)) / cos^2(pi/2 s / (1 + s)), s = 0.008, kept within
/// [1e-4, 0.9999]: at either end noise and picture can still be told apart in float.
/// Throws argument_error for a level outside 0 to levels - 1.
/// Reference: Nichol and Dhariwal 2021, "Improved denoising diffusion probabilistic models".
struct noise_schedule {
  static constexpr std::int64_t levels = 1000;  ///< of noise: 0 to 999

  /// The share of the picture that is left at a level.
  [[nodiscard]] double alpha_bar(std::int64_t level) const {
    if (level < 0 || level >= levels)
      detail::refuse("noise_schedule", "level",
                     "is " + std::to_string(level) + "; wanted 0 to " + std::to_string(levels - 1));
    constexpr double offset = 0.008, least = 1e-4, most = 0.9999;
    const auto left = [](double time) {
      const double cosine = std::cos((time + offset) / (1 + offset) * std::numbers::pi / 2);
      return cosine * cosine;
    };
    return std::clamp(left(static_cast<double>(level) / static_cast<double>(levels)) / left(0), least, most);
  }
};

}  // namespace telltale
