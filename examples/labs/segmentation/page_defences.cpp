// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/report/format.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include "defences.hpp"
#include "judge.hpp"
#include "page.hpp"
#include "private.hpp"
#include "scatter.hpp"

namespace segmentation_lab {

using namespace telltale;
namespace html = report::html;
using metric::estimate;

std::vector<named_defence> defences(const settings& chosen) {
  std::vector<named_defence> all{{"none", "none", "none"}, {"argmax", "argmax", "release"}};
  for (const double level : chosen.noise_levels)
    all.push_back({noise_name(level), "noise of " + noise_name(level).substr(6), "release"});
  for (const std::string& name : training_defences(chosen)) {
    const bool stops = name.starts_with("stopped");
    const std::string kind = stops                                                  ? "stopping"
                             : name.starts_with("DP-SGD") || name == "distillation" ? "strong"
                                                                                    : "training";
    all.push_back({name, stops && name.back() != 'e' ? name + " epochs" : name, kind});
  }
  return all;
}

namespace {

const std::vector<std::string>& judged_by() {
  static const std::vector<std::string> all{"Type-I",      "entropy, no mask", "Dice, shadow's mean",
                                            "Dice, tuned", "mean loss",        "boundary loss",
                                            "loss map",    "Type-II"};
  return all;
}

std::string plain(const std::optional<estimate>& got, int decimals) {
  return got ? report::fixed(got->value, decimals) : "-";
}

// What a defence costs: quality on new images and seconds of a processor.
void cost_table(html::document& page, const settings& chosen, const lab::results& measured) {
  report::text_table made{{{"Dice", "new images"},
                           {"mean IoU", "new images"},
                           {"training", "processor s"},
                           {"strongest attack", "AUC"},
                           {"", "which"},
                           {"epsilon", "at 1e-5"}},
                          {}};
  for (const named_defence& each : defences(chosen)) {
    std::string strongest;
    std::optional<estimate> most;
    for (const std::string& attack : judged_by())
      if (const auto got = mean_of(measured, {each.name, "end", attack, "AUC"});
          got && (!most || got->value > most->value)) {
        most = got;
        strongest = attack;
      }
    const auto cost = [&](const char* what) { return measured.mean({each.name, "end", "cost", what}); };
    made.rows.push_back({each.shown,
                         {cell(measured.mean({each.name, "end", "quality", "Dice"})),
                          cell(measured.mean({each.name, "end", "quality", "mean IoU"})),
                          {plain(cost("seconds"), 1)},
                          cell(most),
                          {strongest},
                          {plain(cost("epsilon"), 1)}},
                         {}});
  }
  page.subheading("What it costs")
      .table(made)
      .say(
          "The strongest attack is picked by its mean on these very targets, which flatters it a little. A student of "
          "distillation needs the teacher's training too.");
}

// A name in the two lines of a header.
std::vector<std::string> two_lines(const std::string& attack) {
  if (attack == "Dice, shadow's mean") return {"Dice", "mean rule"};
  if (const std::size_t comma = attack.find(", "); comma != std::string::npos)
    return {attack.substr(0, comma), attack.substr(comma + 2)};
  const std::size_t blank = attack.find(' ');
  return {attack.substr(0, blank), blank == std::string::npos ? "" : attack.substr(blank + 1)};
}

void attack_tables(html::document& page, const settings& chosen, const lab::results& measured) {
  for (const std::string measure : {"AUC", "accuracy", "F1", "TPR at 10 %", "TPR at 1 %"}) {
    const bool at_cut = measure == "accuracy" || measure == "F1";
    std::vector<std::string> attacks = judged_by();
    // Where nothing is cut both rules rank alike.
    if (!at_cut) std::erase(attacks, "Dice, shadow's mean");
    report::text_table made;
    for (const std::string& attack : attacks) made.header.push_back(two_lines(attack));
    bool found = false;
    for (const named_defence& each : defences(chosen)) {
      report::text_row row{each.shown, {}, {}};
      for (const std::string& attack : attacks) {
        const auto got = mean_of(measured, {each.name, "end", attack, measure});
        found = found || got;
        row.cells.push_back(cell(got));
      }
      made.rows.push_back(std::move(row));
    }
    if (!found) continue;
    page.subheading(at_cut                       ? measure + " at the cut that the adversary's network gives"
                    : measure.starts_with("TPR") ? "TPR at an FPR of " + measure.substr(7)
                                                 : measure)
        .table(made);
  }
}

void planes(html::document& page, const settings& chosen, const lab::results& measured) {
  const std::vector<std::string> kinds{"none", "release", "stopping", "strong"};
  for (const std::string attack : {"Type-II", "mean loss"}) {
    std::vector<scattered> points;
    for (const named_defence& each : defences(chosen)) {
      const auto dice = measured.mean({each.name, "end", "quality", "Dice"});
      const auto area = mean_of(measured, {each.name, "end", attack, "AUC"});
      if (!dice || !area) continue;
      const auto kind = std::find(kinds.begin(), kinds.end(), each.kind) - kinds.begin();
      constexpr std::size_t colours[] = {7, 0, 2, 3, 4};
      points.push_back({each.shown, colours[kind], *dice, *area});
    }
    if (points.empty()) continue;
    page.chart(
        scatter_chart(points, "Dice on new images", "AUC of " + attack,
                      attack == "Type-II" ? "plane-type-ii" : "plane-loss", "Privacy against utility, by " + attack),
        "Every defence by " + attack +
            ", whose adversary has the defence too. Good defences lie at the lower right; dashed is guessing. Blue "
            "changes what is revealed, green stops early, orange changes the images or the loss, pink is "
            "private or distilled.");
  }
}

// The difference in points, its interval and what that says, a line each.
std::vector<std::string> points(const std::optional<estimate>& got) {
  if (!got) return {"-"};
  const auto signed_points = [](double value) { return (value < 0 ? "" : "+") + report::fixed(100 * value, 1); };
  std::vector<std::string> lines{signed_points(got->value)};
  if (!std::isfinite(got->low)) return {lines.front(), "one seed"};
  lines.push_back(signed_points(got->low) + " to " + signed_points(got->high));
  lines.emplace_back(got->low > 0 ? "shown here" : got->high < 0 ? "the other way round here" : "not shown either way");
  return lines;
}

struct claim {
  std::string says;
  lab::label more, less;
};

std::vector<claim> claims(const settings& chosen, std::size_t best) {
  const auto pool_at = [&](std::size_t epoch, const char* attack, const char* measure = "AUC") {
    return lab::label{"pool", at_epoch(epoch), attack, measure};
  };
  const auto end_of = [](const char* defence, const char* attack) { return lab::label{defence, "end", attack, "AUC"}; };
  std::vector<claim> all;
  const std::vector<std::size_t> regimes =
      best == chosen.epochs ? std::vector<std::size_t>{best} : std::vector<std::size_t>{best, chosen.epochs};
  for (const std::size_t epoch : regimes) {
    const std::string at = ", epoch " + std::to_string(epoch);
    all.push_back({"Type-II beats Type-I" + at, pool_at(epoch, "Type-II"), pool_at(epoch, "Type-I")});
    all.push_back({"The loss map beats Type-I" + at, pool_at(epoch, "loss map"), pool_at(epoch, "Type-I")});
    all.push_back({"LiRA on the log of the loss beats Type-II" + at, pool_at(epoch, "LiRA, log mean loss"),
                   pool_at(epoch, "Type-II")});
    all.push_back({"LiRA on the log beats LiRA on the loss (TPR at 1 %)" + at,
                   pool_at(epoch, "LiRA, log mean loss", "TPR at 1 %"),
                   pool_at(epoch, "LiRA, mean loss", "TPR at 1 %")});
    all.push_back({"A tuned threshold beats the shadow's mean (Dice, accuracy)" + at,
                   pool_at(epoch, "Dice, tuned", "accuracy"), pool_at(epoch, "Dice, shadow's mean", "accuracy")});
  }
  for (const char* attack : {"Type-I", "Type-II", "mean loss", "loss map"})
    all.push_back({std::string("argmax takes from ") + attack, end_of("none", attack), end_of("argmax", attack)});
  for (const named_defence& each : defences(chosen)) {
    if (each.name == "none" || each.name == "argmax") continue;
    all.push_back(
        {each.shown + " takes from Type-II", end_of("none", "Type-II"), end_of(each.name.c_str(), "Type-II")});
  }
  all.push_back({"Segmentation is more exposed than naming the pictured group (mean loss)",
                 {"groups", "segmentation", "mean loss", "AUC"},
                 {"groups", "classifier", "mean loss", "AUC"}});
  return all;
}

}  // namespace

void add_defences(html::document& page, const settings& chosen, const lab::results& measured) {
  page.heading("The defences")
      .say(
          "Each is attacked by an adversary whose own network carries the same defence. \"None\" is the first network "
          "of the pool at its end, and argmax and noise change what it reveals; the others change the training, and "
          "begin with its weights and its order of images.");
  planes(page, chosen, measured);
  cost_table(page, chosen, measured);
  attack_tables(page, chosen, measured);
}

void add_claims(html::document& page, const settings& chosen, const lab::results& measured) {
  page.heading("What was published, or to be expected, and what was measured")
      .say(
          "Differences in points of AUC or of the measure named, of the same networks and seed; intervals are "
          "Student's t over seeds.");
  report::text_table made{{{"difference", "points, 95 % interval"}}, {}};
  for (const claim& each : claims(chosen, best_epoch(chosen, measured)))
    if (const auto got = measured.difference(each.more, each.less)) made.rows.push_back({each.says, {points(got)}, {}});
  page.table(made);
}

}  // namespace segmentation_lab
