// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lab: how many examples per class until a membership-inference attack finds nothing?
#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <telltale/campaign/hash.hpp>
#include <telltale/core/error.hpp>
#include <telltale/report/progress.hpp>

#include "page.hpp"
#include "store.hpp"

namespace {

constexpr const char* lesson =
    R"(Trains heads (softmax regression on features) on S examples of each of C classes, for a
grid of S and C, and attacks every model with all others as the adversary's shadow models
(RMIA, and LiRA with three kinds of variance). Fits the power law of what the attacks find,
lets it foretell cells that it has not seen and another data set, compares it with theory,
asks how many examples per class are enough, and which number of a record tells whether it
is at risk.

The features are those of a small perceptron, trained on images that are in no other part.

Needs apt packages: dataset-fashion-mnist r-cran-mlbench. The second data set may be any
table: a CSV file with the label (0, 1, ...) first, or an R data.frame in a file .rda; or
none, with --second none.

Writes into --out: report.html, results.json, cells.csv (for telltale study fit --cells),
features/, and cells/, from which an interrupted run goes on.)";

/// Features are made when the first cell wants them.
class tables {
 public:
  explicit tables(const lab::settings& chosen) : chosen_(chosen), first_(lab::read_fashion(chosen.data, seed)) {
    if (chosen.second != "none") second_ = lab::read_tabular(chosen.second, seed);
  }

  struct entry {
    lab::feature_table table;
    std::string fingerprint;
  };

  const entry& of(const lab::planned_cell& plan) {
    const auto key = std::make_pair(plan.second_set, plan.seen);
    const auto found = made_.find(key);
    if (found != made_.end()) return found->second;
    entry next{lab::make_features(plan.second_set ? *second_ : first_, plan.seen, seed, chosen_.out / "features"), {}};
    next.fingerprint = telltale::hash_text(telltale::hash_of(next.table.labels, telltale::hash_of(next.table.values)));
    return made_.emplace(key, std::move(next)).first->second;
  }

  [[nodiscard]] bool has_second() const { return second_.has_value(); }
  [[nodiscard]] const std::string& first_name() const { return first_.name; }
  [[nodiscard]] std::string second_name() const { return second_ ? second_->name : ""; }

 private:
  static constexpr std::uint64_t seed = 1;
  const lab::settings& chosen_;
  lab::data_set first_;
  std::optional<lab::data_set> second_;
  std::map<std::pair<bool, lab::features>, entry> made_;
};

std::string rates_text(const lab::cell_outcome& got, const std::string& attack) {
  const lab::attack_outcome* found = lab::find_attack(got, attack);
  std::string text = attack;
  for (const lab::rate& each : found->rates) text += " " + telltale::report::percent(each.tpr.value);
  return text + " %";
}

int run(const lab::settings& chosen) {
  const std::filesystem::path folder = chosen.out / "cells";
  std::filesystem::create_directories(folder);
  tables data(chosen);
  lab::results all;
  all.first_set = data.first_name();
  all.second_set = data.second_name();
  std::vector<lab::planned_cell> plan = lab::plan_cells(chosen);
  if (!data.has_second()) std::erase_if(plan, [](const lab::planned_cell& each) { return each.second_set; });
  all.planned = plan.size();
  std::printf("%zu cells; TPR at 10, 1 and 0.1 %% FPR:\n", plan.size());
  auto written = std::chrono::steady_clock::now();
  telltale::progress_line progress("cells", chosen.quiet);
  for (std::size_t i = 0; i < plan.size(); ++i) {
    progress(i, plan.size());
    const tables::entry& seen = data.of(plan[i]);
    std::optional<lab::cell_outcome> got = lab::load_cell(folder, plan[i], seen.fingerprint);
    const bool fresh = !got;
    if (!got) {
      got = lab::measure_cell(seen.table, plan[i].cell);
      lab::save_cell(folder, plan[i], seen.fingerprint, *got);
    }
    all.seconds += got->training_seconds + got->attack_seconds;
    if (fresh && !chosen.quiet) {
      std::printf("%s: %s, %s, %.1f s\n", plan[i].key().c_str(), rates_text(*got, "RMIA").c_str(),
                  rates_text(*got, "LiRA").c_str(), got->training_seconds + got->attack_seconds);
      std::fflush(stdout);
    }
    all.cells.push_back({plan[i], std::move(*got)});
    const auto now = std::chrono::steady_clock::now();
    if (now - written > std::chrono::minutes(1)) {
      lab::write_page(chosen, all);
      written = now;
    }
  }
  const lab::feature_table& table = data.of(plan.front()).table;
  all.synthetic = lab::synthetic_theory(table, {4, 16, 64, 256, 1024});
  all.class_means = lab::class_mean_theory(table, {4, 16, 64, 256}, 5, 256, 1);
  all.remarks = lab::remarks(chosen, table);
  lab::write_page(chosen, all);
  std::printf("report: %s\n", (chosen.out / "report.html").c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("lab_dataset_properties: how vulnerability depends on examples per class and number of classes.");
  app.footer(lesson);
  lab::settings chosen;
  app.add_option("--data", chosen.data, "Folder with the four files of Fashion-MNIST")
      ->type_name("DIR")
      ->capture_default_str();
  app.add_option("--second", chosen.second, "The second data set, .rda or .csv; none: do without")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_option("--out", chosen.out, "Folder for the report and the cells")->type_name("DIR")->capture_default_str();
  app.add_flag("--quick", chosen.quick, "A smaller grid, 128 shadow models, 1 seed: minutes on 2 cores");
  CLI::Option* const seeds =
      app.add_option("--seeds", chosen.seeds, "How often the grid is measured anew")->check(CLI::Range(1, 1000));
  app.add_flag("--quiet", chosen.quiet, "No progress");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& wrong) {
    std::cerr << "lab_dataset_properties: " << wrong.what() << "\n";
    return 2;
  }
  if (chosen.quick && seeds->count() == 0) chosen.seeds = 1;
  try {
    return run(chosen);
  } catch (const telltale::error& wrong) {
    std::cerr << "lab_dataset_properties: " << wrong.what() << "\n";
    return 2;
  } catch (const std::exception& failure) {
    std::cerr << "lab_dataset_properties: " << failure.what() << "\n";
    return 1;
  }
}
