// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <filesystem>
#include <ostream>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include <telltale/io/atomic_file.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/report/audit.hpp>
#include <telltale/version.hpp>

namespace telltale::report {

/// JSON whose fields keep the order they are written in.
using json = nlohmann::ordered_json;

/// A number in full precision, or null: JSON knows neither NaN nor infinity.
[[nodiscard]] inline json number(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

/// {"value", "low", "high"}; limits that do not exist are null.
[[nodiscard]] inline json to_json(const metric::estimate& got) {
  return {{"value", number(got.value)}, {"low", number(got.low)}, {"high", number(got.high)}};
}

/// {"value", "low", "high", "threshold", "in_sample"}; a threshold that is infinite or not a single one is null.
[[nodiscard]] inline json to_json(const metric::estimate_at_cut& got) {
  json object = to_json(static_cast<const metric::estimate&>(got));
  object["threshold"] = number(got.threshold);
  object["in_sample"] = got.in_sample;
  return object;
}

/// {"fpr", "tpr", "realised_fpr", "false_positives", "true_positives", "resolvable"}. Where `resolvable` is false,
/// `tpr` is the rate at no false positive, not at `fpr`.
[[nodiscard]] inline json to_json(const metric::operating_point& got) {
  return {{"fpr", number(got.fpr)},
          {"tpr", to_json(got.tpr)},
          {"realised_fpr", number(got.realised_fpr)},
          {"false_positives", got.false_positives},
          {"true_positives", got.true_positives},
          {"resolvable", got.resolvable}};
}

/// What the numbers mean, in words.
[[nodiscard]] inline json to_json(const metric::conventions& got) {
  return {{"tpr_rule", got.tpr_rule},         {"tpr_interval", got.tpr_interval},
          {"auc_interval", got.auc_interval}, {"advantage_interval", got.advantage_interval},
          {"clustering", got.clustering},     {"confidence", number(got.confidence)}};
}

/// What `telltale evaluate --json` writes: {"auc", "tpr_at_fpr", "balanced_accuracy", "advantage", "members",
/// "nonmembers", "conventions"}.
[[nodiscard]] inline json to_json(const metric::evaluation& got) {
  json points = json::array();
  for (const metric::operating_point& point : got.tpr_at_fpr) points.push_back(to_json(point));
  return {{"auc", to_json(got.auc)},
          {"tpr_at_fpr", std::move(points)},
          {"balanced_accuracy", to_json(got.balanced_accuracy)},
          {"advantage", to_json(got.advantage)},
          {"members", got.members},
          {"nonmembers", got.nonmembers},
          {"conventions", to_json(got.conventions)}};
}

/// A curve as columns: {"fpr", "tpr", "nonmembers", "band_fpr", "band_low", "band_high"}.
[[nodiscard]] inline json to_json(const drawn_curve& got) {
  json fpr = json::array(), tpr = json::array(), at = json::array(), low = json::array(), high = json::array();
  for (const curve_point& point : got.line) {
    fpr.push_back(point.fpr);
    tpr.push_back(point.tpr);
  }
  for (const band_point& point : got.band) {
    at.push_back(point.fpr);
    low.push_back(point.low);
    high.push_back(point.high);
  }
  return {{"fpr", std::move(fpr)},     {"tpr", std::move(tpr)},      {"nonmembers", got.nonmembers},
          {"band_fpr", std::move(at)}, {"band_low", std::move(low)}, {"band_high", std::move(high)}};
}

/// A histogram: {"low", "high", "members", "nonmembers", "below", "above"}.
[[nodiscard]] inline json to_json(const score_histogram& got) {
  return {{"low", number(got.low)},       {"high", number(got.high)}, {"members", got.members},
          {"nonmembers", got.nonmembers}, {"below", got.below},       {"above", got.above}};
}

/// {"name", "citation", "anatomy"}, the evaluation's fields, "averaged" where there are several targets, "curve" and
/// "histogram" where they are drawn; or "stopped_by_type": true and "lacking" instead of figures.
[[nodiscard]] inline json to_json(const attack_result& got) {
  json object{{"name", got.name},
              {"citation", got.citation},
              {"anatomy",
               {{"question", got.anatomy.question},
                {"access", got.anatomy.access},
                {"knowledge", got.anatomy.knowledge},
                {"scorer", got.anatomy.scorer},
                {"rule", got.anatomy.rule}}}};
  if (!got.anatomy.observation.empty()) object["anatomy"]["observation"] = got.anatomy.observation;
  if (!got.anatomy.backend.empty()) object["anatomy"]["backend"] = got.anatomy.backend;
  if (got.stopped_by_type) {
    object["stopped_by_type"] = true;
    object["lacking"] = got.lacking;
    return object;
  }
  object.update(to_json(got.evaluation));
  if (got.averaged) object["averaged"] = to_json(*got.averaged);
  if (!got.curve.line.empty()) object["curve"] = to_json(got.curve);
  if (!got.histogram.members.empty()) object["histogram"] = to_json(got.histogram);
  return object;
}

/// {"name", "description", "attacks"}.
[[nodiscard]] inline json to_json(const target_result& got) {
  json attacks = json::array();
  for (const attack_result& attack : got.attacks) attacks.push_back(to_json(attack));
  return {{"name", got.name}, {"description", got.description}, {"attacks", std::move(attacks)}};
}

/// What `report.json` holds: {"schema", "made_by", "title", "data", "settings", "targets", "vulnerability", "notes",
/// "seconds"}: all that the HTML page shows but the pictures of records.
[[nodiscard]] inline json to_json(const audit& got) {
  json settings = json::object(), targets = json::array(), classes = json::array(), records = json::array();
  for (const auto& [key, value] : got.settings) settings[key] = value;
  for (const target_result& target : got.targets) targets.push_back(to_json(target));
  for (const class_vulnerability& each : got.classes) {
    json object{{"class", each.name}, {"records", each.records}};
    object.update(to_json(each.value));
    classes.push_back(std::move(object));
  }
  for (const vulnerable_record& each : got.records)
    records.push_back({{"index", each.index}, {"class", each.class_name}, {"value", number(each.value)}});
  return {{"schema", audit::schema},
          {"made_by", "telltale " + std::string(version)},
          {"title", got.title},
          {"data", got.data},
          {"settings", std::move(settings)},
          {"targets", std::move(targets)},
          {"vulnerability",
           {{"class_measure", got.vulnerability_measure},
            {"classes", std::move(classes)},
            {"record_measure", got.record_measure},
            {"records", std::move(records)}}},
          {"notes", got.notes},
          {"seconds", number(got.seconds)}};
}

/// The text of a JSON value: indented by two, arrays of numbers on one line, numbers as the shortest text that reads
/// back to the same double, bytes that are no UTF-8 replaced by U+FFFD, a line feed at the end.
[[nodiscard]] inline std::string json_text(const json& value) {
  const std::string wide = value.dump(2, ' ', false, json::error_handler_t::replace);
  std::string text;
  bool in_string = false;
  for (std::size_t i = 0; i < wide.size(); ++i) {
    text += wide[i];
    if (in_string && wide[i] == '\\')
      text += wide[++i];
    else if (wide[i] == '"')
      in_string = !in_string;
    if (in_string || wide[i] != '[') continue;
    const std::size_t end = wide.find_first_of("[]{}\"", i + 1);
    if (wide[end] != ']') continue;
    while (++i < end)
      if (wide[i] != '\n' && wide[i] != ' ') text += wide[i] == ',' ? std::string(", ") : std::string(1, wide[i]);
    text += ']';
  }
  return text + "\n";
}

/// Writes a JSON file that appears complete or not at all. Throws `file_error` as `io::write_atomically` does.
inline void write_json(const std::filesystem::path& path, const json& value) {
  io::write_atomically(path, [&](std::ostream& out) { out << json_text(value); });
}

}  // namespace telltale::report
