// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/metric/dp_bound.hpp>
#include <telltale/report/format.hpp>
#include <telltale/report/svg/series.hpp>

#include "page.hpp"

namespace lab {

using namespace telltale;
namespace html = report::html;

namespace {

using metric::estimate;

/// What is published of these coefficients: recovered from the table of examples needed, two classes.
struct published_line {
  double fpr, of_shots, level;
};
constexpr published_line published[] = {{0.1, -0.509, 0.355}, {0.01, -0.554, 0.138}, {0.001, -0.628, -0.073}};

std::string with_limits(const estimate& got) {
  const std::string limits = report::interval_fixed(got, " to ");
  return report::fixed(got.value, 3) + (limits.empty() ? "" : " (" + limits + ")");
}

std::string percent_with(const estimate& got) {
  const std::string limits = report::interval_percent(got, " to ");
  return report::percent(got.value) + (limits.empty() ? " %" : " % (" + limits + ")");
}

std::set<std::size_t> classes_in(const measured_cells& cells) {
  std::set<std::size_t> found;
  for (const measured_cell& each : cells) found.insert(each.plan.cell.classes);
  return found;
}

double most_shots(const measured_cells& cells) {
  std::size_t most = 0;
  for (const measured_cell& each : cells) most = std::max(most, each.plan.cell.shots);
  return static_cast<double>(most);
}

// Measured excess for each number of classes, and the plane through it.
std::string excess_chart(const measured_cells& grid, const measured_cells& beyond, const fitted_law& law,
                         std::size_t k) {
  std::vector<report::rate_series> series;
  double low = 1, high = 0;
  const double last = std::max(most_shots(grid), most_shots(beyond));
  for (const std::size_t classes : classes_in(grid)) {
    report::rate_series one{std::to_string(classes) + " classes", {}};
    for (const auto* cells : {&grid, &beyond})
      for (const measured_cell& each : *cells) {
        const attack_outcome* found = find_attack(each.got, law.attack);
        if (each.plan.cell.classes != classes || found == nullptr) continue;
        one.points.push_back({static_cast<double>(each.plan.cell.shots), excess(found->rates[k])});
        low = std::min(low, found->rates[k].tpr.value - law.fpr);
        high = std::max(high, found->rates[k].tpr.high - law.fpr);
      }
    if (law.likelihood)
      for (double s = 4; s <= last * 1.0001; s *= std::sqrt(2))
        one.line.push_back(
            {s, {law.likelihood->law.predict(s, static_cast<double>(classes)).tpr.value - law.fpr, 0, 0}});
    series.push_back(std::move(one));
  }
  low = std::clamp(low / 2, law.fpr / 50, 0.5);
  return report::series_chart(
      series, {"S, examples per class in training", "TPR - FPR", true, low, std::clamp(high, 2 * low, 1.0), true},
      "excess-" + std::to_string(k) + (law.attack == "RMIA" ? "r" : "l"), law.attack + " at " + rate_name(law.fpr));
}

// How well the law foretells all of some cells.
void summarise(html::document& page, const measured_cells& grid, const measured_cells& cells) {
  report::text_table made{
      {{"cells"}, {"where least squares", "says, at 95 %"}, {"log10 of excess:", "mean of measured - line"}, {"R2"}},
      {}};
  for (const std::string& attack : main_attacks)
    for (std::size_t k = 0; k < std::size(cell_fprs); ++k) {
      const std::vector<foretold_cell> foretold = foretell(fit_law(grid, attack, k), cells);
      std::size_t inside = 0, known = 0;
      double error = 0;
      for (const foretold_cell& each : foretold) {
        inside += each.inside();
        known += std::isfinite(each.error());
        error += std::isfinite(each.error()) ? each.error() : 0;
      }
      if (!foretold.empty())
        made.rows.push_back({attack + ", " + rate_name(cell_fprs[k]),
                             {{std::to_string(foretold.size())},
                              {std::to_string(inside)},
                              {report::fixed(error / static_cast<double>(known), 2)},
                              {report::fixed(r2_of(foretold), 3)}},
                             {}});
    }
  page.table(made);
}

// The slope of each seed by itself: other pools, other classes, other models.
void show_seeds(html::document& page, const measured_cells& grid) {
  std::map<std::uint64_t, measured_cells> by_seed;
  for (const measured_cell& each : grid) by_seed[each.plan.cell.seed].push_back(each);
  if (by_seed.size() < 2) return;
  report::text_table made;
  for (const auto& [seed, cells] : by_seed) made.header.push_back({"bS", "seed " + std::to_string(seed)});
  for (const std::string& attack : main_attacks)
    for (std::size_t k = 0; k < std::size(cell_fprs); ++k) {
      report::text_row row{attack + ", " + rate_name(cell_fprs[k]), {}, {}};
      for (const auto& [seed, cells] : by_seed) {
        const fitted_law law = fit_law(cells, attack, k);
        row.cells.push_back({law.likelihood ? with_limits(law.likelihood->law.of_shots()) : "-"});
      }
      made.rows.push_back(std::move(row));
    }
  page.subheading("Each seed by itself").table(made);
}

constexpr double delta = 1e-5;

// The shots needed for two classes, with limits, and whether they lie beyond the cells.
std::vector<std::string> by_law(const fitted_law& law, double epsilon) {
  if (!law.likelihood) return {"-"};
  try {
    const study::shots_needed needed = study::needed_shots(law.likelihood->law, epsilon, delta, 2);
    std::vector<std::string> lines{report::fixed(std::ceil(needed.shots.value), 0) + " (" +
                                   report::fixed(needed.shots.low, 0) + " to " + report::fixed(needed.shots.high, 0) +
                                   ")"};
    if (needed.extrapolated) lines.push_back("extrapolated");
    return lines;
  } catch (const argument_error&) {
    return {"the law does not fall"};
  }
}

// Between which shots, of those that were measured with two classes, a TPR comes down to a bound.
std::string between(const measured_cells& cells, const std::string& attack, std::size_t k, double bound) {
  std::size_t above = 0, below = 0;
  const auto each_of = [&](const auto& visit) {
    for (const measured_cell& each : cells)
      if ((each.plan.why == purpose::grid || each.plan.why == purpose::held_out) && each.plan.cell.classes == 2)
        visit(each.plan.cell.shots, find_attack(each.got, attack)->rates[k].tpr.value);
  };
  each_of([&](std::size_t shots, double tpr) {
    if (tpr > bound) above = std::max(above, shots);
  });
  each_of([&](std::size_t shots, double) {
    if (shots > above && (below == 0 || shots < below)) below = shots;
  });
  return (above > 0 ? "above at " + std::to_string(above) : "never above") +
         (below > 0 ? ", not at " + std::to_string(below) : "");
}

}  // namespace

void show_grid(html::document& page, const results& got) {
  const measured_cells grid = only(got.cells, purpose::grid), beyond = only(got.cells, purpose::held_out);
  if (grid.size() < 5) return;
  page.heading("What an attack finds beyond guessing, against examples per class");
  for (const std::string& attack : main_attacks)
    for (std::size_t k = 0; k < std::size(cell_fprs); ++k) {
      page.subheading(attack + " at " + rate_name(cell_fprs[k]));
      page.chart(
          excess_chart(grid, beyond, fit_law(grid, attack, k), k),
          "Points: measured, with 95 % intervals. Lines: the law fitted to the grid; points beyond its last S were "
          "not seen by it. A rate at or below the FPR lies at the bottom.");
    }
}

void show_law(html::document& page, const results& got) {
  const measured_cells grid = only(got.cells, purpose::grid);
  if (grid.size() < 5) return;
  page.heading("The law: log10(TPR - FPR) = b0 + bS log10 S + bC log10 C");
  report::text_table made{{{"bS"}, {"bC"}, {"b0"}, {"R2", "least squares"}}, {}},
      policies{{{"bS", "likelihood"}, {"bS", "cells dropped"}, {"bS", "cells floored"}, {"cells at", "or below FPR"}},
               {}};
  for (const std::string& attack : all_attacks)
    for (std::size_t k = 0; k < std::size(cell_fprs); ++k) {
      const fitted_law law = fit_law(grid, attack, k);
      report::text_row row{attack + ", " + rate_name(law.fpr), {}, law.likelihood ? "" : law.failure};
      report::text_row other{row.name, {}, {}};
      if (law.likelihood) {
        const study::power_law& line = law.likelihood->law;
        row.cells = {{with_limits(line.of_shots())},
                     {with_limits(line.of_classes())},
                     {with_limits(line.intercept())},
                     {law.dropped ? report::fixed(law.dropped->r2, 3) : "-"}};
      }
      const auto slope = [](const std::optional<study::power_law_fit>& fit) {
        return fit ? with_limits(fit->law.of_shots()) : std::string("-");
      };
      other.cells = {{slope(law.likelihood)}, {slope(law.dropped)}, {slope(law.floored)}, {"-"}};
      if (law.dropped)
        other.cells.back() = {std::to_string(law.dropped->dropped) + " of " + std::to_string(law.dropped->cells)};
      made.rows.push_back(std::move(row));
      policies.rows.push_back(std::move(other));
    }
  page.table(made);
  std::string said = "Published for fine-tuned image classifiers with two classes (recovered from a table): ";
  for (const published_line& each : published)
    said += rate_name(each.fpr) + " bS " + report::fixed(each.of_shots, 3) + ", b0 + bC log10 2 " +
            report::fixed(each.level, 3) + "; ";
  page.say(said + "R2 0.93 at FPR 0.1 %, bC small and positive.");
  page.means(
      "A slope of -0.5 is what theory says of very many examples; at the examples of a study it is steeper, the more "
      "so "
      "at a low FPR. LiRA's line is steeper still where the shadow models are few.");
  page.subheading("Three ways to treat cells whose TPR is at or below the FPR").table(policies);
  show_seeds(page, grid);
}

void show_foretold(html::document& page, const results& got) {
  const measured_cells grid = only(got.cells, purpose::grid);
  if (grid.size() < 5) return;
  page.heading("What the law foretells");
  const measured_cells beyond = only(got.cells, purpose::held_out), second = only(got.cells, purpose::second);
  if (!beyond.empty()) {
    page.subheading("More examples than it was fitted to")
        .say(
            "The law is fitted to S <= 256. The curve of theory bends, so that a straight line foretells too little "
            "far "
            "out.");
    report::text_table made{{{"measured", "TPR"},
                             {"the law's line", "95 %"},
                             {"one more cell", "least squares, 95 %"},
                             {"log10 of excess:", "measured - line"}},
                            {}};
    for (const std::string& attack : main_attacks)
      for (std::size_t k = 0; k < std::size(cell_fprs); ++k)
        for (const foretold_cell& each : foretell(fit_law(grid, attack, k), beyond))
          made.rows.push_back({attack + ", " + rate_name(cell_fprs[k]) + ", S " +
                                   report::fixed(each.measured.shots, 0) + ", C " +
                                   report::fixed(each.measured.classes, 0),
                               {{percent_with(each.tpr)},
                                {percent_with(each.line.tpr)},
                                {report::interval_percent(each.one_more, " to ") + (each.inside() ? "" : ", missed")},
                                {report::fixed(each.error(), 2)}},
                               {}});
    page.table(made);
    summarise(page, grid, beyond);
  }
  if (second.empty()) return;
  page.subheading("Other data: " + got.second_set).say("The same law, fitted to " + got.first_set + " alone.");
  summarise(page, grid, second);
  if (second.size() < 5) return;
  page.subheading("The other data's own law");
  report::text_table made{{{"bS"}, {"bC"}, {"b0"}}, {}};
  for (const std::string& attack : main_attacks)
    for (std::size_t k = 0; k < std::size(cell_fprs); ++k) {
      const fitted_law law = fit_law(second, attack, k);
      report::text_row row{attack + ", " + rate_name(law.fpr), {}, law.likelihood ? "" : law.failure};
      if (law.likelihood)
        row.cells = {{with_limits(law.likelihood->law.of_shots())},
                     {with_limits(law.likelihood->law.of_classes())},
                     {with_limits(law.likelihood->law.intercept())}};
      made.rows.push_back(std::move(row));
    }
  page.table(made);
}

void show_needed(html::document& page, const results& got) {
  const measured_cells grid = only(got.cells, purpose::grid);
  if (grid.size() < 5) return;
  page.heading("How many examples per class are enough?");
  page.say(
      "The smallest S at which the attack finds no more than a training with (epsilon, 1e-5)-differential privacy "
      "would "
      "allow: TPR at most min(e^epsilon f + delta, 1 - e^-epsilon (1 - delta - f)). Two classes. Measured: the largest "
      "S "
      "whose TPR was above that and the smallest from which on it was not. Published: for large image classifiers.");
  for (const std::string& attack : main_attacks) {
    report::text_table made{{{"TPR allowed"}, {"S by the law"}, {"measured"}, {"published"}}, {}};
    for (std::size_t k = 0; k < std::size(cell_fprs); ++k) {
      const fitted_law law = fit_law(grid, attack, k);
      for (const double epsilon : {0.25, 0.5, 0.75, 1.0}) {
        const double bound = metric::dp_bound(epsilon, delta, law.fpr),
                     of_published =
                         std::pow(10, (std::log10(bound - law.fpr) - published[k].level) / published[k].of_shots);
        made.rows.push_back({rate_name(law.fpr) + ", epsilon " + report::fixed(epsilon, 2),
                             {{report::percent(bound) + " %"},
                              by_law(law, epsilon),
                              {between(got.cells, attack, k, bound)},
                              {report::thousands(static_cast<std::uint64_t>(std::llround(of_published)))}},
                             {}});
      }
    }
    page.subheading(attack).table(made);
  }
  page.means(
      "An attack that finds no more than a private training would allow does not make a training private: another "
      "attack "
      "may find more, and single records are far worse off than the average.");
}

}  // namespace lab
