// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <telltale/accounting/privacy_loss/panels.hpp>

namespace telltale::detail {

/// A privacy loss whose values are multiples of a spacing: mass[k] at (first + k) spacing, under P.
struct loss_lattice {
  std::int64_t first = 0;
  std::vector<double> mass;
  double infinite = 0;
  double times = 1;

  loss_lattice(const one_step& step, double spacing) : times(step.times) {
    double low = step.atoms.front().loss, high = step.atoms.back().loss;
    if (step.low.mass > 0) low = std::min(low, step.low.loss);
    if (step.high.mass > 0) high = std::max(high, step.high.loss);
    first = static_cast<std::int64_t>(std::floor(low / spacing)) - 1;
    mass.resize(static_cast<std::size_t>(static_cast<std::int64_t>(std::ceil(high / spacing)) + 2 - first));
  }
  void add(double index, double more) {
    mass[static_cast<std::size_t>(static_cast<std::int64_t>(index) - first)] += more;
  }
  /// Drops empty ends.
  void trim() {
    std::size_t empty = 0;
    while (mass.back() == 0) mass.pop_back();
    while (mass[empty] == 0) ++empty;
    mass.erase(mass.begin(), mass.begin() + static_cast<std::ptrdiff_t>(empty));
    first += static_cast<std::int64_t>(empty);
  }
};

/// A pair that is at least as easy to tell apart: each atom is spread over the two multiples around it so that its mass
/// under P and under Q stays. Its delta(epsilon) joins the dots of the true one by straight lines in e^epsilon, which
/// lie above since that curve is convex. Tails are rounded up: the low one to its bound, the high one to infinity.
///
/// Reference: Doroshenko, Ghazi, Kamath, Kumar and Manurangsi 2022, "Connect the dots: tighter discrete approximations
/// of privacy loss distributions".
[[nodiscard]] inline loss_lattice dominating(const one_step& step, double spacing) {
  loss_lattice result(step, spacing);
  const auto spread = [&](const loss_atom& each) {
    const double index = std::floor(each.loss / spacing);
    const double up = std::min(1.0, std::expm1(index * spacing - each.loss) / std::expm1(-spacing));
    result.add(index + 1, up * each.mass);
    result.add(index, (1 - up) * each.mass);
  };
  for (const loss_atom& each : step.atoms) spread(each);
  if (step.low.mass > 0) spread(step.low);
  result.infinite = step.infinite + step.high.mass;
  result.trim();
  return result;
}

/// A pair that is at most as easy to tell apart: neighbouring outcomes are merged, each group just as large that its
/// mass under P is e^loss times its mass under Q with loss a multiple of the spacing. Merging is a post-processing, so
/// delta falls everywhere, and it falls as little, to second order, as `dominating` raises it. The low tail is left out
/// and what is over at the top is rounded down.
[[nodiscard]] inline loss_lattice dominated(const one_step& step, double spacing) {
  loss_lattice result(step, spacing);
  bool open = false;
  double target = 0, mass = 0, moment = 0;  // of the open group; moment < 0: its loss is still below the target
  for (const loss_atom& each : step.atoms) {
    double left = each.mass;
    while (left > 0) {
      if (!open) {
        open = true;
        target = std::ceil(each.loss / spacing);
        mass = moment = 0;
      }
      const double gain = -std::expm1(target * spacing - each.loss);
      const double taken = gain > 0 ? std::min(left, -moment / gain) : left;
      mass += taken;
      moment += taken * gain;
      left -= taken;
      if (left > 0 || (gain == 0 && moment == 0)) {
        result.add(target, mass);
        open = false;
      }
    }
  }
  if (open) result.add(target - 1, mass);
  if (step.high.mass > 0) result.add(std::floor(step.high.loss / spacing), step.high.mass);
  result.infinite = step.infinite;
  result.trim();
  return result;
}

}  // namespace telltale::detail
