// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lab: how many examples per class until a membership-inference attack finds nothing?
#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <telltale/campaign/hash.hpp>
#include <telltale/core/error.hpp>
#include <telltale/report/format.hpp>
#include <telltale/report/progress.hpp>

#include "../common/command.hpp"
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

/// What is trained in the cells: features and networks, each made when the first cell wants it.
class subjects {
 public:
  explicit subjects(const lab::settings& chosen) : chosen_(chosen), first_(lab::read_fashion(chosen.data, seed)) {
    if (chosen.second != "none") second_ = lab::read_tabular(chosen.second, seed);
  }

  /// Identifies what a cell is measured on.
  [[nodiscard]] std::string fingerprint(const lab::planned_cell& plan) {
    return plan.why == lab::purpose::networks ? networks().fingerprint() : entry_of(plan).fingerprint;
  }
  [[nodiscard]] lab::cell_outcome measure(const lab::planned_cell& plan) {
    return plan.why == lab::purpose::networks ? networks().measure(plan.cell, plan.layers)
                                              : lab::measure_cell(table(plan), plan.cell);
  }
  [[nodiscard]] const lab::feature_table& table(const lab::planned_cell& plan) { return entry_of(plan).table; }

  [[nodiscard]] bool serves(const lab::planned_cell& plan) const {
    return plan.why == lab::purpose::networks ? lab::with_networks() : !plan.second_set || second_;
  }
  [[nodiscard]] const std::string& first_name() const { return first_.name; }
  [[nodiscard]] std::string second_name() const { return second_ ? second_->name : ""; }

 private:
  struct entry {
    lab::feature_table table;
    std::string fingerprint;
  };

  const entry& entry_of(const lab::planned_cell& plan) {
    const auto key = std::make_pair(plan.second_set, plan.seen);
    const auto found = made_.find(key);
    if (found != made_.end()) return found->second;
    entry next{lab::make_features(plan.second_set ? *second_ : first_, plan.seen, seed, chosen_.out / "features"), {}};
    next.fingerprint = telltale::hash_text(telltale::hash_of(next.table.labels, telltale::hash_of(next.table.values)));
    return made_.emplace(key, std::move(next)).first->second;
  }
  lab::network_arm& networks() {
    if (!networks_) networks_ = lab::make_network_arm(first_, seed, chosen_.out / "features", chosen_.device);
    return *networks_;
  }

  static constexpr std::uint64_t seed = 1;
  const lab::settings& chosen_;
  lab::data_set first_;
  std::optional<lab::data_set> second_;
  std::map<std::pair<bool, lab::features>, entry> made_;
  std::unique_ptr<lab::network_arm> networks_;
};

// One line of the log: "fashion-learned-S4-...: RMIA 43.3 13.7 3.2 %, LiRA 58.7 36.7 21.8 %, 10.0 s".
std::string summary(const lab::planned_cell& plan, const lab::cell_outcome& got) {
  std::string text = plan.key() + ": ";
  for (const std::string& attack : lab::main_attacks) {
    text += attack;
    for (const lab::rate& each : lab::find_attack(got, attack)->rates)
      text += " " + telltale::report::percent(each.tpr.value);
    text += " %, ";
  }
  return text + telltale::report::fixed(got.training_seconds + got.attack_seconds, 1) + " s";
}

int run(const lab::settings& chosen) {
  lab::check_device(chosen.device);
  const std::filesystem::path folder = chosen.out / "cells";
  std::filesystem::create_directories(folder);
  subjects data(chosen);
  lab::results all;
  all.first_set = data.first_name();
  all.second_set = data.second_name();
  std::vector<lab::planned_cell> plan = lab::plan_cells(chosen);
  std::erase_if(plan, [&](const lab::planned_cell& each) { return !data.serves(each); });
  all.planned = plan.size();
  std::printf("%zu cells; TPR at 10, 1 and 0.1 %% FPR:\n", plan.size());
  auto written = std::chrono::steady_clock::now();
  telltale::progress_line progress("cells", chosen.quiet);
  for (std::size_t i = 0; i < plan.size(); ++i) {
    progress(i, plan.size());
    const std::string fingerprint = data.fingerprint(plan[i]);
    std::optional<lab::cell_outcome> got = lab::load_cell(folder, plan[i], fingerprint);
    if (!got) {
      try {
        got = data.measure(plan[i]);
      } catch (const telltale::argument_error& why) {
        if (!plan[i].second_set) throw;  // of a table of the user's own it is no surprise
        all.remarks.push_back("Left out: " + plan[i].key() + ": " + why.what());
        continue;
      }
      lab::save_cell(folder, plan[i], fingerprint, *got);
      if (!chosen.quiet) std::printf("%s\n", summary(plan[i], *got).c_str());
      std::fflush(stdout);
    }
    all.seconds += got->training_seconds + got->attack_seconds;
    all.cells.push_back({plan[i], std::move(*got)});
    if (const auto now = std::chrono::steady_clock::now(); now - written > std::chrono::minutes(1)) {
      lab::write_page(chosen, all);
      written = now;
    }
  }
  const lab::feature_table& table = data.table(plan.front());
  all.synthetic = lab::synthetic_theory(table, {4, 16, 64, 256, 1024});
  all.class_means = lab::class_mean_theory(table, {4, 16, 64, 256}, 5, 256, 1);
  const std::vector<std::string> known = lab::remarks(chosen, table);
  all.remarks.insert(all.remarks.begin(), known.begin(), known.end());
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
  app.add_option("--device", chosen.device, "Of the networks that are fine-tuned: cpu, or one like cuda:0")
      ->capture_default_str();
  app.add_flag("--quiet", chosen.quiet, "No progress");
  return lab::run_command(app, "lab_dataset_properties", argc, argv, [&] {
    if (chosen.quick && seeds->count() == 0) chosen.seeds = 1;
    return run(chosen);
  });
}
