// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/report/format.hpp>
#include <telltale/report/svg/series.hpp>

#include <cmath>
#include <map>
#include <utility>

#include "defences.hpp"
#include "judge.hpp"
#include "page.hpp"

namespace segmentation_lab {

using namespace telltale;
namespace html = report::html;
using metric::estimate;

namespace {

/// One line of a chart: at places of the axis, where the figure is found.
struct drawn_line {
  std::string name;
  std::vector<std::pair<double, lab::label>> points;
};

void add_chart(html::document& page, const lab::results& measured, const std::vector<drawn_line>& lines,
               const report::series_axes& axes, const std::string& id, const std::string& title,
               const std::string& says) {
  std::vector<report::rate_series> series;
  for (const drawn_line& line : lines) {
    report::rate_series one{line.name, {}};
    for (const auto& [place, what] : line.points)
      if (const auto got = mean_of(measured, what)) one.points.push_back({place, *got});
    if (!one.points.empty()) series.push_back(std::move(one));
  }
  if (!series.empty()) page.chart(report::series_chart(series, axes, id, title), says);
}

void epochs(html::document& page, const settings& chosen, const lab::results& measured) {
  const auto line = [&](const std::string& name, const std::string& attack, const std::string& measure) {
    drawn_line one{name, {}};
    for (const std::size_t epoch : chosen.snapshots)
      one.points.push_back({static_cast<double>(epoch), {"pool", at_epoch(epoch), attack, measure}});
    return one;
  };
  page.subheading("How long is too long?");
  add_chart(page, measured,
            {line("LiRA, log mean loss", "LiRA, log mean loss", "AUC"), line("Type-II", "Type-II", "AUC"),
             line("loss map", "loss map", "AUC"), line("mean loss", "mean loss", "AUC"),
             line("Dice, tuned", "Dice, tuned", "AUC"), line("Type-I", "Type-I", "AUC")},
            {"epochs", "AUC", false, 0.4, 1}, "epochs-auc", "AUC against epochs",
            "Networks without a defence, looked at during one training each.");
  add_chart(page, measured, {line("members", "quality", "Dice of members"), line("new images", "quality", "Dice")},
            {"epochs", "Dice", false, 0, 1}, "epochs-dice", "Dice against epochs",
            "The same networks' Dice: what stopping early costs.");
}

void sizes(html::document& page, const settings& chosen, const lab::results& measured) {
  if (chosen.sizes.size() < 2) return;
  const auto line = [&](const std::string& name, const std::string& attack, const std::string& measure) {
    drawn_line one{name, {}};
    for (const std::size_t size : chosen.sizes)
      one.points.push_back({static_cast<double>(size), {"size", "size " + std::to_string(size), attack, measure}});
    return one;
  };
  page.subheading("Do more training images protect?");
  add_chart(page, measured,
            {line("boundary loss", "boundary loss", "AUC"), line("mean loss", "mean loss", "AUC"),
             line("Dice", "Dice, tuned", "AUC"), line("Dice on new images", "quality", "Dice")},
            {"training images", "AUC, or Dice", true, 0.4, 1}, "sizes", "AUC against the number of training images",
            "All with " + std::to_string(chosen.steps()) +
                " steps. Equal epochs would give larger sets more steps, and hide what more images do.");
}

void groups(html::document& page, const lab::results& measured) {
  const auto classifier = mean_of(measured, {"groups", "classifier", "mean loss", "AUC"});
  if (!classifier) return;
  page.subheading("Is segmentation more exposed than classification?")
      .say(
          "On the same images a classifier with the U-Net's way down learned to name the group of what is pictured "
          "(smileys, animals, food, ...), for as many epochs: " +
          shown(measured.mean({"groups", "classifier", "cost", "accuracy, members"})) + " right on members, " +
          shown(measured.mean({"groups", "classifier", "cost", "accuracy, others"})) +
          " on others. The AUC of its loss is " + shown(classifier) + ", of the U-Net's mean loss " +
          shown(mean_of(measured, {"groups", "segmentation", "mean loss", "AUC"})) +
          ". The two tasks are not equally hard, so this compares two networks that one set of images would train, not "
          "tasks as such.");
}

void slices(html::document& page, const settings& chosen, const lab::results& measured) {
  if (!chosen.atlas) return;
  report::text_table made{{{"untrained", "AUC"}, {"trained", "AUC"}, {"difference", "points"}}, {}};
  std::size_t splits = 0;
  for (const std::string attack : {"Dice, tuned", "mean loss", "boundary loss"}) {
    std::vector<double> before, after, difference;
    for (std::size_t k = 0; k < chosen.atlas_splits; ++k) {
      const std::string target = "slices " + std::to_string(k);
      const std::vector<double> untrained = measured.values({target, "untrained", attack, "AUC"}),
                                trained = measured.values({target, "trained", attack, "AUC"});
      for (std::size_t s = 0; s < std::min(untrained.size(), trained.size()); ++s) {
        before.push_back(untrained[s]);
        after.push_back(trained[s]);
        difference.push_back(trained[s] - untrained[s]);
      }
    }
    splits = difference.size();
    if (splits == 0) return;
    made.rows.push_back(
        {attack, {cell(lab::mean_over(before)), cell(lab::mean_over(after)), cell(lab::mean_over(difference))}, {}});
  }
  page.subheading("Slices of one head")
      .say(
          "Coronal slices of an MRI template with the regions of its atlas in seven groups, 48 x 48 pixels; members "
          "and others are blocks of six slices with gaps of two. Blocks can differ by themselves, which an untrained "
          "network shows: what training adds is the difference to it, over " +
          std::to_string(splits) + (splits == 1 ? " split." : " splits. Splits share the one head."))
      .table(made);
}

std::string fact(const lab::results& measured, const std::string& name, const char* what, int decimals = 0) {
  const auto got = measured.mean({name, "end", "cost", what});
  return got ? report::fixed(got->value, decimals) : "-";
}

}  // namespace

void add_sweeps(html::document& page, const settings& chosen, const lab::results& measured) {
  page.heading("What decides");
  epochs(page, chosen, measured);
  sizes(page, chosen, measured);
  groups(page, measured);
  slices(page, chosen, measured);
}

void add_poisoning(html::document& page, const settings& chosen, const lab::results& measured) {
  if (chosen.poisonings.empty()) return;
  page.heading("Poisoned training images")
      .say(
          "An adversary paints a white line (6 rows) or square (8 x 8 pixels) on a share of the training images and "
          "empties their masks. The queries carry no trigger. The backdoor is planted where most triggered new images "
          "are answered empty, and more than without the trigger; with fewer than about 20 poisoned images expect "
          "none.");
  report::text_table made{{{"poisoned", "images"},
                           {"planted", "in seeds"},
                           {"empty", "of triggered"},
                           {"Dice", "untriggered"},
                           {"Type-II", "all"},
                           {"Type-II", "others"},
                           {"mean loss", "all"},
                           {"mean loss", "others"}},
                          {}};
  const auto row_of = [&](const std::string& title, const std::string& name, const std::string& all,
                          const std::string& others) {
    report::text_row row{title, {}, {}};
    const std::vector<double> planted = measured.values({name, "end", "cost", "planted"});
    double count = 0;
    for (const double each : planted) count += each;
    row.cells = {{fact(measured, name, "poisoned")},
                 {planted.empty() ? "-" : report::fixed(count, 0) + " of " + std::to_string(planted.size())},
                 cell(measured.mean({name, "end", "cost", "empty"})),
                 cell(measured.mean({name, "end", "quality", "Dice"})),
                 cell(mean_of(measured, {name, all, "Type-II", "AUC"})),
                 cell(mean_of(measured, {name, others, "Type-II", "AUC"})),
                 cell(mean_of(measured, {name, all, "mean loss", "AUC"})),
                 cell(mean_of(measured, {name, others, "mean loss", "AUC"}))};
    made.rows.push_back(std::move(row));
  };
  row_of("none", "not poisoned", "all members", "unpoisoned members");
  std::map<std::string, drawn_line> lines[2];
  for (const poisoning& each : chosen.poisonings) {
    const std::string name = poisoned_name(each);
    row_of(each.trigger + ", share " + report::fixed(each.share, 2), name, "all members", "unpoisoned members");
    const double count = std::round(each.share * static_cast<double>(chosen.members));
    lines[0][each.trigger].points.push_back({count, {name, "all members", "Type-II", "AUC"}});
    lines[1][each.trigger].points.push_back({count, {name, "unpoisoned members", "Type-II", "AUC"}});
  }
  page.table(made).say(
      "AUCs of Type-II and of the mean loss, about all images and about all others than the poisoned ones.");
  std::vector<drawn_line> drawn;
  for (const auto& [trigger, line] : lines[0]) {
    drawn.push_back({trigger + ", all members", line.points});
    drawn.push_back({trigger + ", unpoisoned members", lines[1][trigger].points});
  }
  if (chosen.poisonings.size() > 1)
    add_chart(page, measured, drawn, {"poisoned images", "AUC of Type-II", false, 0.4, 1}, "poisoned",
              "AUC of Type-II against the number of poisoned images",
              "The published claim is that poisoning helps the attack. No sign is assumed here.");
  report::text_table effect{{{"Type-II, all", "points"},
                             {"Type-II, others", "points"},
                             {"mean loss, all", "points"},
                             {"mean loss, others", "points"}},
                            {}};
  for (const poisoning& each : chosen.poisonings) {
    report::text_row row{each.trigger + ", share " + report::fixed(each.share, 2), {}, {}};
    for (const char* attack : {"Type-II", "mean loss"})
      for (const char* setting : {"all members", "unpoisoned members"}) {
        // One way, as the poisoned network is attacked.
        const auto got = measured.difference({poisoned_name(each), setting, attack, "AUC"},
                                             {"not poisoned", "all members", attack, "AUC"});
        if (!got) {
          row.cells.push_back({"-"});
          continue;
        }
        const auto signed_points = [](double value) { return (value < 0 ? "" : "+") + report::fixed(100 * value, 1); };
        row.cells.push_back(
            {signed_points(got->value),
             std::isfinite(got->low) ? signed_points(got->low) + " to " + signed_points(got->high) : "one seed"});
      }
    effect.rows.push_back(std::move(row));
  }
  page.subheading("What poisoning adds to the attack, in points of AUC, the same network attacked in the same way")
      .table(effect);
}

}  // namespace segmentation_lab
