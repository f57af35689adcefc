// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include <telltale/accounting/logarithms.hpp>
#include <telltale/accounting/mechanism.hpp>

namespace telltale::accounting {

/// Which of two neighbouring data sets is the one that answers: `remove`, the larger, of which a record was removed to
/// get the other, or `add`, the smaller.
enum class direction { remove, add };

}  // namespace telltale::accounting

namespace telltale::detail {

/// Probability `mass`, under the first law P of a pair (P, Q), of the privacy loss log(dP/dQ) being `loss`.
struct loss_atom {
  double loss, mass;
};

/// The privacy loss of one step of a mechanism in one direction, as the losses of narrow panels of its outcomes.
///
/// A panel lies inside one cell [i spacing, (i + 1) spacing) of losses and is told by its mass under P and by the one
/// loss that keeps its mass under Q too. What lies beyond the panels is told by its mass and a bound on its losses.
struct one_step {
  std::vector<loss_atom> atoms;     ///< ascending
  loss_atom low{0, 0}, high{0, 0};  ///< losses of at most low.loss; of at least high.loss
  double infinite = 0;              ///< outcomes that Q cannot have
  double times = 1;
};

/// Losses of the Poisson-subsampled Gaussian, in standard deviations z of the noise. P is the mixture
/// (1 - q) N(0, 1) + q N(1/sigma, 1) and Q is N(0, 1) when a record is removed; the other way round, and z mirrored so
/// that the loss still rises with it, when one is added.
struct gaussian_losses {
  double sigma, rate;
  bool removed;

  [[nodiscard]] double mixture_loss(double z) const noexcept {
    const double y = z / sigma - 0.5 / sigma / sigma;
    if (rate == 1) return y;
    return y > 40 ? y + std::log(rate) + std::log1p((1 - rate) / rate * std::exp(-y))
                  : std::log1p(rate * std::expm1(y));
  }
  [[nodiscard]] double mixture_place(double loss) const noexcept {
    const double shift = 0.5 / sigma;
    if (rate == 1) return sigma * loss + shift;
    if (loss > 40) return sigma * (loss - std::log(rate) + std::log1p(-(1 - rate) * std::exp(-loss))) + shift;
    const double u = std::expm1(loss) / rate;
    return u > -1 ? sigma * std::log1p(u) + shift : -std::numeric_limits<double>::infinity();
  }

  [[nodiscard]] double loss(double z) const noexcept { return removed ? mixture_loss(z) : -mixture_loss(-z); }
  [[nodiscard]] double place(double loss) const noexcept {
    return removed ? mixture_place(loss) : -mixture_place(-loss);
  }
  [[nodiscard]] double density(double z) const noexcept {
    return removed ? (1 - rate) * normal_density(z) + rate * normal_density(z - 1 / sigma) : normal_density(z);
  }
  [[nodiscard]] double below(double z) const noexcept {
    return removed ? (1 - rate) * upper_tail(-z) + rate * upper_tail(1 / sigma - z) : upper_tail(-z);
  }
  [[nodiscard]] double above(double z) const noexcept {
    return removed ? (1 - rate) * upper_tail(z) + rate * upper_tail(z - 1 / sigma) : upper_tail(z);
  }
};

/// Losses of Laplace noise between its two atoms; the outcome is told by its loss.
struct laplace_losses {
  double scale;

  [[nodiscard]] static double loss(double z) noexcept { return z; }
  [[nodiscard]] static double place(double loss) noexcept { return loss; }
  [[nodiscard]] double density(double z) const noexcept { return 0.25 * std::exp((z - 1 / scale) / 2); }
};

/// What limits the panels.
struct panel_options {
  double spacing;  ///< of the losses
  double tail;     ///< mass that may lie beyond the panels on each side
  double most_cells;
};

/// Refuses losses that spread over more cells than may be held.
inline void check_cells(double cells, const panel_options& options) {
  if (cells <= options.most_cells) return;
  char text[32];
  std::snprintf(text, sizeof text, "%.1e", cells < 1e300 ? cells : 1e300);  // not a number where losses overflow
  refuse("privacy_loss", "mechanisms",
         "have privacy losses that need " + std::string(text) +
             " grid points for the error asked for; wanted more noise, a larger `error` or more `most_points`");
}

/// Cuts outcomes from `first` to `last` into panels and appends their atoms. Gauss-Legendre quadrature of 3 or 8 nodes
/// leaves a relative error below 1e-14 for normal densities up to 12 standard deviations out.
template <class Law>
void append_panels(const Law& law, double first, double last, const panel_options& options, one_step& step) {
  constexpr std::array<double, 2> node3{0, 0.77459666924148337704}, weight3{8.0 / 9, 5.0 / 9};
  constexpr std::array<double, 4> node8{0.18343464249564980494, 0.52553240991632898582, 0.79666647741362673959,
                                        0.96028985649753623168},
      weight8{0.36268378337836198297, 0.31370664587788728734, 0.22238103445337447054, 0.10122853629037625915};
  const double h = options.spacing, cells = (law.loss(last) - law.loss(first)) / h;
  check_cells(cells, options);
  check_cells((last - first) / 0.25, options);
  double z = first;
  for (double cell = std::floor(law.loss(first) / h); z < last; ++cell) {
    const double from = cell * h, to = (cell + 1) * h, end = std::min(last, law.place(to));
    const double pieces = std::ceil((end - z) / 0.25), start = z;
    for (double piece = 0; piece < pieces; ++piece) {
      const double low = start + (end - start) * (piece / pieces),
                   high = start + (end - start) * ((piece + 1) / pieces);
      const double half = (high - low) / 2, middle = low + half;
      double mass = 0, moment = 0;
      const auto visit = [&](double at, double weight) {
        const double share = weight * law.density(at);
        mass += share;
        moment += share * std::expm1(from - law.loss(at));
      };
      const auto visit_pair = [&](double node, double weight) {
        visit(middle - half * node, weight);
        visit(middle + half * node, weight);
      };
      if (half < 2e-3) {
        visit(middle, weight3[0]);
        visit_pair(node3[1], weight3[1]);
      } else {
        for (std::size_t i = 0; i < node8.size(); ++i) visit_pair(node8[i], weight8[i]);
      }
      if (mass > 0) step.atoms.push_back({std::clamp(from - std::log1p(moment / mass), from, to), half * mass});
    }
    z = std::max(z, end);
  }
}

[[nodiscard]] inline one_step step_of(const accounting::gaussian& each, accounting::direction direction,
                                      const panel_options& options) {
  const gaussian_losses law{each.sigma, each.rate, direction == accounting::direction::remove};
  // 1 - Phi(z) <= exp(-z^2/2)/2, and one part of the mixture may be too rare to matter at one end.
  const double reach = std::sqrt(-2 * std::log(options.tail)), shift = law.removed ? 1 / each.sigma : 0;
  const double first = -reach + (1 - each.rate <= options.tail / 2 ? shift : 0);
  const double last = reach + (each.rate <= options.tail / 2 ? 0 : shift);
  one_step result;
  result.times = static_cast<double>(each.steps);
  append_panels(law, first, last, options, result);
  result.low = {law.loss(first), law.below(first)};
  result.high = {law.loss(last), law.above(last)};
  return result;
}

[[nodiscard]] inline one_step step_of(const accounting::laplace& each, accounting::direction,
                                      const panel_options& options) {
  one_step result;
  result.times = static_cast<double>(each.steps);
  const double most = 1 / each.scale;
  result.atoms.push_back({-most, 0.5 * std::exp(-most)});
  append_panels(laplace_losses{each.scale}, -most, most, options, result);
  result.atoms.push_back({most, 0.5});
  return result;
}

[[nodiscard]] inline one_step step_of(const accounting::approximate& each, accounting::direction,
                                      const panel_options& options) {
  check_cells(2 * each.epsilon / options.spacing, options);
  one_step result;
  result.times = static_cast<double>(each.steps);
  const double yes = 1 / (1 + std::exp(-each.epsilon));
  result.atoms = {{-each.epsilon, (1 - each.delta) * std::exp(-each.epsilon) * yes},
                  {each.epsilon, (1 - each.delta) * yes}};
  result.infinite = each.delta;
  return result;
}

}  // namespace telltale::detail
