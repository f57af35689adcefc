// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "page.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <telltale/io/atomic_file.hpp>
#include <telltale/published/idia.hpp>
#include <telltale/report/html/document.hpp>
#include <telltale/report/svg/series.hpp>

namespace identity {

using namespace telltale;
namespace html = report::html;

namespace {

using metric::estimate;

double mean(const over_seeds& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// A mean with the least and the most of the seeds: too few for an interval.
estimate range(const over_seeds& values) {
  return {mean(values), *std::min_element(values.begin(), values.end()),
          *std::max_element(values.begin(), values.end())};
}

std::string percent_with(const estimate& got) {
  return report::percent(got.value) + " % (" + report::interval_percent(got, " to ") + ")";
}

std::string text(const std::optional<metric::drawn_rate>& rate) { return rate ? percent_with(rate->mean) : "-"; }

/// TPR and FPR of some series of cells as lines of one picture, and numbers of the seeds beside them.
std::string chart(const results& out, const std::string& id, const std::string& title,
                  const std::vector<std::pair<std::string, std::string>>& rates,
                  const std::vector<std::pair<std::string, std::string>>& numbers, const report::series_axes& axes) {
  std::vector<report::rate_series> series;
  for (const auto& [key, name] : rates) {
    const auto found = out.rates.find(key);
    if (found == out.rates.end()) continue;
    const std::string whose = name.empty() ? "" : name + ": ";
    report::rate_series hits{whose + "members found", {}}, alarms{whose + "others accused", {}};
    for (const auto& [place, cell] : found->second) {
      const metric::drawn_rates got = cell.rates();
      if (got.tpr) hits.points.push_back({place, got.tpr->mean});
      if (got.fpr) alarms.points.push_back({place, got.fpr->mean});
    }
    for (report::rate_series* each : {&hits, &alarms})
      if (!each->points.empty()) series.push_back(std::move(*each));
  }
  for (const auto& [key, name] : numbers) {
    const auto found = out.numbers.find(key);
    if (found == out.numbers.end()) continue;
    report::rate_series line{name, {}};
    for (const auto& [place, values] : found->second) line.points.push_back({place, range(values)});
    series.push_back(std::move(line));
  }
  return report::series_chart(series, axes, id, title);
}

void people(html::document& page, const world& all, const trial& one) {
  page.heading("The people");
  page.say(
      "Everybody has a drawn name. A member's first " + std::to_string(settings::training_photos) +
      " photos train the model, under that name; others are what the attacker has. Here are some people of the last "
      "seed, each with a training photo and an attacker's photo.");
  std::vector<report::captioned_picture> strip;
  for (std::size_t who = 0; who < std::min<std::size_t>(8, one.persons()); ++who)
    for (const std::size_t which : {std::size_t{0}, one.photos[who].size() - 1}) {
      const images::rgb_image& photo = all.shown[static_cast<std::size_t>(one.photos[who][which])];
      strip.push_back({{photo.width(), photo.height(), 3, {photo.bytes().begin(), photo.bytes().end()}},
                       {one.names[who], all.persons[who], one.member[who] ? "member" : "no member",
                        which == 0 ? "first photo" : "last photo"}});
    }
  page.pictures(strip);
}

void nulls(html::document& page, const results& out) {
  page.heading("What must find nobody, and what is harder");
  report::text_table made{{{"members found"}, {"others accused"}, {"nearest pixels", "name one photo rightly"}}, {}};
  for (const auto& [key, name] : std::vector<std::pair<std::string, std::string>>{
           {"null: untrained", "untrained model"},
           {"null: names permuted", "true names permuted among all people"},
           {"namesakes", "everybody attacked by the name of another member"},
           {"names shuffled in training", "members' names shuffled among their photos in training"},
           {"one gender trains", "photos of one gender train, the others attack"},
           {"words in order", "text tower for which the order of words counts"}}) {
    const auto found = out.rates.find(key);
    if (found == out.rates.end()) continue;
    const metric::drawn_rates got = found->second.begin()->second.rates();
    const over_seeds& pixels =
        key == "one gender trains" ? out.numbers.at("pixels, gender").at(0) : out.numbers.at("pixels").at(1);
    made.rows.push_back({name, {{text(got.tpr)}, {text(got.fpr)}, {report::percent(mean(pixels)) + " %"}}, {}});
  }
  page.table(made);
  page.say(
      "The first two rows are null controls: their two rates must agree within their intervals. Shuffled names are "
      "still names that were trained, so their holders are hit by luck more often than strangers.");
}

// Every removal that was measured, by its title and how many were removed.
std::vector<std::pair<std::string, double>> removals_in(const results& out) {
  const std::string suffix = ": correctly unlearned";
  std::vector<std::pair<std::string, double>> all;
  for (const auto& [key, places] : out.numbers)
    if (key.ends_with(suffix))
      for (const auto& [place, unused] : places) all.emplace_back(key.substr(0, key.size() - suffix.size()), place);
  return all;
}

std::string row_name(const std::string& title, double removed) {
  return title + ", " + report::fixed(removed, 0) + " removed";
}

// What the seeds gave for one number of a removal; empty where it has none.
over_seeds seeds_of(const results& out, const std::string& title, const std::string& what, double place) {
  const auto found = out.numbers.find(title + ": " + what);
  return found == out.numbers.end() || !found->second.contains(place) ? over_seeds() : found->second.at(place);
}

void rates_after(html::document& page, const results& out) {
  report::text_table made{{{"removed", "found after"},
                           {"kept members", "found before"},
                           {"kept members", "found after"},
                           {"others", "accused after"}},
                          {}};
  for (const auto& [title, place] : removals_in(out)) {
    report::text_row row{row_name(title, place), {}, {}};
    for (const char* group :
         {", removed, after", ", kept members, before", ", kept members, after", ", others, after"}) {
      const metric::drawn_rates got = out.rates.at(title + group).at(place).rates();
      row.cells.push_back({text(got.tpr ? got.tpr : got.fpr)});
    }
    made.rows.push_back(std::move(row));
  }
  page.table(made);
}

void utility_after(html::document& page, const results& out) {
  page.subheading("What it costs, means of the seeds: before, and after where both are given");
  const std::vector<std::pair<std::string, std::vector<std::string>>> columns{
      {"zero-shot", {"zero-shot, before", "zero-shot, after"}},
      {"retrieval", {"retrieval, before", "retrieval, after"}},
      {"sim_clean", {"sim_clean"}},
      {"sim_backdoored", {"sim_backdoored, before", "sim_backdoored, after"}},
      {"sim_targets", {"sim_targets"}},
      {"sum of norms", {"sum of norms"}},
      {"seconds", {"seconds"}}};
  report::text_table made;
  for (const auto& [head, unused] : columns) made.header.push_back({head});
  for (const auto& [title, place] : removals_in(out)) {
    report::text_row row{row_name(title, place), {}, {}};
    for (const auto& [unused, whats] : columns) {
      std::string shown;
      for (const std::string& what : whats) {
        const over_seeds values = seeds_of(out, title, what, place);
        if (!values.empty())
          shown += (shown.empty() ? "" : ", ") + report::fixed(mean(values), mean(values) < 1.5 ? 3 : 1);
      }
      row.cells.push_back({shown.empty() ? "-" : shown});
    }
    made.rows.push_back(std::move(row));
  }
  page.table(made);
}

void outcomes(html::document& page, const results& out) {
  page.subheading("Five outcomes, persons of all seeds in the first draw");
  const std::vector<std::string> kinds{"correctly unlearned", "failed to unlearn", "wrongly unlearned", "unchanged",
                                       "newly recalled"};
  report::text_table made;
  for (const std::string& kind : kinds) made.header.push_back({kind});
  for (const auto& [title, place] : removals_in(out)) {
    report::text_row row{row_name(title, place), {}, {}};
    for (const std::string& kind : kinds) {
      const over_seeds values = seeds_of(out, title, kind, place);
      row.cells.push_back({report::fixed(mean(values) * static_cast<double>(values.size()), 0)});
    }
    made.rows.push_back(std::move(row));
  }
  page.table(made);
}

void marks(html::document& page, const results& out) {
  page.heading("The mark that removal leaves");
  page.say(
      "Another attack, text against text: how similar is a prompt with a name to the same prompt with the neutral "
      "phrase? The threshold is the most similar of fresh names that nobody has. Whoever can ask the text tower "
      "alone may read off who was removed.");
  report::text_table made{{{"removed", "found"},
                           {"other candidates", "accused"},
                           {"cosine of the", "removed, least"},
                           {"cosine of the", "others, most"}},
                          {}};
  for (const auto& [key, places] : out.rates) {
    const std::string prefix = "mark: ";
    if (!key.starts_with(prefix)) continue;
    for (const auto& [place, cell] : places) {
      const metric::drawn_rates got = cell.rates();
      const auto number = [&](const std::string& what) { return out.numbers.at(key + ", " + what).at(place); };
      made.rows.push_back({key.substr(prefix.size()) + ", " + report::fixed(place, 0) + " removed",
                           {{text(got.tpr)},
                            {text(got.fpr)},
                            {report::fixed(range(number("least removed")).low, 3)},
                            {report::fixed(range(number("most other")).high, 3)}},
                           {}});
    }
  }
  page.table(made);
}

// The headline: both rates at 97.5 % confidence, so that their difference holds at 95 %.
void finding(html::document& page, const results& out) {
  const metric::drawn_rates got = out.rates.at("candidates").rbegin()->second.rates(0.975);
  page.finding(report::percent(got.tpr->mean.value) + " %",
               "of the members are found, " + report::percent(got.fpr->mean.value) +
                   " % of the others are accused. The difference is at least " +
                   report::percent(got.tpr->mean.low - got.fpr->mean.high) + " points with 95 % confidence.");
}

void inference(html::document& page, const results& out) {
  const std::string pixels = "nearest pixels name one photo rightly";
  page.heading("Identity inference");
  page.subheading("Photos of the attacker")
      .chart(chart(out, "photos", "Photos of the attacker", {{"photos", ""}}, {{"pixels", pixels}},
                   {"photos of the attacker (8 training photos)", "share of persons"}),
             "With one photo the attack is " + std::string(published::idia_caution(1)) + ".");
  page.subheading("Photos in training")
      .chart(chart(out, "training", "Photos in training", {{"training images", ""}}, {{"pixels, last four", pixels}},
                   {"training photos of each member", "share of persons"}),
             "The same four photos attack throughout; all four are used, so that all draws agree.");
  page.subheading("Candidate names")
      .chart(chart(out, "candidates", "Candidate names", {{"candidates", ""}}, {},
                   {"candidate names", "share of persons", true}),
             "Few names make false accusations visible.");
  page.subheading("How many prompts must be won")
      .chart(chart(out, "tau", "How many prompts must be won",
                   {{"tau, 1,000 names", "1,000 names"}, {"tau, only true names", "only the true names"}}, {},
                   {"tau: prompts that must be won", "share of persons"}),
             "Both rates can only fall.");
}

void removal(html::document& page, const results& out) {
  page.heading("Removal").say(
      "The removed are members whom the attack had found, so that the rate before is near 100 % by choice. "
      "Attacking photos are neither training photos nor triggers.");
  if (removals_in(out).empty()) return;
  rates_after(page, out);
  page.subheading("How many are removed")
      .chart(chart(out, "removed", "How many are removed",
                   {{"text, removed, after", "names removed, the removed"},
                    {"image, removed, after", "faces removed, the removed"}},
                   {{"text: sim_clean", "sim_clean, text"}, {"image: sim_clean", "sim_clean, image"}},
                   {"removed identities", "share, cosine"}),
             "Whiskers of cosines span the seeds.");
  utility_after(page, out);
  outcomes(page, out);
  for (const auto& [title, lines] : out.confusion) page.subheading("Whose names " + title).items(lines);
  marks(page, out);
}

std::string made(const world& all, const trial& last, const settings& chosen, const results& out, std::size_t seeds,
                 double seconds) {
  html::document page("Whom does an image-text model know by face?", "Lab");
  page.say(std::to_string(all.persons.size()) + " " + all.people + ", half of them members; " +
           report::thousands(all.background.size()) + " pictures of things; " + report::thousands(settings::names) +
           " candidate names; " + std::to_string(seeds) + (seeds == 1 ? " seed of " : " seeds of ") +
           std::to_string(chosen.epochs) + " epochs; " + std::to_string(settings::draws) + " draws of photos; " +
           report::fixed(seconds, 0) + " s on " + chosen.device.str() + ".");
  finding(page, out);
  page.say(
      "Intervals are 95 % Clopper-Pearson with n = persons of all seeds: draws of one person's photos are not "
      "independent and do not enter n. Seeds re-use the same people, so intervals are a little too short.");
  if (!chosen.data)
    page.say(
        "Emoji are easier than faces: one artist drew them, and looks of one role are near copies. The point of "
        "the nearest pixels says how far a gallery of labelled photos would come without any model.");
  people(page, all, last);
  inference(page, out);
  nulls(page, out);
  removal(page, out);
  page.heading("Conventions").items(out.remarks);
  const over_seeds& same = out.numbers.at("backends: share of equal votes").at(1);
  page.say("Votes that Eigen and LibTorch give alike: " + report::percent(range(same).low) + " % at least.");
  return page.str();
}

nlohmann::json as_json(const estimate& got) { return {{"value", got.value}, {"low", got.low}, {"high", got.high}}; }

nlohmann::json as_json(const results& out) {
  nlohmann::json made{{"rates", nlohmann::json::object()}, {"numbers", nlohmann::json::object()}};
  for (const auto& [series, places] : out.rates)
    for (const auto& [place, cell] : places) {
      const metric::drawn_rates got = cell.rates();
      nlohmann::json row{{"place", place}, {"rests_on", got.rests_on()}};
      if (got.tpr) row["tpr"] = as_json(got.tpr->mean);
      if (got.fpr) row["fpr"] = as_json(got.fpr->mean);
      made["rates"][series].push_back(row);
    }
  for (const auto& [series, places] : out.numbers)
    for (const auto& [place, values] : places) made["numbers"][series].push_back({{"place", place}, {"seeds", values}});
  return made;
}

}  // namespace

void write_page(const world& all, const trial& last, const settings& chosen, const results& out, std::size_t seeds,
                double seconds) {
  io::write_atomically(chosen.out / "report.html",
                       [&](std::ostream& file) { file << made(all, last, chosen, out, seeds, seconds); });
  io::write_atomically(chosen.out / "results.json", [&](std::ostream& file) { file << as_json(out).dump(2) << "\n"; });
}

}  // namespace identity
