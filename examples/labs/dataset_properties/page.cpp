// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "page.hpp"

#include <cmath>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <telltale/io/atomic_file.hpp>
#include <telltale/report/format.hpp>
#include <telltale/report/json.hpp>

#include "store.hpp"

namespace lab {

using namespace telltale;
namespace html = report::html;
using report::json;

namespace {

void finding(html::document& page, const measured_cells& grid) {
  const fitted_law law = fit_law(grid, "RMIA", 1);
  if (!law.likelihood) return;
  const study::power_law& line = law.likelihood->law;
  const metric::estimate slope = line.of_shots();
  const double few = line.predict(16, 2).tpr.value, many = line.predict(256, 2).tpr.value;
  page.finding("S^" + report::fixed(slope.value, 2),
               "is how what RMIA finds beyond guessing falls with the S examples per class (95 %: " +
                   report::interval_fixed(slope, " to ") + "), at an FPR of 1 %. With two classes its TPR is " +
                   report::percent(few) + " % at 16 examples per class and " + report::percent(many) + " % at 256.");
}

std::string made(const settings& chosen, const results& got) {
  html::document page("How many examples per class until an attack finds nothing?", "Lab");
  page.say("Heads (softmax regression, regularised, trained to convergence) on features of " + got.first_set +
           (got.second_set.empty() ? "" : " and of " + got.second_set) + ". " + std::to_string(got.cells.size()) +
           " of " + std::to_string(got.planned) + " cells, " + std::to_string(chosen.seeds) +
           (chosen.seeds == 1 ? " seed, " : " seeds, ") + report::fixed(got.seconds, 0) +
           " s of measuring. Every model is once the target of all others.");
  const measured_cells grid = only(got.cells, purpose::grid);
  if (grid.size() >= 5) finding(page, grid);
  show_grid(page, got);
  show_law(page, got);
  show_foretold(page, got);
  show_needed(page, got);
  show_theory(page, got);
  show_models(page, got);
  show_features(page, got);
  show_decay(page, got);
  show_networks(page, got);
  show_predictors(page, got);
  show_null(page, got);
  show_cells(page, got);
  page.heading("Conventions").items(got.remarks);
  return page.str();
}

json to_json(const results& got) {
  json cells = json::array(), laws = json::array(), theory = json::array(), means = json::array();
  for (const measured_cell& each : got.cells)
    cells.push_back({{"cell", each.plan.key()}, {"outcome", to_json(each.got)}});
  const measured_cells grid = only(got.cells, purpose::grid);
  for (const std::string& attack : all_attacks)
    for (std::size_t k = 0; k < std::size(cell_fprs); ++k) {
      const fitted_law law = fit_law(grid, attack, k);
      if (!law.likelihood) continue;
      laws.push_back({{"attack", attack},
                      {"fpr", law.fpr},
                      {"intercept", report::to_json(law.likelihood->law.intercept())},
                      {"shots", report::to_json(law.likelihood->law.of_shots())},
                      {"classes", report::to_json(law.likelihood->law.of_classes())},
                      {"r2", law.dropped ? report::number(law.dropped->r2) : json(nullptr)}});
    }
  for (const theory_point& each : got.synthetic)
    theory.push_back({{"S", each.shots},
                      {"fpr", each.fpr},
                      {"formula", report::number(each.formula)},
                      {"limit", report::number(each.limit)},
                      {"simulated", report::to_json(each.simulated)}});
  for (const class_mean_point& each : got.class_means)
    means.push_back({{"S", each.shots},
                     {"fpr", each.fpr},
                     {"formula", report::number(each.formula)},
                     {"measured", report::to_json(each.measured)}});
  return {{"laws", std::move(laws)},
          {"theory", std::move(theory)},
          {"class_means", std::move(means)},
          {"cells", std::move(cells)}};
}

// The grid under RMIA, one line a cell and FPR, as `telltale study fit` takes it.
void write_cells(std::ostream& file, const measured_cells& grid) {
  file << "S,C,fpr,tpr,positives,negatives\n";
  for (std::size_t k = 0; k < std::size(cell_fprs); ++k)
    for (const study::cell& each : law_cells(grid, "RMIA", k))
      file << each.shots << ',' << each.classes << ',' << each.fpr << ',' << each.tpr << ',' << each.positives << ','
           << each.negatives << '\n';
}

}  // namespace

std::string rate_name(double fpr) { return "FPR " + report::short_percent(fpr) + " %"; }

metric::estimate excess(const rate& measured) {
  return {measured.tpr.value - measured.fpr, measured.tpr.low - measured.fpr, measured.tpr.high - measured.fpr};
}

std::vector<std::string> remarks(const settings& chosen, const feature_table& table) {
  return {
      "The features come from a perceptron (hidden layers of 128 and 64) that is right on " +
          report::percent(table.network_accuracy) + " % of the records of the study, of which it saw none; " +
          std::to_string(table.dimensions) + " of its 64 outputs ever move.",
      "Every pool draws its classes and 2S records of each; every model is trained on exactly S of each, independently "
      "of "
      "the others. Complementary halves would make the attack cheat: the twin of the target sits among its shadows.",
      "One threshold for all targets and records of all pools of a cell. Intervals are 95 %, clustered by pool where "
      "there "
      "are at least 4, else by record and by target.",
      "A cell enters the fit with as many positives as independent ones with its interval would be, the noise of its "
      "threshold included. R2 is that of least squares, as published.",
      "LiRA: normal likelihood ratio on logit margins; one variance per record for IN and OUT together, own variances "
      "of "
      "IN and OUT per record, or one variance of the whole pool.",
      "RMIA: gamma 1, online, against a population of other records of the same classes.",
      std::string(chosen.quick ? "A quick run: one seed, 128 shadow models."
                               : "256 shadow models up to S = 64, 512 above."),
      "Different seeds draw other records from the same set."};
}

void write_page(const settings& chosen, const results& got) {
  io::write_atomically(chosen.out / "report.html", [&](std::ostream& file) { file << made(chosen, got); });
  io::write_atomically(chosen.out / "results.json",
                       [&](std::ostream& file) { file << report::json_text(to_json(got)); });
  io::write_atomically(chosen.out / "cells.csv",
                       [&](std::ostream& file) { write_cells(file, only(got.cells, purpose::grid)); });
}

}  // namespace lab
