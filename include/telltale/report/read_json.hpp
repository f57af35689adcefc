// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/report/audit.hpp>
#include <telltale/report/json.hpp>

namespace telltale::report::detail {

/// A value in a JSON file that knows where it is, so that what is wrong with it is said by file and field.
class json_field {
 public:
  json_field(const json& value, std::string file, std::string place = "")
      : value_(&value), file_(std::move(file)), place_(std::move(place)) {}

  [[nodiscard]] json_field operator[](const std::string& key) const {
    if (!value_->is_object()) refuse("is no object");
    const auto found = value_->find(key);
    const std::string place = place_ + (place_.empty() ? "" : ".") + key;
    if (found == value_->end()) throw file_error(file_, "has no field '" + place + "'");
    return {*found, file_, place};
  }
  [[nodiscard]] bool has(const std::string& key) const { return value_->is_object() && value_->contains(key); }

  /// A number; null is what is not finite.
  [[nodiscard]] double number() const {
    if (value_->is_null()) return std::numeric_limits<double>::quiet_NaN();
    if (!value_->is_number()) refuse("is no number");
    return value_->get<double>();
  }
  [[nodiscard]] std::uint64_t count() const {
    if (!value_->is_number_unsigned()) refuse("is no count");
    return value_->get<std::uint64_t>();
  }
  [[nodiscard]] bool flag() const {
    if (!value_->is_boolean()) refuse("is neither true nor false");
    return value_->get<bool>();
  }
  [[nodiscard]] std::string text() const {
    if (!value_->is_string()) refuse("is no text");
    return value_->get<std::string>();
  }

  /// The items of an array, each read by `read`.
  template <class Read>
  [[nodiscard]] auto items(Read read) const {
    if (!value_->is_array()) refuse("is no array");
    std::vector<decltype(read(*this))> result;
    for (std::size_t i = 0; i < value_->size(); ++i)
      result.push_back(read(json_field((*value_)[i], file_, place_ + "[" + std::to_string(i) + "]")));
    return result;
  }
  [[nodiscard]] std::vector<double> numbers() const {
    return items([](const json_field& item) { return item.number(); });
  }
  [[nodiscard]] std::vector<std::uint64_t> counts() const {
    return items([](const json_field& item) { return item.count(); });
  }
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> texts_by_key() const {
    if (!value_->is_object()) refuse("is no object");
    std::vector<std::pair<std::string, std::string>> result;
    for (const auto& [key, value] : value_->items())
      result.emplace_back(key, json_field(value, file_, place_ + "." + key).text());
    return result;
  }

  [[noreturn]] void refuse(const std::string& reason) const {
    throw file_error(file_, (place_.empty() ? "it" : "'" + place_ + "'") + " " + reason);
  }

 private:
  const json* value_;
  std::string file_, place_;
};

[[nodiscard]] inline metric::estimate estimate_of(const json_field& got) {
  return {got["value"].number(), got["low"].number(), got["high"].number()};
}

[[nodiscard]] inline metric::estimate_at_cut at_cut_of(const json_field& got) {
  return {estimate_of(got), got["threshold"].number(), got["in_sample"].flag()};
}

[[nodiscard]] inline metric::operating_point point_of(const json_field& got) {
  metric::operating_point point;
  point.fpr = got["fpr"].number();
  point.tpr = estimate_of(got["tpr"]);
  point.realised_fpr = got["realised_fpr"].number();
  point.false_positives = got["false_positives"].count();
  point.true_positives = got["true_positives"].count();
  point.threshold = std::numeric_limits<double>::quiet_NaN();
  point.resolvable = got["resolvable"].flag();
  return point;
}

[[nodiscard]] inline metric::conventions conventions_of(const json_field& got) {
  return {got["tpr_rule"].text(),           got["tpr_interval"].text(), got["auc_interval"].text(),
          got["advantage_interval"].text(), got["clustering"].text(),   got["confidence"].number()};
}

[[nodiscard]] inline metric::evaluation evaluation_of(const json_field& got) {
  metric::evaluation result;
  result.auc = estimate_of(got["auc"]);
  result.tpr_at_fpr = got["tpr_at_fpr"].items(point_of);
  result.balanced_accuracy = at_cut_of(got["balanced_accuracy"]);
  result.advantage = at_cut_of(got["advantage"]);
  result.members = got["members"].count();
  result.nonmembers = got["nonmembers"].count();
  result.conventions = conventions_of(got["conventions"]);
  return result;
}

[[nodiscard]] inline drawn_curve curve_of(const json_field& got) {
  const std::vector<double> fpr = got["fpr"].numbers(), tpr = got["tpr"].numbers(), at = got["band_fpr"].numbers(),
                            low = got["band_low"].numbers(), high = got["band_high"].numbers();
  if (fpr.size() != tpr.size() || at.size() != low.size() || at.size() != high.size())
    got.refuse("has columns of different lengths");
  drawn_curve curve;
  for (std::size_t i = 0; i < fpr.size(); ++i) curve.line.push_back({fpr[i], tpr[i]});
  for (std::size_t i = 0; i < at.size(); ++i) curve.band.push_back({at[i], low[i], high[i]});
  curve.nonmembers = got["nonmembers"].count();
  return curve;
}

[[nodiscard]] inline score_histogram histogram_of(const json_field& got) {
  score_histogram result{got["low"].number(),        got["high"].number(), got["members"].counts(),
                         got["nonmembers"].counts(), got["below"].count(), got["above"].count()};
  if (result.members.size() != result.nonmembers.size()) got.refuse("has columns of different lengths");
  return result;
}

/// An attack of `report.json`, or what `evaluate --json` writes, which has no anatomy and takes the name `name`.
[[nodiscard]] inline attack_result attack_of(const json_field& got, const std::string& name = "") {
  attack_result attack;
  attack.name = got.has("name") ? got["name"].text() : name;
  if (got.has("citation")) attack.citation = got["citation"].text();
  if (got.has("anatomy")) {
    const json_field parts = got["anatomy"];
    attack.anatomy = {parts["question"].text(),
                      parts["access"].text(),
                      parts["knowledge"].text(),
                      parts["scorer"].text(),
                      parts["rule"].text(),
                      parts.has("observation") ? parts["observation"].text() : "",
                      parts.has("backend") ? parts["backend"].text() : ""};
  }
  if (got.has("stopped_by_type")) {
    attack.stopped_by_type = got["stopped_by_type"].flag();
    attack.lacking = got["lacking"].text();
    return attack;
  }
  attack.evaluation = evaluation_of(got);
  if (got.has("averaged")) attack.averaged = evaluation_of(got["averaged"]);
  if (got.has("curve")) attack.curve = curve_of(got["curve"]);
  if (got.has("histogram")) attack.histogram = histogram_of(got["histogram"]);
  return attack;
}

[[nodiscard]] inline audit audit_of(const json_field& got) {
  if (got["schema"].count() != audit::schema)
    got["schema"].refuse("is " + std::to_string(got["schema"].count()) + "; this version reads " +
                         std::to_string(audit::schema));
  audit result;
  result.title = got["title"].text();
  result.data = got["data"].text();
  result.settings = got["settings"].texts_by_key();
  result.targets = got["targets"].items([](const json_field& target) {
    return target_result{target["name"].text(), target["description"].text(),
                         target["attacks"].items([](const json_field& attack) { return attack_of(attack); })};
  });
  const json_field vulnerable = got["vulnerability"];
  result.vulnerability_measure = vulnerable["class_measure"].text();
  result.classes = vulnerable["classes"].items([](const json_field& each) {
    return class_vulnerability{each["class"].text(), each["records"].count(), estimate_of(each)};
  });
  result.record_measure = vulnerable["record_measure"].text();
  result.records = vulnerable["records"].items([](const json_field& each) {
    return vulnerable_record{each["index"].count(), each["class"].text(), each["value"].number(), {}};
  });
  result.notes = got["notes"].items([](const json_field& note) { return note.text(); });
  result.seconds = got["seconds"].number();
  return result;
}

}  // namespace telltale::report::detail

namespace telltale::report {

/// Reads an audit from the text of a `report.json`, or of what `telltale evaluate --json` wrote, which becomes an audit
/// of one target with one attack, both called after the file.
///
/// Pictures of records are not in the text. Throws `file_error` naming the file and the field that is missing or of
/// another kind, for text that is no JSON, and for a number beyond the range of a double.
[[nodiscard]] inline audit parse_report(std::string_view text, const std::filesystem::path& name) {
  json value;
  try {
    value = json::parse(text);
  } catch (const json::parse_error& error) {
    throw file_error(name.string(), "is no JSON: byte " + std::to_string(error.byte));
  } catch (const json::out_of_range&) {
    throw file_error(name.string(), "holds a number that no double can hold");
  }
  const detail::json_field root(value, name.string());
  if (root.has("schema")) return detail::audit_of(root);
  if (!root.has("auc")) root.refuse("is no report; wanted what 'telltale demo' or 'telltale evaluate --json' writes");
  audit one;
  const std::string stem = name.stem().string();
  one.title = "Evaluation of " + stem;
  one.targets = {{"evidence", "", {detail::attack_of(root, stem)}}};
  return one;
}

/// Reads a report from a file. Throws as `io::mapped_file` and `parse_report` do.
[[nodiscard]] inline audit read_report(const std::filesystem::path& path) {
  const io::mapped_file file(path);
  const std::span<const std::byte> bytes = file.bytes();
  return parse_report({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
}

}  // namespace telltale::report
