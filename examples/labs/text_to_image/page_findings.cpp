// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "page.hpp"

#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace text_to_image {

using namespace telltale;
namespace html = report::html;
using metric::estimate;

namespace {

// What an interval says of a difference; without one, nothing.
std::string verdict(const std::optional<estimate>& difference) {
  if (!difference) return "not measured";
  if (!std::isfinite(difference->low)) return "one seed: no interval";
  if (difference->low > 0) return "shown here";
  return difference->high < 0 ? "the other way round here" : "not shown either way";
}

// The difference in points, its interval and what that says, a line each.
std::vector<std::string> points(const std::optional<estimate>& got) {
  if (!got) return {"-"};
  const auto signed_points = [](double value) { return (value < 0 ? "" : "+") + report::fixed(100 * value, 1); };
  std::vector<std::string> lines{signed_points(got->value)};
  if (std::isfinite(got->low)) lines.push_back(signed_points(got->low) + " to " + signed_points(got->high));
  lines.push_back(verdict(got));
  return lines;
}

/// A published claim as a difference of two figures.
struct claim {
  std::string says;
  std::string better, than;                  ///< attacks
  std::string better_setting, than_setting;  ///< the same setting where the second is empty
  std::string measure = "AUC";
};

const std::vector<claim>& claims() {
  static const std::vector<claim> all{
      {"Semantic beats pixel (II-S, II-P), exact query", "II-S", "II-P", "exact", ""},
      {"Semantic beats pixel (II-S, II-P), shifted query", "II-S", "II-P", "shifted", ""},
      {"Semantic beats pixel (II-S, structural similarity), exact query", "II-S", "II-P, SSIM", "exact", ""},
      {"Semantic beats pixel, as published: networks, exact query", "II-S, network", "II-P, network", "exact", ""},
      {"II-S beats III-S", "II-S", "III-S", "exact", ""},
      {"II-S beats I-S", "II-S", "I-S", "exact", ""},
      {"All joined beat II-S (IV, II-S)", "IV", "II-S", "exact", ""},
      {"Pixels add to IV", "IV and II-P", "IV", "exact", ""},
      {"Same modality beats cross modality", "III-S, same modality", "III-S", "exact", ""},
      {"A trained encoder beats an untrained one", "II-S", "II-S, untrained encoder", "exact", ""},
      {"A network on vectors beats the threshold (II-S)", "II-S, network", "II-S", "exact", ""},
      {"All of the auxiliary records beat 5 % of them, one number (II-S, accuracy)", "II-S", "II-S", "auxiliary 1",
       "auxiliary 0.05", "accuracy"},
      {"All of the auxiliary records beat 5 % of them, three numbers (IV, accuracy)", "IV", "IV", "auxiliary 1",
       "auxiliary 0.05", "accuracy"},
      {"All of the auxiliary records beat 5 % of them, all vectors (IV, accuracy)", "IV, all numbers, logistic",
       "IV, all numbers, logistic", "auxiliary 1", "auxiliary 0.05", "accuracy"}};
  return all;
}

// The lowest and the highest of some settings, "steps 250" and "steps 3000".
std::optional<estimate> last_less_first(const results& measured, const std::string& target, const std::string& prefix,
                                        const std::string& attack) {
  const auto found = measured.settings_of(target, prefix);
  if (found.size() < 2) return std::nullopt;
  return measured.difference({target, found.rbegin()->second, attack, "AUC"},
                             {target, found.begin()->second, attack, "AUC"});
}

void beyond_chance(html::document& page, const results& measured) {
  report::text_table made;
  made.header.push_back({"AUC - 50 points", "exact query"});
  made.header.push_back({"AUC - 50 points", "shifted query"});
  for (const auto& [target, name] : targets())
    for (const char* attack : {"I-P", "I-S", "II-P", "II-S", "III-S", "IV"}) {
      const auto above = [&, target = target](const char* setting) {
        auto got = measured.mean({target, setting, attack, "AUC"});
        if (got) *got = {got->value - 0.5, got->low - 0.5, got->high - 0.5};
        return got;
      };
      made.rows.push_back({std::string(attack) + ", " + name, {points(above("exact")), points(above("shifted"))}, {}});
    }
  page.subheading("All attacks beat chance").table(made);
}

}  // namespace

void add_findings(html::document& page, const results& measured) {
  page.heading("What was published, and what was measured");
  page.say(
      "Differences are in points, of the same records and seed, with the 95 % interval of their mean over seeds. "
      "\"Shown here\" means that the interval lies above 0.");
  beyond_chance(page, measured);
  report::text_table made;
  for (const auto& [target, name] : targets()) made.header.push_back({name, "points"});
  const auto add = [&](const std::string& says, const auto& difference) {
    report::text_row row{says, {}, {}};
    for (const auto& [target, name] : targets()) row.cells.push_back(points(difference(target)));
    made.rows.push_back(std::move(row));
  };
  for (const claim& each : claims())
    add(each.says, [&](const std::string& target) {
      const std::string& other = each.than_setting.empty() ? each.better_setting : each.than_setting;
      return measured.difference({target, each.better_setting, each.better, each.measure},
                                 {target, other, each.than, each.measure});
    });
  for (const auto& [prefix, says] :
       std::vector<std::pair<std::string, std::string>>{{"steps ", "The longest training beats the shortest"},
                                                        {"sampling ", "The most sampling steps beat the fewest"},
                                                        {"guidance ", "The strongest guidance beats none"},
                                                        {"pictures ", "The most pictures a query beat one"}})
    for (const char* attack : {"II-P", "II-S"})
      add(says + " (" + attack + ")",
          [&](const std::string& target) { return last_less_first(measured, target, prefix, attack); });
  page.subheading("What beats what").table(made);
}

void add_controls(html::document& page, const results& measured) {
  page.heading("Controls")
      .say(
          "What must find nothing. Blind attacks never ask a target: they would show a split or an encoder that "
          "carries the answer by itself. A target that is asked about pictures that neither it nor anybody saw has "
          "nothing to tell.");
  report::text_table made{{{"AUC", "must hold 50 %"}, {"verdict", ""}}, {}};
  const auto add = [&](const std::string& name, const label& what) {
    const auto got = measured.mean(what);
    if (!got) return;
    const bool holds = got->low <= 0.5 && got->high >= 0.5;
    made.rows.push_back({name,
                         {cell(got),
                          {!std::isfinite(got->low) ? "one seed: no interval"
                           : holds                  ? "holds"
                                                    : "does not hold"}},
                         {}});
  };
  for (const char* attack : {"embeddings of query and caption", "cosine of query and caption"})
    add(std::string("blind: ") + attack, {"none", "blind", attack, "AUC"});
  for (const auto& [target, name] : targets())
    for (const char* attack :
         {"I-S", "II-P", "II-S", "III-S", "IV", "IV and II-P", "inner steps, joined", "token likelihood"})
      add(name + ", never seen: " + attack, {target, "never seen", attack, "AUC"});
  page.table(made);
  page.subheading("A leak that is none")
      .say(
          "An encoder that had the members among its own training pairs: the similarity of query and caption alone, "
          "without any target, finds them with an AUC of " +
          shown(measured.mean(
              {"none", "blind, by an encoder that saw the members", "cosine of query and caption", "AUC"})) +
          ". Attacks that compare with such an encoder blame the generator for what the encoder knows.");
  report::text_table cost{{{"seconds", "a training step"}}, {}};
  for (const auto& [target, name] : targets()) {
    const auto seconds = measured.mean({target, "training", "seconds a step", "seconds"});
    cost.rows.push_back({name, {{seconds ? report::fixed(seconds->value, 3) : "-"}}, {}});
  }
  page.subheading("What training took").table(cost);
}

}  // namespace text_to_image
