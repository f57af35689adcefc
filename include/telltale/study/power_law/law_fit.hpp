// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <numbers>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/detail/lazily.hpp>
#include <telltale/core/error.hpp>
#include <telltale/study/power_law/cell.hpp>
#include <telltale/study/power_law/least_squares.hpp>

/// How a power law is fitted to cells, and so what becomes of those with TPR <= FPR, of which there is no logarithm. A
/// policy: a name and `fit(cells)`, which throws argument_error for cells that do not determine a line.
namespace telltale::study::law_fit {

/// Ordinary least squares without the cells that have TPR <= FPR, which are counted. What is published.
///
/// Cells near the noise survive where chance lifted them, and every cell counts alike, however little it knows: where
/// such cells are many the interval of the slope is too short (measured at 95 %: 84 to 91 %). Reference: Tobaben et al.
/// 2025, as for `power_law`.
struct dropped {
  static constexpr std::string_view name = "drop";

  /// The line through the cells with an excess. Throws argument_error where none has one, and for cells that do not
  /// determine a line.
  template <std::same_as<double> Real = double>
  [[nodiscard]] fitted_line fit(std::span<const cell> cells) const {
    std::vector<cell> kept;
    std::vector<Real> y;
    for (const cell& each : cells) {
      if (!(each.excess() > 0)) continue;
      kept.push_back(each);
      y.push_back(std::log10(each.excess()));
    }
    if (kept.empty()) detail::refuse("law_fit::dropped", "cells", "have TPR <= FPR, all of them: there is no excess");
    fitted_line line = detail::ordinary_fit<Real>("law_fit::dropped", kept, y);
    line.dropped = cells.size() - kept.size();
    return line;
  }
};

/// Ordinary least squares with TPR - FPR raised to `records` / positives where it is less; those are counted. The floor
/// is arbitrary, and so is what it does to the line: with half a record it comes out steeper.
struct floored {
  static constexpr std::string_view name = "floor";
  double records = 0.5;  ///< how many records a cell's excess is raised to

  /// The line through all cells, raised where need be. Throws argument_error unless `records` is positive and finite,
  /// and for cells that do not determine a line.
  template <std::same_as<double> Real = double>
  [[nodiscard]] fitted_line fit(std::span<const cell> cells) const {
    if (!(records > 0 && std::isfinite(records)))
      detail::refuse("law_fit::floored", "records", "is " + std::to_string(records) + "; wanted a positive number");
    std::size_t raised = 0;
    std::vector<Real> y;
    for (const cell& each : cells) {
      const double least = records / static_cast<double>(each.positives);
      raised += each.excess() < least;
      y.push_back(std::log10(std::max(each.excess(), least)));
    }
    fitted_line line = detail::ordinary_fit<Real>("law_fit::floored", cells, y);
    line.floored = raised;
    return line;
  }
};

/// Maximum likelihood: true positives are binomial with TPR = f + 10^(b0 + bS log10 S + bC log10 C), so that every cell
/// counts as much as it knows, TPR below FPR or not. Nothing is dropped or floored.
///
/// A threshold that was estimated adds its own noise: the variance of a cell is t (1 - t)/positives + f (1 -
/// f)/negatives, t the TPR of the line (a quasi-likelihood; the binomial one where negatives is 0). Standard errors are
/// the model's, widened by the root of the dispersion where cells scatter more; never narrowed (measured at 95 %: 96 to
/// 99 %). `r2` is weighted, of
/// the TPR. Reference: Wedderburn 1974, "Quasi-likelihood functions, generalized linear models, and the Gauss-Newton
/// method".
struct likelihood {
  static constexpr std::string_view name = "likelihood";

  /// The most likely line, by Newton's steps from that of `floored`. O(cells) a step, a few steps. Throws
  /// argument_error for cells that do not determine a line, without an excess, or saturated (a TPR above 1 at the
  /// fewest shots).
  template <std::same_as<double> Real = double>
  [[nodiscard]] fitted_line fit(std::span<const cell> cells) const {
    constexpr std::string_view where = "law_fit::likelihood";
    using vector = detail::lazily<Eigen::VectorXd, Real>;
    using column = detail::lazily<Eigen::ArrayXd, Real>;
    fitted_line line = floored{}.fit<Real>(cells);  // the start, and the checks
    const detail::cell_design<Real> design(where, cells);
    const Eigen::Index n = design.columns.rows();
    const double f = cells[0].fpr;
    column y(n), positives(n), of_threshold(n);
    for (Eigen::Index i = 0; i < n; ++i) {
      const cell& each = cells[static_cast<std::size_t>(i)];
      y[i] = each.tpr;
      positives[i] = static_cast<double>(each.positives);
      of_threshold[i] = each.negatives == 0 ? 0 : f * (1 - f) / static_cast<double>(each.negatives);
    }
    const auto excess = [&](const vector& at) -> column {
      return ((design.columns * at).array() * std::numbers::ln10).exp();
    };
    // A start that asks for a TPR above 1 somewhere is lowered as a whole.
    vector b = Eigen::Map<const vector>(line.coefficients.data(), design.columns.cols());
    if (const double most = excess(b).maxCoeff(); most >= 0.99 * (1 - f)) b[0] -= std::log10(most / (0.99 * (1 - f)));
    column e, mean, variance;
    detail::weighted_solution<Real> found;
    for (int step = 0;; ++step) {
      e = excess(b);
      mean = f + e;
      variance = mean * (1 - mean) / positives + of_threshold;
      const column slope = std::numbers::ln10 * e;
      const vector weights = slope.square() / variance;
      constexpr std::string_view nothing = "show no excess of TPR over FPR that a power law could follow";
      if (mean.maxCoeff() > 1 - 1e-6 || (step == 500 && mean.maxCoeff() > 0.99))
        detail::refuse(where, "cells",
                       "would have a TPR above 1 at the fewest shots: the attack is saturated there, which is no power "
                       "law; wanted cells below that");
      if (step == 500) detail::refuse(where, "cells", nothing);
      found = detail::solve_weighted<Real>(where, nothing, design.columns, weights, ((y - mean) / slope).matrix());
      const vector& move = found.coefficients;
      if (move.cwiseAbs().maxCoeff() < 1e-11) break;
      const column trials = mean * (1 - mean) / variance;
      const auto log_likelihood = [&](const column& at) {
        return (trials * (y * at.log() + (1 - y) * (1 - at).log())).sum();
      };
      const double now = log_likelihood(mean);
      double share = std::min(1.0, 1 / move.cwiseAbs().maxCoeff());
      for (int halving = 0; halving < 40; ++halving, share /= 2) {
        const column at = f + excess(b + share * move);
        if (at.maxCoeff() < 1 && log_likelihood(at) >= now - 1e-9 * std::abs(now)) break;
      }
      b += share * move;
    }
    line.floored = 0;
    line.residual = std::numeric_limits<double>::quiet_NaN();
    const column w = 1 / variance;
    const double squares = (w * (y - mean).square()).sum(), centre = (w * y).sum() / w.sum();
    line.dispersion = squares / static_cast<double>(line.freedom);
    detail::put_into<Real>(line, b, found.inverse * std::max(1.0, line.dispersion));
    const double all = (w * (y - centre).square()).sum();
    line.r2 = all > 0 ? 1 - squares / all : 0;
    return line;
  }
};

}  // namespace telltale::study::law_fit

namespace telltale::req {

/// What a policy must do: make a line of cells.
template <class Policy>
concept says_how_cells_are_fitted = requires(const Policy& policy, std::span<const study::cell> cells) {
  { policy.fit(cells) } -> std::same_as<study::fitted_line>;
};

}  // namespace telltale::req

namespace telltale::study {

/// A way to fit a power law to cells; see `law_fit`.
template <class Policy>
concept LawFit = requires {
  { Policy::name } -> std::convertible_to<std::string_view>;
} && req::says_how_cells_are_fitted<Policy>;

}  // namespace telltale::study
