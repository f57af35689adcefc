// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "tabular.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <telltale/core/error.hpp>
#include <telltale/io/csv.hpp>

#include "rda.hpp"

namespace lab {
namespace {

constexpr std::size_t network_records_per_class = 100;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& reason) {
  throw telltale::file_error(file.string(), reason);
}

// As the attacks see it: a number that float holds.
float checked(const std::filesystem::path& file, double value, std::size_t row, const std::string& column) {
  const float narrow = static_cast<float>(value);
  if (!std::isfinite(narrow))
    refuse(file, "row " + std::to_string(row + 1) + " of column '" + column + "' is missing or not finite");
  return narrow;
}

data_set from_rda(const std::filesystem::path& file) {
  const r_data_frame frame = read_rda(file);
  const auto is_factor = [](const r_column& column) { return column.is_factor(); };
  const auto factors = std::count_if(frame.columns.begin(), frame.columns.end(), is_factor);
  if (factors != 1 || frame.columns.size() < 2)
    refuse(file, "'" + frame.name + "' has " + std::to_string(factors) + " factors among " +
                     std::to_string(frame.columns.size()) +
                     " columns; wanted one factor, the label, and at least one column of numbers");
  const auto label = std::find_if(frame.columns.begin(), frame.columns.end(), is_factor);
  data_set all;
  all.name = frame.name;
  all.dimensions = frame.columns.size() - 1;
  all.classes = label->levels.size();
  all.values.reserve(frame.rows() * all.dimensions);
  for (std::size_t row = 0; row < frame.rows(); ++row) {
    all.labels.push_back(static_cast<int>(label->values[row]) - 1);
    for (const r_column& column : frame.columns)
      if (!column.is_factor()) all.values.push_back(checked(file, column.values[row], row, column.name));
  }
  return all;
}

data_set from_csv(const std::filesystem::path& file) {
  constexpr double most_classes = 1000;
  const telltale::io::csv_table table = telltale::io::read_csv(file);
  if (table.columns() < 2) refuse(file, "has one column; wanted the label and at least one attribute");
  data_set all;
  all.name = file.stem().string();
  all.dimensions = table.columns() - 1;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const double* const fields = table.values.data() + row * table.columns();
    if (!(fields[0] >= 0 && fields[0] < most_classes && fields[0] == std::floor(fields[0])))
      refuse(file,
             "row " + std::to_string(row + 1) + " does not begin with a label; wanted a whole number from 0 to 999");
    all.labels.push_back(static_cast<int>(fields[0]));
    all.classes = std::max(all.classes, static_cast<std::size_t>(fields[0]) + 1);
    for (std::size_t c = 1; c < table.columns(); ++c)
      all.values.push_back(checked(file, fields[c], row, table.names.empty() ? std::to_string(c + 1) : table.names[c]));
  }
  return all;
}

}  // namespace

data_set read_tabular(const std::filesystem::path& file, std::uint64_t seed) {
  if (file == letters_file && !std::filesystem::exists(file))
    refuse(file,
           "is not there; install it with `apt-get install --no-install-recommends r-cran-mlbench`, or name a "
           "table of your own with --second");
  data_set all = file.extension() == ".csv" ? from_csv(file) : from_rda(file);
  if (all.name == "LetterRecognition") all.name = "letters";
  if (all.classes < 2) refuse(file, "has records of one class only");
  all.drop_repeated();
  all.split(network_records_per_class, seed);
  return all;
}

}  // namespace lab
