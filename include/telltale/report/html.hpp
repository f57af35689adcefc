// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/membership.hpp>
#include <telltale/io/atomic_file.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/metric/roc.hpp>
#include <telltale/report/audit.hpp>
#include <telltale/report/conventions.hpp>
#include <telltale/report/finding.hpp>
#include <telltale/report/html/page.hpp>
#include <telltale/report/html/parts.hpp>
#include <telltale/report/html/tables.hpp>
#include <telltale/report/picture.hpp>
#include <telltale/report/section.hpp>
#include <telltale/report/svg/classes.hpp>
#include <telltale/report/svg/histogram.hpp>
#include <telltale/report/svg/roc.hpp>

namespace telltale::report::html {

/// What membership, TPR, FPR and AUC mean: the cards below the headline.
[[nodiscard]] inline std::string how_to_read() {
  return R"html(<h2>How to read this</h2>
<div class="cards">
<div class="card"><h3>The question</h3><p>An attacker sees what the model answers about a record and guesses: was this record in its training set? If such guesses are often right, the model gives its training data away.</p></div>
<div class="card"><h3>Found and wrongly accused</h3><p>The true-positive rate (TPR) is the share of training records that are found. The false-positive rate (FPR) is the share of other records that are accused wrongly. A TPR much larger than the FPR, at a small FPR, is a leak that an attacker can be sure of.</p></div>
<div class="card"><h3>On average</h3><p>The AUC is the chance that a training record looks more like one than another record does: 0.5 is guessing, 1 is certainty. An average near 0.5 can hide a few records that are found almost every time.</p></div>
</div>
)html";
}

/// What a ROC picture on logarithmic axes says, for the line below it.
inline constexpr std::string_view roc_meaning =
    "Go to the left of the picture, where hardly anybody is accused wrongly: the higher a curve lies above the "
    "diagonal there, the more training records are found for certain. A curve on the diagonal is guessing.";

/// Whether an attack of this target has a curve to draw.
[[nodiscard]] inline bool has_curve(const target_result& target) {
  for (const attack_result& attack : target.attacks)
    if (!attack.stopped_by_type && !attack.curve.line.empty()) return true;
  return false;
}

/// The histograms of every attack that has one, side by side; empty where none has.
[[nodiscard]] inline std::string histograms(const target_result& target, const std::string& id) {
  std::string out;
  for (std::size_t k = 0; k < target.attacks.size(); ++k) {
    const attack_result& attack = target.attacks[k];
    if (attack.stopped_by_type || attack.histogram.members.empty()) continue;
    std::optional<double> cut;
    if (!attack.evaluation.advantage.in_sample) cut = attack.evaluation.advantage.threshold;
    out += histogram_chart(attack.histogram, id + "-" + std::to_string(k), attack.name, cut) + "\n";
  }
  if (out.empty()) return out;
  return "<p class=\"muted\">How often each score occurs (larger means member), among<span class=\"key\" "
         "style=\"background:var(--c4)\"></span>"
         "members and<span class=\"key\" style=\"background:var(--c0)\"></span>non-members.</p>\n<div class=\"grid\">" +
         out + "</div>\n" +
         meaning(
             "Where the two heaps lie on each other nobody can tell training records from others. Training records "
             "that stand alone on the right are the ones that are found.");
}

/// One target: its figures, what they mean, the ROC curves and the histograms. `number` keeps the pictures' ids apart.
[[nodiscard]] inline std::string target_section(const target_result& target, std::size_t number) {
  std::string out = "<h2>Target: " + escaped(target.name) + "</h2>\n";
  if (!target.description.empty()) out += tag("p", target.description, "class=\"lead\"") + "\n";
  out += tag("p", sentence_about(target)) + "\n" + figures_table(target.attacks, false);
  if (const strongest best = strongest_of(target); best.attack != nullptr)
    out += meaning("Of the strongest attack, " + best.attack->name + ": " + meaning_of(*best.point));
  bool averaged = false;
  for (const attack_result& attack : target.attacks)
    averaged = averaged || (!attack.stopped_by_type && attack.averaged);
  if (averaged)
    out +=
        "<details><summary>Averaged over targets instead of pooled</summary>\n<p class=\"muted\">Each figure is the "
        "mean of every target's own figure: scores of different targets are never compared.</p>\n" +
        figures_table(target.attacks, true) + "</details>\n";
  const std::string id = "t" + std::to_string(number);
  if (has_curve(target))
    out += figure(roc_chart(target.attacks, id + "-roc", "Members found by each attack on target " + target.name),
                  "Both axes are logarithmic: on the left, an attacker who may hardly ever be wrong. Bands are the "
                  "pointwise intervals of the true-positive rate. A band that lies wholly above a dotted line is "
                  "evidence that training did not keep that level of differential privacy.") +
           meaning(roc_meaning);
  const std::string scores = histograms(target, id + "-scores");
  if (scores.empty()) return out;
  return out + (number == 0
                    ? "<h3>Scores</h3>\n" + scores
                    : "<details><summary>Scores of members and non-members</summary>\n" + scores + "</details>\n");
}

/// Records as small pictures with class, place and value. Throws argument_error as `png` does.
[[nodiscard]] inline std::string strip_of(const std::vector<vulnerable_record>& records) {
  std::vector<captioned_picture> shown;
  shown.reserve(records.size());
  for (const vulnerable_record& record : records)
    shown.push_back({record.picture, {record.class_name, "record " + thousands(record.index), fixed(record.value, 3)}});
  return picture_strip(shown);
}

/// The classes and records that are most at risk; empty where the audit has none. Throws argument_error as `png` does.
[[nodiscard]] inline std::string vulnerability_section(const audit& got) {
  if (got.classes.empty() && got.records.empty()) return {};
  std::string out = "<h2>Who is vulnerable</h2>\n";
  if (!got.classes.empty()) {
    const std::string measure =
        got.vulnerability_measure.empty() ? "vulnerability of each class" : got.vulnerability_measure;
    out += "<h3>By class</h3>\n" + figure(class_chart(got.classes, measure), "Lines are intervals.");
  }
  if (!got.classes.empty())
    out += meaning(
        "A class far to the right is at more risk than the average says. Where two lines overlap the data do not tell "
        "which of the two classes is at more risk.");
  if (got.records.empty()) return out;
  out += "<h3>The most vulnerable records</h3>\n";
  if (!got.record_measure.empty())
    out += "<p class=\"muted\">The figure below each is the " + escaped(got.record_measure) + ".</p>\n";
  out += strip_of(got.records) +
         meaning("These are the training records that an attacker would find first. They are often unusual ones.");
  if (!got.safest.empty()) out += "<h3>The least vulnerable records</h3>\n" + strip_of(got.safest);
  return out;
}

}  // namespace telltale::report::html

namespace telltale::report {

/// An audit as one self-contained HTML page: no script, nothing loaded, light and dark, fit for paper.
///
/// It begins with the finding in words and how to read it; then for each target the figures, the ROC curves and the
/// scores; then who is vulnerable, the anatomy of every attack, what reproduces the audit, and what it does not show.
/// Throws argument_error as `png` does for a record's picture.
[[nodiscard]] inline std::string html_report(const audit& got) {
  const finding found = finding_of(got);
  std::string out = "<header>\n<p class=\"eyebrow\">Privacy audit</p>\n" + html::tag("h1", got.title) + "\n";
  if (!got.data.empty()) out += html::tag("p", got.data, "class=\"lead\"") + "\n";
  out += "</header>\n<div class=\"finding\">" + html::tag("div", found.figure, "class=\"figure\"") + "<div>" +
         html::tag("p", found.says, "class=\"says\"") + "</div></div>\n";
  for (const std::string& sentence : found.sentences) out += html::tag("p", sentence) + "\n";
  out += html::how_to_read();
  std::vector<const metric::evaluation*> shown;
  for (std::size_t t = 0; t < got.targets.size(); ++t) {
    out += html::target_section(got.targets[t], t);
    for (const attack_result& attack : got.targets[t].attacks)
      if (!attack.stopped_by_type) shown.push_back(&attack.evaluation);
  }
  out += html::vulnerability_section(got);
  if (!got.targets.empty())
    out +=
        "<h2>Anatomy of the attacks</h2>\n<p class=\"muted\">What each attack asks of the target and of the attacker. "
        "An attack that needs more than a target reveals does not compile against it.</p>\n" +
        html::anatomy_table(got.targets.front().attacks) +
        html::meaning(
            "Access and knowledge are the price of an attack. One that needs shadow models takes an attacker who can "
            "train models like yours; one that needs only the label, anybody who can ask yours.");
  if (!got.settings.empty()) out += "<h2>To reproduce</h2>\n" + html::settings_table(got.settings);
  out += "<h2>Conventions and limits</h2>\n" + html::list(footnotes(shown)) +
         html::meaning("Figures of two reports can be compared only where these lines agree.");
  if (!got.notes.empty()) out += "<h3>Limits</h3>\n" + html::list(got.notes);
  if (got.seconds > 0) out += "<p class=\"muted\">The audit took " + fixed(got.seconds, 1) + " seconds.</p>\n";
  return html::page(got.title, out);
}

/// An evaluation with its curve and histogram, from evidence (larger means member) and membership, aligned by record,
/// and the curve of both. `name` is what the evidence is called.
///
/// O(n). Throws argument_error as `histogram_of` does.
[[nodiscard]] inline attack_result pictured(const metric::roc_curve& curve, std::span<const double> evidence,
                                            std::span<const membership> member, const metric::evaluation& evaluation,
                                            std::string_view name = "evidence") {
  attack_result attack;
  attack.name = std::string(name);
  attack.evaluation = evaluation;
  attack.curve = draw(curve, evaluation.conventions.confidence);
  // As many bins as the square root of the scores, or a small sample is all noise.
  const auto bins = static_cast<std::size_t>(std::sqrt(static_cast<double>(evidence.size())));
  attack.histogram = histogram_of(evidence, member, std::clamp<std::size_t>(bins, 8, 48));
  return attack;
}

/// The evaluations of one target as a small page: the finding, the figures, the ROC curves, further sections and the
/// scores.
[[nodiscard]] inline std::string html_report(const std::vector<attack_result>& attacks,
                                             const std::vector<section>& sections = {}) {
  if (attacks.empty()) telltale::detail::refuse("html_report", "attacks", "is empty; wanted at least one");
  const attack_result& first = attacks.front();
  audit one;
  one.title = "Evaluation of " + first.name;
  for (std::size_t k = 1; k < attacks.size(); ++k) one.title += " and " + attacks[k].name;
  one.data =
      thousands(first.evaluation.members) + " members and " + thousands(first.evaluation.nonmembers) + " non-members";
  one.targets = {{first.name, "", attacks}};
  const finding found = finding_of(one);
  std::string out = "<header>\n<p class=\"eyebrow\">Membership evidence</p>\n" + html::tag("h1", one.title) + "\n" +
                    html::tag("p", one.data, "class=\"lead\"") + "\n</header>\n<div class=\"finding\">" +
                    html::tag("div", found.figure, "class=\"figure\"") + "<div>" +
                    html::tag("p", found.says, "class=\"says\"") + "</div></div>\n";
  for (const std::string& sentence : found.sentences) out += html::tag("p", sentence) + "\n";
  std::vector<const metric::evaluation*> shown;
  shown.reserve(attacks.size());
  out += html::figures_table(attacks, false);
  for (const attack_result& attack : attacks) shown.push_back(&attack.evaluation);
  out += html::meaning((attacks.size() > 1 ? "Of " + first.name + ": " : "") + meaning_of(first.evaluation));
  out += html::figure(roc_chart(attacks, "roc", "Members found by " + first.name),
                      "Both axes are logarithmic; a band is the interval of the true-positive rate.") +
         html::meaning(html::roc_meaning);
  for (const section& each : sections) out += html::section_of(each);
  out += "<h2>Scores</h2>\n" + html::histograms(one.targets.front(), "scores") + html::how_to_read() +
         "<h2>Conventions</h2>\n" + html::list(footnotes(shown));
  return html::page(one.title, out);
}

/// Writes a page that appears complete or not at all. Throws `file_error` as `io::write_atomically` does.
inline void write_html(const std::filesystem::path& path, std::string_view page) {
  io::write_atomically(path, [&](std::ostream& out) { out << page; });
}

}  // namespace telltale::report
