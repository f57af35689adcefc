// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <telltale/report/format.hpp>
#include <telltale/report/svg/scale.hpp>
#include <telltale/report/svg/series.hpp>

#include "page.hpp"

namespace lab {

using namespace telltale;
namespace html = report::html;

namespace {

using metric::estimate;

std::string cell_name(const planned_cell& plan) {
  return "S " + std::to_string(plan.cell.shots) + ", C " + std::to_string(plan.cell.classes);
}

std::string with_limits(const estimate& got) {
  const std::string limits = report::interval_fixed(got, " to ");
  return report::fixed(got.value, 2) + (limits.empty() ? "" : " (" + limits + ")");
}

report::series_axes log_log(const std::string& x, double low, double high = 1) {
  return {x, "TPR - FPR", true, low, high, true};
}

}  // namespace

void show_theory(html::document& page, const results& got) {
  if (got.synthetic.empty()) return;
  page.heading("Theory, its simulation, and heads");
  page.say(
      "The simplest model there is: the mean of S vectors per class, and as score of a record its product with the "
      "mean of "
      "its class. Training on x moves that score by d(x) = A(x)/sqrt S standard deviations.");
  std::vector<report::rate_series> drawn;
  for (const double fpr : cell_fprs) {
    report::rate_series exact{"simulated, line: exact, " + rate_name(fpr), {}, {}};
    for (const theory_point& each : got.synthetic) {
      if (each.fpr != fpr) continue;
      const auto s = static_cast<double>(each.shots);
      exact.points.push_back({s, {each.simulated.value - fpr, each.simulated.low - fpr, each.simulated.high - fpr}});
      exact.line.push_back({s, {each.formula - fpr, 0, 0}});
    }
    drawn.push_back(std::move(exact));
  }
  page.subheading("Drawn vectors of as many dimensions and as much spread as the features")
      .chart(
          report::series_chart(drawn, log_log("S, examples per class", 1e-3), "theory-drawn", "Theory and simulation"),
          "The formula is no fit: nothing of it is in the simulated attack.");
  const std::vector<const char*> ids{"theory-real-0", "theory-real-1", "theory-real-2"};
  for (std::size_t k = 0; k < std::size(cell_fprs); ++k) {
    const double fpr = cell_fprs[k];
    report::rate_series means{"means of real records, line: formula", {}, {}},
        heads{"trained heads, LiRA, 5 classes", {}};
    for (const class_mean_point& each : got.class_means) {
      if (each.fpr != fpr) continue;
      const auto s = static_cast<double>(each.shots);
      means.points.push_back({s, {each.measured.value - fpr, each.measured.low - fpr, each.measured.high - fpr}});
      means.line.push_back({s, {each.formula - fpr, 0, 0}});
    }
    for (const measured_cell& each : only(got.cells, purpose::grid)) {
      const attack_outcome* found = find_attack(each.got, "LiRA");
      if (each.plan.cell.classes == 5 && each.plan.cell.seed == 1 && found != nullptr)
        heads.points.push_back({static_cast<double>(each.plan.cell.shots), excess(found->rates[k])});
    }
    std::vector<report::rate_series> series{means};
    if (!heads.points.empty()) series.push_back(heads);
    page.subheading("On the features of real records, " + rate_name(fpr))
        .chart(
            report::series_chart(series, log_log("S, examples per class", fpr / 20), ids[k], "Theory on real records"),
            "The formula takes each record's own d(x) and one threshold for all records, as the attack does. It knows "
            "the law of every score; the attack learns it from 256 models. Where S is 4 of 8 the scores are far "
            "from normal, and the formula says too little.");
  }
}

void show_models(html::document& page, const results& got) {
  const measured_cells cells = only(got.cells, purpose::models);
  if (cells.empty()) return;
  page.heading("How many shadow models?");
  std::size_t number = 0;
  for (const measured_cell& each : cells) {
    std::vector<report::rate_series> series;
    for (const std::string& attack : all_attacks) {
      report::rate_series one{attack, {}};
      std::map<std::size_t, estimate> by_models;
      for (const attack_outcome& found : each.got.attacks)
        if (found.name == attack) by_models[found.models] = excess(found.rates[0]);
      for (const auto& [models, value] : by_models) one.points.push_back({static_cast<double>(models), value});
      if (!one.points.empty()) series.push_back(std::move(one));
    }
    double most = 0, least = 1;
    for (const report::rate_series& one : series)
      for (const report::series_point& point : one.points) {
        most = std::max(most, point.y.high);
        least = std::min(least, point.y.value);
      }
    report::series_axes axes{"M, shadow models", "TPR - FPR at FPR 10 %", true, std::min(0.0, least),
                             std::min(1.0, 1.05 * most)};
    page.subheading(cell_name(each.plan))
        .chart(report::series_chart(series, axes, "models-" + std::to_string(number++), cell_name(each.plan)));
  }
  page.means(
      "LiRA learns two means for every record, and its error in them must be small against their distance, which falls "
      "like 1/sqrt S. RMIA compares with a population and needs no such difference.");
}

void show_features(html::document& page, const results& got) {
  const measured_cells cells = only(got.cells, purpose::features);
  if (cells.empty()) return;
  page.heading("Better features protect");
  std::size_t number = 0;
  for (std::size_t k = 0; k < 2; ++k) {
    std::map<std::string, report::rate_series> by_kind;
    double high = 0, low = 1;
    const auto add = [&](const measured_cell& each) {
      const attack_outcome* found = find_attack(each.got, "RMIA");
      if (found == nullptr) return;
      report::rate_series& one = by_kind[name_of(each.plan.seen)];
      one.name = std::string(name_of(each.plan.seen)) + " features";
      one.points.push_back({static_cast<double>(each.plan.cell.shots), excess(found->rates[k])});
      high = std::max(high, found->rates[k].tpr.high - cell_fprs[k]);
      low = std::min(low, found->rates[k].tpr.value - cell_fprs[k]);
    };
    for (const measured_cell& each : cells) add(each);
    for (const measured_cell& each : only(got.cells, purpose::grid))
      if (each.plan.cell.classes == 5 && each.plan.cell.seed == 1 &&
          std::any_of(cells.begin(), cells.end(),
                      [&](const measured_cell& one) { return one.plan.cell.shots == each.plan.cell.shots; }))
        add(each);
    std::vector<report::rate_series> series;
    for (auto& [kind, one] : by_kind) series.push_back(std::move(one));
    low = std::clamp(low / 2, cell_fprs[k] / 50, 0.5);
    page.chart(report::series_chart(series, log_log("S, examples per class", low, std::clamp(high, 2 * low, 1.0)),
                                    "features-" + std::to_string(number++), "Features"),
               "RMIA, 5 classes, " + rate_name(cell_fprs[k]) + ".");
  }
  report::text_table made{{{"training", "accuracy"}, {"test", "accuracy"}, {"RMIA", "AUC"}}, {}};
  for (const measured_cell& each : cells)
    made.rows.push_back({std::string(name_of(each.plan.seen)) + ", " + cell_name(each.plan),
                         {{report::percent(each.got.train_accuracy) + " %"},
                          {report::percent(each.got.test_accuracy) + " %"},
                          {with_limits(find_attack(each.got, "RMIA")->auc)}},
                         {}});
  page.table(made);
}

void show_decay(html::document& page, const results& got) {
  const measured_cells cells = only(got.cells, purpose::decay), grid = only(got.cells, purpose::grid);
  if (cells.empty()) return;
  page.heading("More regularisation");
  report::text_table made{
      {{"RMIA at 10 % FPR", "more decay"}, {"RMIA", "of the grid"}, {"LiRA", "more decay"}, {"LiRA", "of the grid"}},
      {}};
  for (const measured_cell& each : cells) {
    const auto usual = std::find_if(grid.begin(), grid.end(), [&](const measured_cell& one) {
      return one.plan.cell.seed == each.plan.cell.seed && one.plan.cell.shots == each.plan.cell.shots &&
             one.plan.cell.classes == each.plan.cell.classes;
    });
    if (usual == grid.end()) continue;
    report::text_row row{cell_name(each.plan), {}, {}};
    for (const std::string& attack : main_attacks)
      for (const cell_outcome* one : {&each.got, &usual->got}) {
        const estimate& tpr = find_attack(*one, attack)->rates[0].tpr;
        row.cells.push_back({report::percent(tpr.value) + " %", "(" + report::interval_percent(tpr, " to ") + ")"});
      }
    made.rows.push_back(std::move(row));
  }
  page.say("The same cells with a weight decay of 0.01 instead of 0.001.").table(made);
}

void show_networks(html::document& page, const results& got) {
  const measured_cells cells = only(got.cells, purpose::networks);
  page.heading("Networks that are fine-tuned, instead of heads");
  if (cells.empty()) {
    page.say("Not run: this lab was built without LibTorch.");
    return;
  }
  page.say(
      "A convolutional network, pre-trained on images of the same kind that are in no other part, is given a new head "
      "and "
      "trained on S images of each of C classes: all of its layers, or its last one alone. Few pools: wide intervals, "
      "and too few records for a lower FPR.");
  const auto percent_with = [](const estimate& rate) {
    return report::percent(rate.value) + " % (" + report::interval_percent(rate, " to ") + ")";
  };
  report::text_table made{{{"accuracy", "training, test"},
                           {"RMIA: TPR at", "10 % FPR, AUC"},
                           {"LiRA: TPR at", "10 % FPR, AUC"},
                           {"LiRA, one variance", "10 % FPR, AUC"},
                           {"heads: RMIA at", "10 % FPR"},
                           {"gradient norm", "rank correlation"}},
                          {}};
  for (const measured_cell& each : cells) {
    report::text_row row{cell_name(each.plan) + ", " + name_of(each.plan.layers), {}, {}};
    row.cells.push_back(
        {report::percent(each.got.train_accuracy) + " %", report::percent(each.got.test_accuracy) + " %"});
    for (const char* attack : {"RMIA", "LiRA", "LiRA, one variance"}) {
      const attack_outcome* found = find_attack(each.got, attack);
      row.cells.push_back({percent_with(found->rates[0].tpr), "AUC " + with_limits(found->auc)});
    }
    std::string heads = "-";
    for (const measured_cell& head : only(got.cells, purpose::grid))
      if (head.plan.cell.seed == 1 && head.plan.cell.shots == each.plan.cell.shots &&
          head.plan.cell.classes == each.plan.cell.classes)
        heads = percent_with(find_attack(head.got, "RMIA")->rates[0].tpr);
    row.cells.push_back({heads});
    const auto norm = std::find_if(each.got.predictors.begin(), each.got.predictors.end(),
                                   [](const predictor_outcome& one) { return one.name == "gradient norm"; });
    row.cells.push_back(norm == each.got.predictors.end()
                            ? std::vector<std::string>{"-"}
                            : std::vector<std::string>{with_limits(norm->correlation.measured),
                                                       "corrected " + with_limits(norm->correlation.corrected)});
    made.rows.push_back(std::move(row));
  }
  page.table(made);
}

void show_predictors(html::document& page, const results& got) {
  const measured_cells grid = only(got.cells, purpose::grid);
  if (grid.empty()) return;
  page.heading("Who is at risk: can it be told from one number of a record?");
  page.say(
      "Vulnerability is d', the distance of a record's IN and OUT scores in standard deviations. Spearman's "
      "correlation of "
      "each predictor with it, and in the second line corrected for the noise of d', by the agreement of two halves of "
      "the "
      "models. First seed.");
  report::text_table made;
  for (const predictor_outcome& each : grid[0].got.predictors) made.header.push_back({each.name});
  made.header.push_back({"reliability", "of d'"});
  for (const measured_cell& each : grid) {
    if (each.plan.cell.seed != 1) continue;
    report::text_row row{cell_name(each.plan), {}, {}};
    for (const predictor_outcome& found : each.got.predictors)
      row.cells.push_back(
          {with_limits(found.correlation.measured), "corrected " + with_limits(found.correlation.corrected)});
    row.cells.push_back({report::fixed(each.got.predictors[0].correlation.reliability.value, 2)});
    made.rows.push_back(std::move(row));
  }
  page.table(made);
  page.means(
      "The gradient norm orders records well. So does the margin: for a linear head the two say nearly the same. A "
      "correlation that falls with S is in part noise, since d' falls and its error does not.");
  page.subheading("How exposed the most exposed are: quantiles of d'");
  report::text_table tail{{{"median"}, {"90 %"}, {"99 %"}, {"99.9 %"}, {"largest"}}, {}};
  for (const measured_cell& each : grid) {
    if (each.plan.cell.seed != 1) continue;
    report::text_row row{cell_name(each.plan), {}, {}};
    for (const double value : each.got.vulnerability_quantiles) row.cells.push_back({report::fixed(value, 2)});
    tail.rows.push_back(std::move(row));
  }
  page.table(tail);
}

void show_null(html::document& page, const results& got) {
  page.heading("What must find nothing");
  page.say(
      "The same models and attacks, asked about records that none of them was trained on, with a membership drawn as "
      "if "
      "they had. TPR must be FPR within its interval; at 95 % one interval in twenty may miss.");
  report::text_table made{{{"intervals"}, {"that hold", "the FPR"}, {"share"}, {"largest TPR", "of all cells"}}, {}};
  for (const std::string& attack : all_attacks)
    for (std::size_t k = 0; k < std::size(cell_fprs); ++k) {
      std::size_t all = 0, held = 0;
      double most = 0;
      for (const measured_cell& each : got.cells)
        for (const attack_outcome& found : each.got.attacks) {
          if (found.name != attack || found.null_rates.empty()) continue;
          const rate& null = found.null_rates[k];
          ++all;
          held += null.tpr.low <= null.fpr && null.fpr <= null.tpr.high;
          most = std::max(most, null.tpr.value);
        }
      if (all > 0)
        made.rows.push_back({attack + ", " + rate_name(cell_fprs[k]),
                             {{std::to_string(all)},
                              {std::to_string(held)},
                              {report::percent(static_cast<double>(held) / static_cast<double>(all)) + " %"},
                              {report::percent(most) + " %"}},
                             {}});
    }
  page.table(made);
}

void show_cells(html::document& page, const results& got) {
  page.heading("Every cell");
  report::text_table made{{{"accuracy", "training, test"},
                           {"RMIA: TPR at", "10, 1, 0.1 % FPR"},
                           {"LiRA: TPR at", "10, 1, 0.1 % FPR"},
                           {"AUC", "RMIA, LiRA"},
                           {"pools,", "models"},
                           {"largest", "gradient norm"},
                           {"seconds"}},
                          {}};
  for (const measured_cell& each : got.cells) {
    const auto rates = [&](const std::string& attack) {
      const attack_outcome* found = find_attack(each.got, attack);
      std::vector<std::string> lines;
      if (found != nullptr)
        for (const rate& one : found->rates)
          lines.push_back(report::percent(one.tpr.value) + " % (" + report::interval_percent(one.tpr, " to ") + ")");
      return lines;
    };
    const auto auc = [&](const std::string& attack) {
      const attack_outcome* found = find_attack(each.got, attack);
      return found == nullptr ? std::string("-") : report::fixed(found->auc.value, 3);
    };
    made.rows.push_back(
        {each.plan.key(),
         {{report::percent(each.got.train_accuracy) + " %", report::percent(each.got.test_accuracy) + " %"},
          rates("RMIA"),
          rates("LiRA"),
          {auc("RMIA"), auc("LiRA")},
          {std::to_string(each.plan.cell.pools), std::to_string(each.plan.cell.models)},
          {report::svg::tick_label(each.got.gradient_norm)},
          {report::fixed(each.got.training_seconds + each.got.attack_seconds, 1)}},
         {}});
  }
  page.table(made);
}

}  // namespace lab
