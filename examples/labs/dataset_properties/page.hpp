// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <telltale/report/html/document.hpp>

#include "law.hpp"
#include "settings.hpp"
#include "theory.hpp"

namespace lab {

/// All that a run has so far.
struct results {
  measured_cells cells;
  std::vector<theory_point> synthetic;
  std::vector<class_mean_point> class_means;
  std::string first_set, second_set;  ///< names of the data; the second is empty where there is none
  std::vector<std::string> remarks;
  std::size_t planned = 0;  ///< cells that the whole run has
  double seconds = 0;       ///< of measuring, over all runs that this folder has seen
};

/// The attacks of the main lines, and of the others.
inline const std::vector<std::string> main_attacks{"RMIA", "LiRA"};
inline const std::vector<std::string> all_attacks{"RMIA", "LiRA", "LiRA, own variances", "LiRA, one variance"};

/// "FPR 1 %".
[[nodiscard]] std::string rate_name(double fpr);
/// TPR - FPR, with the interval of the TPR.
[[nodiscard]] telltale::metric::estimate excess(const rate& measured);

/// Parts of the page; each adds nothing where nothing was measured for it.
void show_grid(telltale::report::html::document& page, const results& got);
void show_law(telltale::report::html::document& page, const results& got);
void show_foretold(telltale::report::html::document& page, const results& got);
void show_needed(telltale::report::html::document& page, const results& got);
void show_theory(telltale::report::html::document& page, const results& got);
void show_models(telltale::report::html::document& page, const results& got);
void show_features(telltale::report::html::document& page, const results& got);
void show_decay(telltale::report::html::document& page, const results& got);
void show_networks(telltale::report::html::document& page, const results& got);
void show_predictors(telltale::report::html::document& page, const results& got);
void show_null(telltale::report::html::document& page, const results& got);
void show_cells(telltale::report::html::document& page, const results& got);

/// What a reader must know of how the figures were made, a sentence each.
[[nodiscard]] std::vector<std::string> remarks(const settings& chosen, const feature_table& table);

/// Writes report.html, results.json and cells.csv, which `telltale study fit --cells` reads.
void write_page(const settings& chosen, const results& got);

}  // namespace lab
