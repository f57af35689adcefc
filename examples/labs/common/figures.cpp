// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "figures.hpp"

#include <cmath>
#include <limits>
#include <ostream>
#include <system_error>
#include <utility>

#include <telltale/io/atomic_file.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/metric/interval/quantile.hpp>
#include <telltale/report/format.hpp>
#include <telltale/report/json.hpp>
#include <telltale/report/read_json.hpp>

namespace lab {

using namespace telltale;
using metric::estimate;
using report::json;
using report::detail::json_field;

std::optional<estimate> mean_over(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  const auto n = static_cast<double>(values.size());
  double mean = 0, squares = 0;
  for (const double value : values) mean += value / n;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double none = std::numeric_limits<double>::quiet_NaN();
  if (values.size() < 2) return estimate{mean, none, none};
  const double reach = telltale::detail::students_t_upper(n - 1, 0.025) * std::sqrt(squares / (n - 1) / n);
  return estimate{mean, mean - reach, mean + reach};
}

std::vector<double> results::values(const label& what) const {
  std::vector<double> all;
  for (const figures& one : seeds_)
    if (const auto found = one.found.find(what); found != one.found.end()) all.push_back(found->second);
  return all;
}

std::optional<estimate> results::mean(const label& what) const { return mean_over(values(what)); }

std::optional<estimate> results::difference(const label& one, const label& other) const {
  std::vector<double> all;
  for (const figures& each : seeds_) {
    const auto a = each.found.find(one), b = each.found.find(other);
    if (a != each.found.end() && b != each.found.end()) all.push_back(a->second - b->second);
  }
  return mean_over(all);
}

std::map<double, std::string> results::settings_of(const std::string& target, const std::string& prefix) const {
  std::map<double, std::string> found;
  for (const figures& one : seeds_)
    for (const auto& [what, value] : one.found)
      if (what.target == target && what.setting.starts_with(prefix))
        found.emplace(std::stod(what.setting.substr(prefix.size())), what.setting);
  return found;
}

std::optional<figures> read_figures(const std::filesystem::path& file, const std::string& recipe) {
  std::error_code unknown;
  if (!std::filesystem::exists(file, unknown)) return std::nullopt;
  const io::mapped_file read(file);
  json whole;
  try {
    whole = json::parse(std::string(reinterpret_cast<const char*>(read.bytes().data()), read.bytes().size()));
  } catch (const nlohmann::json::exception&) {
    throw file_error(file.string(), "is no JSON; delete it, and the seed is measured again");
  }
  const json_field top(whole, file.string());
  if (top["recipe"].text() != recipe) return std::nullopt;
  figures one{top["seed"].count(), {}};
  (void)top["figures"].items([&](const json_field& each) {
    const label what{each["target"].text(), each["setting"].text(), each["attack"].text(), each["measure"].text()};
    one.found[what] = each["value"].number();
    return 0;
  });
  return one;
}

namespace {

json in_json(const figures& one) {
  json all = json::array();
  for (const auto& [what, value] : one.found)
    all.push_back({{"target", what.target},
                   {"setting", what.setting},
                   {"attack", what.attack},
                   {"measure", what.measure},
                   {"value", value}});
  return all;
}

}  // namespace

void write_figures(const std::filesystem::path& file, const std::string& recipe, const figures& one) {
  const json all{{"recipe", recipe}, {"seed", one.seed}, {"figures", in_json(one)}};
  io::write_atomically(file, [&](std::ostream& out) { out << report::json_text(all); });
}

void write_results(const std::filesystem::path& file, const results& all) {
  json seeds = json::array();
  for (const figures& one : all.seeds()) seeds.push_back({{"seed", one.seed}, {"figures", in_json(one)}});
  json means = json::array();
  std::map<label, int> seen;
  for (const figures& one : all.seeds())
    for (const auto& [what, value] : one.found) seen[what] += 1;
  for (const auto& [what, count] : seen) {
    const estimate got = *all.mean(what);
    means.push_back({{"target", what.target},
                     {"setting", what.setting},
                     {"attack", what.attack},
                     {"measure", what.measure},
                     {"seeds", count},
                     {"mean", report::to_json(got)}});
  }
  const json whole{{"means", std::move(means)}, {"seeds", std::move(seeds)}};
  io::write_atomically(file, [&](std::ostream& out) { out << report::json_text(whole); });
}

std::string shown(const std::optional<estimate>& got) {
  if (!got) return "-";
  const std::string reach = std::isfinite(got->low) ? " (" + report::interval_percent(*got, " to ") + ")" : "";
  return report::percent(got->value) + " %" + reach;
}

std::vector<std::string> cell(const std::optional<estimate>& got) {
  if (!got) return {"-"};
  std::vector<std::string> lines{report::percent(got->value) + " %"};
  if (std::isfinite(got->low)) lines.push_back(report::interval_percent(*got, " to "));
  return lines;
}

}  // namespace lab
