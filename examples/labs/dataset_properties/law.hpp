// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <telltale/study/needed_shots.hpp>
#include <telltale/study/power_law.hpp>

#include "grid.hpp"

namespace lab {

/// A planned cell and what came out.
struct measured_cell {
  planned_cell plan;
  cell_outcome got;
};
using measured_cells = std::vector<measured_cell>;

/// The cells that were measured for one purpose.
[[nodiscard]] measured_cells only(const measured_cells& all, purpose why);

/// The attack of that name with all shadow models, or with so many; nothing where the cell lacks it.
[[nodiscard]] const attack_outcome* find_attack(const cell_outcome& got, const std::string& name,
                                                std::size_t models = 0);

/// A rate as the fit takes it. Its scores are not independent, so it rests on fewer than there are: on as many
/// positives as independent ones with its interval would be, the noise of the threshold included.
[[nodiscard]] telltale::study::cell law_cell(const planned_cell& plan, const rate& measured);

/// The cells of one attack at the k-th FPR.
[[nodiscard]] std::vector<telltale::study::cell> law_cells(const measured_cells& of, const std::string& attack,
                                                           std::size_t k);

/// The law of one attack at one FPR by every policy; where one cannot be fitted, why.
struct fitted_law {
  std::string attack;
  double fpr = 0;
  std::optional<telltale::study::power_law_fit> likelihood, dropped, floored;
  std::string failure;
};
[[nodiscard]] fitted_law fit_law(const measured_cells& of, const std::string& attack, std::size_t k);

/// A cell that the law had not seen, and what the law said.
struct foretold_cell {
  telltale::study::cell measured;
  telltale::metric::estimate tpr;        ///< measured
  telltale::study::law_prediction line;  ///< by likelihood
  telltale::metric::estimate one_more;   ///< where one more cell lies, by least squares; NaN limits where unknown

  [[nodiscard]] bool inside() const { return tpr.value >= one_more.low && tpr.value <= one_more.high; }
  /// log10 of the measured excess over the foretold one; NaN where there is no excess.
  [[nodiscard]] double error() const;
};
[[nodiscard]] std::vector<foretold_cell> foretell(const fitted_law& law, const measured_cells& of);

/// 1 - sum (y - line)^2 / sum (y - mean y)^2 of y = log10(TPR - FPR); NaN for fewer than 3 cells with an excess.
[[nodiscard]] double r2_of(const std::vector<foretold_cell>& cells);

}  // namespace lab
