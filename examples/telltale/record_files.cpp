// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "record_files.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <telltale/core/error.hpp>

#include "errors.hpp"

namespace tool {
namespace {

namespace io = telltale::io;

constexpr const char* id_column = "record";

std::vector<std::string> cells_of(const io::csv_text& table, const std::string& column) {
  return origins().from("name", table.path.string()).name_in([&] { return table.column(column); });
}

[[noreturn]] void refuse_line(const io::csv_text& table, std::size_t row, const std::string& reason) {
  throw telltale::file_error(table.path.string(), "line " + std::to_string(table.lines[row]) + ": " + reason);
}

std::vector<std::string> unique_ids(const io::csv_text& table) {
  std::vector<std::string> ids = cells_of(table, id_column);
  if (ids.empty()) throw telltale::file_error(table.path.string(), "holds no record");
  std::unordered_map<std::string_view, std::size_t> seen;
  for (std::size_t row = 0; row < ids.size(); ++row)
    if (const auto [before, is_new] = seen.emplace(ids[row], row); !is_new)
      refuse_line(
          table, row,
          "record '" + ids[row] + "' is there twice, first in line " + std::to_string(table.lines[before->second]));
  return ids;
}

// A column of another file in the order of the keys; without ids on both sides the order of the rows is all there is.
template <class Value>
std::vector<Value> in_order(const record_keys& keys, const io::csv_text& table, std::vector<Value> column) {
  std::vector<Value> ordered;
  ordered.reserve(column.size());
  for (const std::size_t row : keys.rows_in(table)) ordered.push_back(std::move(column[row]));
  return ordered;
}

std::vector<double> evidence_of(const io::csv_text& table) {
  return origins().from("name", table.path.string()).name_in([&] { return table.numbers("evidence"); });
}

}  // namespace

bool is_csv(const std::string& path) { return path.size() > 4 && path.compare(path.size() - 4, 4, ".csv") == 0; }

void record_keys::check_count(const std::string& other, std::size_t got) const {
  if (got != records)
    throw usage_error(other, "has " + counted(got, "record") + "; " + path + " has " + std::to_string(records));
}

std::vector<std::size_t> record_keys::rows_in(const io::csv_text& other) const {
  if (ids.empty())
    throw usage_error(other.path.string(), "knows its records by id, and " + path +
                                               " only by their order; give both as .csv or both as .npy");
  const std::vector<std::string> theirs = unique_ids(other);
  std::unordered_map<std::string_view, std::size_t> row_of;
  for (std::size_t row = 0; row < theirs.size(); ++row) row_of.emplace(theirs[row], row);
  std::vector<std::size_t> rows;
  rows.reserve(records);
  for (const std::string& id : ids) {
    const auto found = row_of.find(id);
    if (found == row_of.end())
      throw usage_error(other.path.string(), "has no record '" + id + "', which " + path + " has");
    rows.push_back(found->second);
  }
  if (theirs.size() > records) {
    // Every id of ours was found, so one of theirs is not ours.
    std::vector<bool> used(theirs.size());
    for (const std::size_t row : rows) used[row] = true;
    const auto extra = static_cast<std::size_t>(std::find(used.begin(), used.end(), false) - used.begin());
    refuse_line(other, extra, "record '" + theirs[extra] + "' is not in " + path);
  }
  return rows;
}

evidence_file::evidence_file(const std::string& path) {
  if (!is_csv(path)) {
    open_npy(path);
    return;
  }
  const io::csv_text table = io::read_csv_text(path);
  keys_ = {path, table.rows(), unique_ids(table)};
  values_ = evidence_of(table);
}

evidence_file::evidence_file(const std::string& path, const record_keys& keys) {
  if (!is_csv(path)) {
    open_npy(path);
    keys.check_count(path, keys_.records);
    return;
  }
  const io::csv_text table = io::read_csv_text(path);
  values_ = in_order(keys, table, evidence_of(table));
  keys_ = {path, keys.records, keys.ids};
}

void evidence_file::open_npy(const std::string& path) {
  const io::npy_array array = open_floats(path, 1, "(records)");
  if (array.shape().size() != 1)
    throw usage_error(path,
                      "has shape " + shape_text(array) + "; wanted one number a record, as 'telltale score' writes");
  mapped_.emplace(array);
  keys_ = {path, mapped_->size(), {}};
}

member_column::member_column(const std::string& path, const record_keys& keys) {
  if (!is_csv(path)) {
    mapped_.emplace(path);
    keys.check_count(path, mapped_->members().size());
    return;
  }
  const io::csv_text table = io::read_csv_text(path);
  const std::vector<std::string> cells = cells_of(table, "member");
  std::vector<telltale::membership> column;
  column.reserve(cells.size());
  for (std::size_t row = 0; row < cells.size(); ++row) {
    const bool in = cells[row] == "1" || cells[row] == "true" || cells[row] == "True";
    if (!in && cells[row] != "0" && cells[row] != "false" && cells[row] != "False")
      refuse_line(table, row, "member is '" + cells[row] + "'; wanted 1 for members and 0 for the others");
    column.push_back(in ? telltale::membership::in : telltale::membership::out);
  }
  members_ = in_order(keys, table, std::move(column));
}

std::vector<std::string> load_groups(const std::string& path, const record_keys& keys) {
  if (is_csv(path)) {
    const io::csv_text table = io::read_csv_text(path);
    return in_order(keys, table, cells_of(table, "group"));
  }
  const std::vector<int> numbers = load_classes(path);
  keys.check_count(path, numbers.size());
  std::vector<std::string> names;
  names.reserve(numbers.size());
  for (const int number : numbers) names.push_back(std::to_string(number));
  return names;
}

std::vector<std::string> load_ids(const std::string& path, std::size_t records) {
  if (path.empty()) {
    std::vector<std::string> ids(records);
    for (std::size_t i = 0; i < records; ++i) ids[i] = std::to_string(i);
    return ids;
  }
  if (!is_csv(path)) throw usage_error("--ids", "'" + path + "' is no .csv file; wanted one with a column 'record'");
  std::vector<std::string> ids = unique_ids(io::read_csv_text(path));
  if (ids.size() != records)
    throw usage_error(path, "has " + counted(ids.size(), "record") + "; the target has " + std::to_string(records));
  return ids;
}

}  // namespace tool
