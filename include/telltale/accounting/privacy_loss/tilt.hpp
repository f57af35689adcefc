// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <boost/math/tools/minima.hpp>

#include <telltale/accounting/privacy_loss/lattice.hpp>

namespace telltale::detail {

/// log E[e^(tilt loss)] of one lattice under P; by Horner's rule from the end that counts least.
[[nodiscard]] inline double log_mgf(const loss_lattice& one, double spacing, double tilt) noexcept {
  double sum = 0;
  const double ratio = std::exp(-std::abs(tilt) * spacing);
  const std::size_t size = one.mass.size();
  for (std::size_t k = 0; k < size; ++k) sum = sum * ratio + one.mass[tilt > 0 ? k : size - 1 - k];
  const double end = static_cast<double>(one.first) + (tilt > 0 ? static_cast<double>(size - 1) : 0.0);
  return std::log(sum) + tilt * spacing * end;
}

/// log E[e^(tilt loss)] of the sum of independent losses, one lattice `times` times each.
[[nodiscard]] inline double log_mgf(std::span<const loss_lattice> parts, double spacing, double tilt) noexcept {
  double sum = 0;
  for (const loss_lattice& part : parts) sum += part.times * log_mgf(part, spacing, tilt);
  return sum;
}

/// The logarithm of the largest value of (1 - e^-y) e^(-tilt y), by which delta(epsilon) <= E[e^(tilt (loss -
/// epsilon))] sharpens.
[[nodiscard]] inline double log_sharpening(double tilt) noexcept {
  return tilt * std::log(tilt / (1 + tilt)) - std::log1p(tilt);
}

/// The tilt at which an exponential bound is best: the losses that decide are then in the middle of the tilted law. At
/// most 1/spacing, since a steeper one would leave a single point of the grid.
template <class Bound>
[[nodiscard]] double best_tilt(const Bound& bound, double spacing) {
  std::uintmax_t iterations = 30;
  return std::exp(boost::math::tools::brent_find_minima([&](double log_tilt) { return bound(std::exp(log_tilt)); },
                                                        std::log(1e-4), std::log(std::max(1e-3, 1 / spacing)), 8,
                                                        iterations)
                      .first);
}

/// Indices outside which the tilted law of a sum keeps at most `outside` on each side.
struct loss_window {
  std::int64_t first, last;
};

/// Chernoff's bound on both sides, each at the best of a few rates around that of a normal law.
[[nodiscard]] inline loss_window window_of(std::span<const loss_lattice> parts, double spacing, double tilt,
                                           double deviation, double log_outside) {
  const double centre = log_mgf(parts, spacing, tilt);
  const double guess = std::min(std::sqrt(-2 * log_outside) / std::max(deviation, 1e-300), 50 / spacing);
  const auto reach = [&](double side) {
    double best = std::numeric_limits<double>::infinity();
    for (double rate = guess / 64; rate < guess * 40; rate *= 2) {
      const double bound = (log_mgf(parts, spacing, tilt + side * rate) - centre - log_outside) / rate;
      if (bound > best) break;
      best = bound;
    }
    return side * best;
  };
  const double high = std::ceil(reach(1) / spacing), low = std::floor(reach(-1) / spacing);
  constexpr double limit = 1e15;  // beyond it a spacing is lost to rounding; the caller refuses such a window
  return {static_cast<std::int64_t>(std::clamp(low, -limit, limit)),
          static_cast<std::int64_t>(std::clamp(high, -limit, limit))};
}

}  // namespace telltale::detail
