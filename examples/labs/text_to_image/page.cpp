// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "page.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <ostream>

#include <telltale/io/atomic_file.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/metric/roc.hpp>
#include <telltale/report/audit.hpp>
#include <telltale/report/format.hpp>
#include <telltale/report/svg/roc.hpp>

namespace text_to_image {

using namespace telltale;
namespace html = report::html;
using metric::estimate;

const std::vector<std::pair<std::string, std::string>>& targets() {
  static const std::vector<std::pair<std::string, std::string>> both{{"diffusion", "diffusion"},
                                                                     {"sequence", "token sequence"}};
  return both;
}

namespace {

report::image picture_of(const std::vector<float>& planar, std::size_t which, std::size_t side) {
  const std::size_t area = side * side;
  report::image made{side, side, 3, std::vector<std::uint8_t>(area * 3)};
  for (std::size_t channel = 0; channel < 3; ++channel)
    for (std::size_t pixel = 0; pixel < area; ++pixel)
      made.pixels[3 * pixel + channel] =
          static_cast<std::uint8_t>(std::lround((planar[(which * 3 + channel) * area + pixel] + 1) * 127.5F));
  return made;
}

/// The query beside the first generated picture.
report::image side_by_side(const gallery& of, std::size_t record) {
  const report::image query = picture_of(of.queries, record, of.side),
                      drawn = picture_of(of.generated, record * of.pictures, of.side);
  report::image both{2 * of.side, of.side, 3, {}};
  for (std::size_t row = 0; row < of.side; ++row)
    for (const report::image* each : {&query, &drawn}) {
      const auto from = each->pixels.begin() + static_cast<std::ptrdiff_t>(row * of.side * 3);
      both.pixels.insert(both.pixels.end(), from, from + static_cast<std::ptrdiff_t>(of.side * 3));
    }
  return both;
}

// Members and others in turn, evenly from the highest to the lowest score.
void wall(html::document& page, const gallery& of, const std::string& target) {
  constexpr std::size_t of_each = 8;
  const std::vector<double>& scores = of.evidence.at("II-S");
  std::vector<std::size_t> sides[2];
  for (std::size_t i = 0; i < of.tested.size(); ++i) sides[of.tested_member[i] == membership::in].push_back(i);
  for (std::vector<std::size_t>& side : sides)
    std::sort(side.begin(), side.end(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  page.subheading("The " + target + " target: query on the left, the answer to its caption on the right");
  for (const bool members : {true, false}) {
    const std::vector<std::size_t>& side = sides[members ? 1 : 0];
    std::vector<report::captioned_picture> strip;
    for (std::size_t k = 0; k < std::min(of_each, side.size()); ++k) {
      const std::size_t at = side[k * (side.size() - 1) / (std::min(of_each, side.size()) - 1)],
                        record = static_cast<std::size_t>(of.tested[at]);
      strip.push_back(
          {side_by_side(of, record),
           {members ? "member" : "no member", of.captions[record], "II-S " + report::fixed(scores[at], 2)}});
    }
    page.pictures(strip);
  }
}

void curves(html::document& page, const gallery& of, const std::string& target, const std::string& name) {
  std::vector<report::attack_result> drawn;
  for (const char* attack : {"I-S", "II-P", "II-S", "III-S", "IV", "inner steps, joined", "token likelihood"}) {
    const auto found = of.evidence.find(attack);
    if (found == of.evidence.end()) continue;
    report::attack_result one;
    one.name = attack;
    const metric::roc_curve curve(found->second, of.tested_member);
    one.evaluation = metric::evaluate(curve);
    one.curve = report::draw(curve);
    drawn.push_back(std::move(one));
  }
  page.chart(report::roc_chart(drawn, "roc-" + target, "How many members each attack finds, " + name),
             "Seed 1, " + name + ": " + std::to_string(of.tested.size()) +
                 " records outside the auxiliary ones, pointwise 95 % intervals.");
}

const std::vector<std::string>& attacks() {
  static const std::vector<std::string> rows{"I-P",
                                             "I-P, network",
                                             "I-S",
                                             "I-S, network",
                                             "II-P",
                                             "II-P, L1",
                                             "II-P, SSIM",
                                             "II-P, network",
                                             "II-S",
                                             "II-S, untrained encoder",
                                             "II-S, network",
                                             "III-S",
                                             "III-S, same modality",
                                             "III-S, network",
                                             "IV",
                                             "IV and II-P",
                                             "IV, network",
                                             "spread, pixels",
                                             "spread, embeddings"};
  return rows;
}

void attack_table(html::document& page, const results& measured, const std::string& target, const std::string& name) {
  report::text_table made{{{"exact query", "AUC"},
                           {"exact query", "accuracy"},
                           {"exact query", "TPR at FPR 10 %"},
                           {"shifted query", "AUC"}},
                          {}};
  for (const std::string& attack : attacks()) {
    const auto of = [&](const char* setting, const char* measure) {
      return measured.mean({target, setting, attack, measure});
    };
    if (!of("exact", "AUC")) continue;
    made.rows.push_back({attack,
                         {cell(of("exact", "AUC")), cell(of("exact", "accuracy")), cell(of("exact", "TPR at 0.1")),
                          cell(of("shifted", "AUC"))},
                         {}});
  }
  page.subheading("The " + name + " target").table(made);
}

void introduction(html::document& page, const pool& all, const settings& chosen, const results& measured,
                  double seconds) {
  const split one = draw_split(all, 1);
  page.say(report::thousands(all.shown.size()) + " pairs of a picture and its caption (" + all.source + ", " +
           report::thousands(all.read - all.shown.size()) + " near duplicates left out), drawn anew for each of " +
           std::to_string(measured.seeds().size()) + (measured.seeds().size() == 1 ? " seed: " : " seeds: ") +
           std::to_string(one.members.size()) + " members train the targets, " + std::to_string(one.others.size()) +
           " do not, " + std::to_string(one.reserve.size()) + " more are shown to nobody, and " +
           report::thousands(unasked_pairs(all, one).captions.size()) +
           " make the encoder, the codebook and the captions to retrieve. Half of the members and of the others are "
           "the auxiliary records, whose membership the adversary knows; all figures are of the other half. " +
           std::to_string(chosen.pictures) + " pictures a query; " + std::to_string(chosen.diffusion_steps) +
           " training steps of diffusion, " + std::to_string(chosen.sequence_steps) + " of the sequence model. " +
           report::fixed(seconds, 0) + " s.");
  page.say(
      "Intervals are 95 %, Student's t over seeds: each seed has a split, an encoder and targets of its own. A single "
      "seed has none. Seeds share the pool of pictures, so intervals are a little too short.");
  if (!chosen.data)
    page.say(
        "Emoji are small and drawn by one artist, and a caption names its picture: expect other levels of your "
        "own generator. Orders of attacks carry over better than levels.");
}

void finding(html::document& page, const results& measured) {
  const auto best = measured.mean({"diffusion", "exact", "IV and II-P", "accuracy"});
  if (!best) return;
  page.finding(report::percent(best->value) + " %",
               "of the records outside the auxiliary ones are judged rightly by pixels and embeddings together, of a "
               "diffusion model that answers captions with pictures and nothing else. Guessing gives 50 %.");
}

std::string made(const pool& all, const settings& chosen, const results& measured, double seconds) {
  html::document page("What does a text-to-image generator give away about its training pictures?", "Lab");
  introduction(page, all, chosen, measured, seconds);
  finding(page, measured);
  page.heading("Query and answer")
      .say(
          "Records that the rule of II-S was tested on, evenly from the highest score to the lowest. The score is the "
          "distance between the embeddings of query and answer, negated: larger means member.");
  std::map<std::string, gallery> asked;
  for (const auto& [target, name] : targets()) {
    asked.emplace(target, read_gallery(chosen.out / "arrays" / ("seed-1-" + target)));
    wall(page, asked.at(target), name);
  }
  page.heading("The six attacks");
  page.say(
      "I judges the quality of the answer alone, II compares it with the query picture, III with the caption, IV all "
      "of it; P looks at pixels, S at embeddings. Rows are thresholds or logistic regressions; \"network\" is the "
      "rule as published, a perceptron of three layers or a convolutional network. A shifted query is the picture "
      "moved by two pixels and one.");
  for (const auto& [target, name] : targets()) {
    attack_table(page, measured, target, name);
    curves(page, asked.at(target), target, name);
  }
  add_findings(page, measured);
  add_sweeps(page, measured);
  add_controls(page, measured);
  return page.str();
}

}  // namespace

void write_page(const pool& all, const settings& chosen, const results& measured, double seconds) {
  io::write_atomically(chosen.out / "report.html",
                       [&](std::ostream& file) { file << made(all, chosen, measured, seconds); });
  write_results(chosen.out / "results.json", measured);
}

}  // namespace text_to_image
