// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "page.hpp"

#include <telltale/io/atomic_file.hpp>
#include <telltale/metric/interval/quantile.hpp>
#include <telltale/report/format.hpp>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <utility>

#include "gallery.hpp"
#include "judge.hpp"

namespace segmentation_lab {

using namespace telltale;
namespace html = report::html;
using metric::estimate;

std::optional<estimate> mean_of(const lab::results& measured, const lab::label& what) {
  const std::optional<estimate> got = measured.mean(what);
  const auto within = [](const estimate& one) {
    return estimate{one.value, std::max(one.low, 0.0), std::min(one.high, 1.0)};
  };
  if (!got || std::isfinite(got->low)) return got ? std::optional(within(*got)) : got;
  const auto bound = [&](const char* which) {
    const std::vector<double> values = measured.values({what.target, what.setting, what.attack, what.measure + which});
    return values.empty() ? got->low : values.front();
  };
  const double low = bound(" low");
  return std::isfinite(low) ? within({got->value, low, bound(" high")}) : got;
}

std::size_t best_epoch(const settings& chosen, const lab::results& measured) {
  std::size_t best = chosen.epochs;
  double most = -1;
  for (const std::size_t epoch : chosen.snapshots)
    if (const auto dice = measured.mean({"pool", at_epoch(epoch), "quality", "Dice"}); dice && dice->value > most) {
      most = dice->value;
      best = epoch;
    }
  return best;
}

namespace {

// Targets of all seeds as one sample: each seed has a mean and the interval of Student's t over its own targets. Where
// the M targets of a pool judge each other, what t's score shows by u's answers u's shows by t's: every pair counts
// twice, and the variance of the mean is 2 (M - 1) / (M - 2) times that of independent targets.
struct over_targets {
  double mean = 0, error = 0, freedom = 0;

  [[nodiscard]] estimate interval(double misses) const {
    const double reach = telltale::detail::students_t_upper(freedom, misses / 2) * error;
    return {mean, mean - reach, mean + reach};
  }
};

over_targets over_all_targets(const lab::results& measured, const lab::label& what, std::size_t targets,
                              bool judge_each_other) {
  const std::vector<double> means = measured.values(what),
                            highs = measured.values({what.target, what.setting, what.attack, what.measure + " high"});
  const auto seeds = static_cast<double>(means.size()), of_a_seed = static_cast<double>(targets);
  over_targets got{0, 0, (of_a_seed - 1) * seeds};
  double variance = 0;
  for (std::size_t s = 0; s < means.size(); ++s) {
    got.mean += means[s] / seeds;
    const double error = (highs[s] - means[s]) / telltale::detail::students_t_upper(of_a_seed - 1, 0.025);
    variance += error * error / (seeds * seeds);
  }
  got.error = std::sqrt(variance * (judge_each_other ? 2 * (of_a_seed - 1) / (of_a_seed - 2) : 1));
  return got;
}

struct control {
  lab::label what;
  std::string says;
  bool judge_each_other = false;
};

std::vector<control> controls() {
  std::vector<control> all;
  const std::vector<std::string> attacks{"Dice, tuned", "mean loss", "boundary loss", "entropy, no mask",
                                         "Type-I",      "Type-II",   "loss map"};
  for (const std::string& attack : attacks)
    all.push_back({{"pool", at_epoch(0), attack, "AUC"}, attack + ", before the first epoch"});
  all.push_back(
      {{"pool", at_epoch(0), "LiRA, log mean loss", "AUC"}, "LiRA, log mean loss, before the first epoch", true});
  for (const std::string& attack : attacks)
    all.push_back(
        {{"control", "trained on other images", attack, "AUC"}, attack + ", networks trained on other images"});
  all.push_back({{"control", "blind", "images and masks", "AUC"}, "a network on images and masks, no target asked"});
  return all;
}

constexpr std::size_t targets_of_a_seed = 8;

struct judged_control {
  std::string says;
  estimate shown;  ///< with its own 95 % interval
  bool holds;      ///< 1/2 is in its interval where those of all controls are to hold it together, with 95 %
};

std::vector<judged_control> judged(const lab::results& measured) {
  std::vector<judged_control> all;
  const std::vector<control> asked = controls();
  for (const control& each : asked) {
    if (measured.values(each.what).empty()) continue;
    const over_targets got = over_all_targets(measured, each.what, targets_of_a_seed, each.judge_each_other);
    const estimate together = got.interval(0.05 / static_cast<double>(asked.size()));
    all.push_back({each.says, got.interval(0.05), together.low <= 0.5 && together.high >= 0.5});
  }
  return all;
}

void add_controls(html::document& page, const lab::results& measured) {
  page.heading("What must find nothing")
      .say("Figures over " + std::to_string(targets_of_a_seed * measured.seeds().size()) +
           " targets. Of 20 intervals of 95 % one misses 50 % on average; a control holds where its interval contains "
           "50 % at the confidence that all of them together need for 95 %.");
  report::text_table made{{{"AUC", "95 % interval"}, {"holds", ""}}, {}};
  for (const judged_control& each : judged(measured))
    made.rows.push_back({each.says, {cell(each.shown), {each.holds ? "yes" : "no"}}, {}});
  page.table(made);
}

std::vector<std::string> attack_rows() {
  return {"Type-I",
          "entropy, no mask",
          "Dice, shadow's mean",
          "Dice, tuned",
          "mean loss",
          "boundary loss",
          "mean margin",
          "loss map",
          "Type-II",
          "LiRA, mean margin",
          "LiRA, mean loss",
          "LiRA, log mean loss",
          "LiRA, log boundary loss",
          "LiRA, log Dice loss",
          "RMIA, mean loss",
          "RMIA, boundary loss"};
}

void attack_table(html::document& page, const lab::results& measured, std::size_t epoch) {
  const std::vector<std::string> measures{"AUC", "accuracy", "F1", "TPR at 10 %", "TPR at 1 %"};
  report::text_table made{{{"AUC", ""},
                           {"accuracy", "at the rule's cut"},
                           {"F1", "at the rule's cut"},
                           {"TPR", "at FPR 10 %"},
                           {"TPR", "at FPR 1 %"}},
                          {}};
  for (const std::string& attack : attack_rows()) {
    if (!mean_of(measured, {"pool", at_epoch(epoch), attack, "AUC"})) continue;
    report::text_row row{attack, {}, {}};
    for (const std::string& measure : measures)
      row.cells.push_back(cell(mean_of(measured, {"pool", at_epoch(epoch), attack, measure})));
    made.rows.push_back(std::move(row));
  }
  page.table(made);
}

void introduction(html::document& page, const pool& all, const settings& chosen, const lab::results& measured,
                  double seconds) {
  const std::size_t seeds = measured.seeds().size();
  page.say(report::thousands(all.names.size()) + " images of " + std::to_string(chosen.side) + " x " +
           std::to_string(chosen.side) + " pixels with masks (" + all.source + "), drawn anew for each of " +
           std::to_string(seeds) + (seeds == 1 ? " seed. " : " seeds. ") + std::to_string(chosen.pool_models) +
           " U-Nets without a defence learn random halves of " + std::to_string(2 * chosen.members) +
           " images and are asked about all of them; " + std::to_string(chosen.shadow_models) +
           " networks of the adversary's learn halves of as many other images. Every defence is taken by one network "
           "on either side, so that the adversary's has it too" +
           std::string(chosen.both_ways ? ", and is attacked both ways" : "") + ". " + std::to_string(chosen.epochs) +
           " epochs, U-Net of three levels and width " + std::to_string(chosen.width) + "; utility is measured on " +
           std::to_string(chosen.test) + " images that nobody is asked about. " + report::fixed(seconds, 0) + " s.");
  page.say(seeds == 1
               ? "Intervals are 95 %. Of one seed they are Student's t over the targets of the pool; where there "
                 "are two targets they are the mean of the targets' own intervals, which is too wide."
               : "Intervals are 95 %, Student's t over seeds: each seed has images, networks and an adversary "
                 "of its own.");
  if (!chosen.data)
    page.say(
        "The images are small and synthetic, and every one is independent of the others: expect other levels of "
        "your own network. Orders of attacks and defences carry over better than levels.");
}

std::string made(const pool& all, const settings& chosen, const lab::results& measured, const world& in,
                 double seconds) {
  html::document page("What does a segmentation network give away about its training images?", "Lab");
  introduction(page, all, chosen, measured, seconds);
  const std::size_t best = best_epoch(chosen, measured);
  if (const auto finding = mean_of(measured, {"pool", at_epoch(best), "LiRA, log mean loss", "AUC"}))
    page.finding(report::percent(finding->value) + " %",
                 "of pairs of a member and another image are told apart by the logarithm of the mean loss (LiRA) at "
                 "epoch " +
                     std::to_string(best) + ", where the Dice on new images is best. Guessing gives 50 %.");
  add_gallery(page, chosen, all, in);
  page.heading("The attacks")
      .say(
          "On networks without a defence. Type-I reads the output map with a network, Type-II the true mask beside it, "
          "the loss map the loss of every pixel; the others judge one number an image. Thresholds and networks are "
          "fitted to the adversary's own networks, LiRA and RMIA to the other networks of the pool.");
  page.subheading("At epoch " + std::to_string(best) + ", of those looked at the one with the best Dice on new images");
  attack_table(page, measured, best);
  if (best != chosen.epochs) {
    page.subheading("At the end, epoch " + std::to_string(chosen.epochs));
    attack_table(page, measured, chosen.epochs);
  }
  add_defences(page, chosen, measured);
  add_sweeps(page, chosen, measured);
  add_poisoning(page, chosen, measured);
  add_claims(page, chosen, measured);
  add_controls(page, measured);
  return page.str();
}

}  // namespace

std::vector<std::string> control_lines(const lab::results& measured) {
  std::vector<std::string> lines;
  for (const judged_control& each : judged(measured))
    lines.push_back("control, " + each.says + ": AUC " + report::fixed(each.shown.value, 3) + " (" +
                    report::interval_fixed(each.shown, " to ") + "), " + (each.holds ? "holds" : "does not hold"));
  return lines;
}

void write_page(const pool& all, const settings& chosen, const lab::results& measured, const world& in,
                double seconds) {
  io::write_atomically(chosen.out / "report.html",
                       [&](std::ostream& file) { file << made(all, chosen, measured, in, seconds); });
  lab::write_results(chosen.out / "results.json", measured);
}

}  // namespace segmentation_lab
