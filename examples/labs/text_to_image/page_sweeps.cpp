// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "page.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <telltale/report/svg/series.hpp>

namespace text_to_image {

using namespace telltale;
namespace html = report::html;

namespace {

using lines = std::vector<std::pair<std::string, std::string>>;  ///< attack, and what the legend calls it

/// AUC or accuracy of some attacks against the number in a setting's name; empty where fewer than two were tried.
std::string chart(const results& measured, const std::string& target, const std::string& prefix, const lines& attacks,
                  const std::string& measure, const report::series_axes& axes, const std::string& id,
                  const std::string& title) {
  const std::map<double, std::string> settings = measured.settings_of(target, prefix);
  if (settings.size() < 2) return "";
  std::vector<report::rate_series> series;
  for (const auto& [attack, name] : attacks) {
    report::rate_series one{name, {}};
    for (const auto& [place, setting] : settings)
      if (const auto got = measured.mean({target, setting, attack, measure})) one.points.push_back({place, *got});
    if (!one.points.empty()) series.push_back(std::move(one));
  }
  return series.empty() ? "" : report::series_chart(series, axes, id, title);
}

struct sweep {
  std::string prefix, title, axis, says;
  bool logarithmic = false;
  lines attacks{{"II-P", "II-P"}, {"II-S", "II-S"}, {"IV", "IV"}};
  std::string measure = "AUC";
};

void add(html::document& page, const results& measured, const sweep& what) {
  for (const auto& [target, name] : targets()) {
    const std::string id = what.prefix.substr(0, what.prefix.size() - 1) + "-" + target;
    const std::string drawn =
        chart(measured, target, what.prefix, what.attacks, what.measure,
              {what.axis, what.measure == "AUC" ? "AUC" : "accuracy", what.logarithmic, 0.4, 1}, id, what.title);
    if (!drawn.empty()) page.subheading(what.title + ", " + name).chart(drawn, what.says);
  }
}

void conditions(html::document& page, const results& measured) {
  page.subheading("In what condition the adversary has the query picture");
  report::text_table made;
  const std::vector<std::string> attacks{"II-P", "II-P, SSIM", "II-S", "IV", "IV and II-P"};
  for (const std::string& attack : attacks) made.header.push_back({attack, "AUC"});
  for (const auto& [target, name] : targets())
    for (const char* setting : {"exact", "shifted", "mirrored", "darkened", "noisy"}) {
      report::text_row row{name + ", " + setting, {}, {}};
      for (const std::string& attack : attacks)
        row.cells.push_back(cell(measured.mean({target, setting, attack, "AUC"})));
      made.rows.push_back(std::move(row));
    }
  page.table(made);
  page.say("The encoder was trained with mirrored, turned and moved pictures, so that its calm is partly by design.");
}

void inner(html::document& page, const results& measured) {
  page.subheading("With access to inner steps");
  page.say(
      "An adversary who can ask the network itself: its error at chosen levels of noise, or the likelihood of the "
      "picture's tokens.");
  report::text_table made{{{"AUC", "exact query"}, {"accuracy", "exact query"}, {"AUC", "never seen"}}, {}};
  for (const auto& [target, name] : targets())
    for (const char* attack : {"step loss, t = 50", "step loss, t = 200", "step loss, t = 400", "step loss, t = 600",
                               "step loss, t = 800", "SecMI", "SecMI of one step", "PIA", "PIA, normalised",
                               "inner steps, joined", "token likelihood", "II-P", "IV and II-P"}) {
      const auto of = [&, target = target](const char* setting, const char* measure) {
        return measured.mean({target, setting, attack, measure});
      };
      if (!of("exact", "AUC")) continue;
      made.rows.push_back({name + ": " + attack,
                           {cell(of("exact", "AUC")), cell(of("exact", "accuracy")), cell(of("never seen", "AUC"))},
                           {}});
    }
  page.table(made);
}

void defences(html::document& page, const results& measured) {
  page.subheading("Defences")
      .say(
          "Early stopping, and DP-SGD: the gradient of each record is clipped to 0.1, noise of multiplier 1 is added, "
          "batches "
          "of 64 are drawn at random. The loss is what training lowers: what a defence costs is its loss of the "
          "others.");
  report::text_table made{{{"II-P", "AUC"},
                           {"II-S", "AUC"},
                           {"IV and II-P", "AUC"},
                           {"inner steps", "AUC"},
                           {"loss", "members"},
                           {"loss", "others"},
                           {"epsilon", "at delta 1e-5"}},
                          {}};
  for (const char* target : {"diffusion", "diffusion, DP-SGD"})
    for (const auto& [steps, setting] : measured.settings_of(target, "steps ")) {
      report::text_row row{std::string(target) + ", " + setting, {}, {}};
      for (const char* attack : {"II-P", "II-S", "IV and II-P", "inner steps, joined"})
        row.cells.push_back(cell(measured.mean({target, setting, attack, "AUC"})));
      for (const auto& [what, measure] : std::vector<std::pair<std::string, std::string>>{
               {"loss", "members"}, {"loss", "others"}, {"epsilon", "at delta 1e-5"}}) {
        const auto got = measured.mean({target, setting, what, measure});
        row.cells.push_back({got ? report::fixed(got->value, 3) : std::string("-")});
      }
      made.rows.push_back(std::move(row));
    }
  page.table(made);
}

}  // namespace

void add_sweeps(html::document& page, const results& measured) {
  page.heading("What it depends on");
  conditions(page, measured);
  add(page, measured,
      {"steps ",
       "Training length",
       "training steps",
       "Checkpoints of one run a seed.",
       true,
       {{"II-P", "II-P"},
        {"II-S", "II-S"},
        {"IV", "IV"},
        {"III-S", "III-S"},
        {"inner steps, joined", "inner steps"},
        {"token likelihood", "token likelihood"}}});
  add(page, measured,
      {"auxiliary ",
       "Auxiliary records",
       "share of the auxiliary records",
       "Accuracy on the other half of the records.",
       true,
       {{"II-S", "II-S, threshold"},
        {"IV", "IV, logistic on three numbers"},
        {"IV, all numbers, logistic", "IV, logistic on all vectors"},
        {"IV and II-P", "IV and II-P"}},
       "accuracy"});
  add(page, measured, {"sampling ", "Sampling steps", "steps of DDIM", "One picture a query.", true});
  add(page, measured, {"guidance ", "Guidance", "guidance scale", "One picture a query; 1 is none.", true});
  add(page, measured,
      {"pictures ",
       "Pictures of each query",
       "pictures",
       "The mean over pictures, the mean picture, the best picture.",
       true,
       {{"II-P", "II-P, mean error"},
        {"II-P, mean picture", "II-P of the mean picture"},
        {"II-S", "II-S, mean distance"},
        {"II-S, best picture", "II-S, best picture"},
        {"spread, embeddings", "spread alone, no query"}}});
  inner(page, measured);
  defences(page, measured);
}

}  // namespace text_to_image
