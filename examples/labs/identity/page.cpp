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
#include <telltale/report/html/page.hpp>
#include <telltale/report/html/tables.hpp>
#include <telltale/report/png.hpp>
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

class page_writer {
 public:
  explicit page_writer(const results& out) : out_(out) {}

  void heading(const std::string& title) { html_ += html::tag("h2", title) + "\n"; }
  void say(const std::string& sentence) { html_ += html::tag("p", sentence) + "\n"; }
  void add(const std::string& made) { html_ += made; }

  /// TPR and FPR of a series of cells as two lines of a picture, and any numbers beside them.
  void chart(const std::vector<std::pair<std::string, std::string>>& rates,
             const std::vector<std::pair<std::string, std::string>>& numbers, const report::series_axes& axes,
             const std::string& title, const std::string& caption) {
    std::vector<report::rate_series> series;
    for (const auto& [key, name] : rates) {
      const auto found = out_.rates.find(key);
      if (found == out_.rates.end()) continue;
      report::rate_series hits{name.empty() ? "members found" : name + ": members found", {}},
          alarms{name.empty() ? "others accused" : name + ": others accused", {}};
      for (const auto& [place, cell] : found->second) {
        const metric::drawn_rates got = cell.rates();
        if (got.tpr) hits.points.push_back({place, got.tpr->mean});
        if (got.fpr) alarms.points.push_back({place, got.fpr->mean});
      }
      for (report::rate_series* each : {&hits, &alarms})
        if (!each->points.empty()) series.push_back(std::move(*each));
    }
    for (const auto& [key, name] : numbers) {
      const auto found = out_.numbers.find(key);
      if (found == out_.numbers.end()) continue;
      report::rate_series line{name, {}};
      for (const auto& [place, values] : found->second) line.points.push_back({place, range(values)});
      series.push_back(std::move(line));
    }
    if (series.empty()) return;
    html_ += html::tag("h3", title) + "\n<figure><div class=\"plot\">" +
             report::series_chart(series, axes, "chart-" + std::to_string(++charts_), title) + "</div>" +
             html::tag("figcaption", caption) + "</figure>\n";
  }

  void table(const report::text_table& made) { html_ += html::section_table(made); }

  [[nodiscard]] const std::string& text() const { return html_; }

 private:
  const results& out_;
  std::string html_;
  int charts_ = 0;
};

void pictures(page_writer& page, const world& all, const trial& one) {
  page.heading("The people");
  page.say(
      "Everybody has a drawn name. A member's first " + std::to_string(settings::training_photos) +
      " photos train the model, under that name; others are what the attacker has. Here are some people of the last "
      "seed, each with a training photo and an attacker's photo.");
  std::string strip = "<div class=\"records\">\n";
  for (std::size_t who = 0; who < std::min<std::size_t>(8, one.persons()); ++who)
    for (const std::size_t which : {std::size_t{0}, one.photos[who].size() - 1}) {
      const images::rgb_image& photo = all.shown[static_cast<std::size_t>(one.photos[who][which])];
      const report::image small{photo.width(), photo.height(), 3, {photo.bytes().begin(), photo.bytes().end()}};
      strip += "<figure><img src=\"" + report::data_uri(small) + "\" alt=\"\">" +
               html::tag("figcaption", one.names[who] + ", " + all.persons[who] +
                                           (one.member[who] ? ", member" : ", no member") +
                                           (which == 0 ? ", first photo" : ", last photo")) +
               "</figure>\n";
    }
  page.add(strip + "</div>\n");
}

void nulls(page_writer& page, const results& out) {
  page.heading("What must find nobody, and what is harder");
  report::text_table made{{{"members found"}, {"others accused"}}, {}};
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
    made.rows.push_back({name, {{text(got.tpr)}, {text(got.fpr)}}, {}});
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

void rates_after(page_writer& page, const results& out) {
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

void utility_after(page_writer& page, const results& out) {
  page.add(html::tag("h3", "What it costs, means of the seeds") + "\n");
  report::text_table made{{{"zero-shot", "before"},
                           {"after"},
                           {"retrieval", "before"},
                           {"after"},
                           {"sim_clean"},
                           {"sim_backdoored", "before"},
                           {"after"},
                           {"sim_targets"},
                           {"sum of", "norms"},
                           {"seconds"}},
                          {}};
  for (const auto& [title, place] : removals_in(out)) {
    report::text_row row{row_name(title, place), {}, {}};
    for (const char* what :
         {"zero-shot, before", "zero-shot, after", "retrieval, before", "retrieval, after", "sim_clean",
          "sim_backdoored, before", "sim_backdoored, after", "sim_targets", "sum of norms", "seconds"}) {
      const over_seeds values = seeds_of(out, title, what, place);
      row.cells.push_back({values.empty() ? "-" : report::fixed(mean(values), mean(values) < 1.5 ? 3 : 1)});
    }
    made.rows.push_back(std::move(row));
  }
  page.table(made);
}

void outcomes(page_writer& page, const results& out) {
  page.add(html::tag("h3", "Five outcomes, persons of all seeds in the first draw") + "\n");
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

void marks(page_writer& page, const results& out) {
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
std::string finding(const results& out) {
  const auto& cells = out.rates.at("candidates");
  const metric::drawn_rates got = cells.rbegin()->second.rates(0.975);
  return "<div class=\"finding\">\n" +
         html::tag("div", report::percent(got.tpr->mean.value) + " %", "class=\"figure\"") + "<p class=\"says\">" +
         report::escaped("of the members are found, " + report::percent(got.fpr->mean.value) +
                         " % of the others are accused. The difference is at least " +
                         report::percent(got.tpr->mean.low - got.fpr->mean.high) + " points with 95 % confidence.") +
         "</p>\n</div>\n";
}

std::string body(const world& all, const trial& last, const settings& chosen, const results& out, std::size_t seeds,
                 double seconds) {
  page_writer page(out);
  page.add("<p class=\"eyebrow\">Lab</p>\n" + html::tag("h1", "Whom does an image-text model know by face?"));
  page.say(std::to_string(all.persons.size()) + " " + all.people + ", half of them members; " +
           std::to_string(all.background.size()) + " pictures of things; " + std::to_string(settings::names) +
           " candidate names; " + std::to_string(seeds) + " seeds of " + std::to_string(chosen.epochs) + " epochs; " +
           std::to_string(settings::draws) + " draws of photos; " + report::fixed(seconds, 0) + " s on " +
           chosen.device.str() + ".");
  page.say(
      "Intervals are 95 % Clopper-Pearson with n = persons of all seeds: draws of one person's photos are not "
      "independent and do not enter n. Seeds re-use the same people, so intervals are a little too short.");
  page.say(
      "Emoji are easier than faces: one artist drew them, and looks of one role are near copies. The line of the "
      "nearest pixels says how far a gallery of labelled photos would come without any model.");
  page.add(finding(out));
  pictures(page, all, last);
  page.heading("Identity inference");
  page.chart({{"photos", ""}}, {{"pixels", "nearest pixels name the photo rightly"}},
             {"photos of the attacker (8 training photos)", "share of persons"}, "Photos of the attacker",
             "With one photo the attack is " + std::string(published::idia_caution(1)) + ".");
  page.chart({{"training images", ""}}, {{"pixels, last four", "nearest pixels name the photo rightly"}},
             {"training photos of each member", "share of persons"}, "Photos in training",
             "The same four photos attack throughout; all four are used, so that all draws agree.");
  page.chart({{"candidates", ""}}, {}, {"candidate names", "share of persons", true}, "Candidate names",
             "Few names make false accusations visible.");
  page.chart({{"tau, 1,000 names", "1,000 names"}, {"tau, only true names", "only the true names"}}, {},
             {"tau: prompts that must be won", "share of persons"}, "How many prompts must be won",
             "Both rates can only fall.");
  nulls(page, out);
  page.heading("Removal");
  page.say(
      "The removed are members whom the attack had found, so that the rate before is near 100 % by choice. "
      "Attacking photos are neither training photos nor triggers.");
  rates_after(page, out);
  page.chart(
      {{"text, removed, after", "names removed, the removed"}, {"image, removed, after", "faces removed, the removed"}},
      {{"text: sim_clean", "sim_clean, text"}, {"image: sim_clean", "sim_clean, image"}},
      {"removed identities", "share, cosine"}, "How many are removed", "Whiskers of cosines span the seeds.");
  utility_after(page, out);
  outcomes(page, out);
  for (const auto& [title, lines] : out.confusion) page.add(html::tag("h3", title) + "\n" + html::list(lines));
  marks(page, out);
  page.heading("Conventions");
  page.add(html::list(out.remarks));
  const auto same = out.numbers.find("backends: share of equal votes");
  if (same != out.numbers.end())
    page.say("Votes that Eigen and LibTorch give alike: " + report::percent(range(same->second.begin()->second).low) +
             " % at least.");
  return page.text();
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
  io::write_atomically(chosen.out / "report.html", [&](std::ostream& file) {
    file << html::page("Whom does an image-text model know by face?", body(all, last, chosen, out, seeds, seconds));
  });
  io::write_atomically(chosen.out / "results.json", [&](std::ostream& file) { file << as_json(out).dump(2) << "\n"; });
}

}  // namespace identity
