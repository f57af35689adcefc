// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>

namespace telltale::io {

/// Whether the first line of a CSV file names its columns.
enum class csv_header {
  present,  ///< the first line names the columns
  absent,   ///< it is the first row of the table
  detected  ///< present when no field of the first line is a number; a line with both is refused
};

/// What a CSV file does not say about itself.
struct csv_format {
  char separator = ',';                      ///< between fields; no part of a number, quote or line end
  csv_header header = csv_header::detected;  ///< whether names come first
};

namespace detail {

/// The place of the column of that name. Throws `argument_error` when none or several have it.
[[nodiscard]] inline std::size_t column_of(std::string_view function, const std::vector<std::string>& names,
                                           std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    std::string known;
    for (const std::string& each : names) known += std::string(known.empty() ? "" : ", ") + each;
    telltale::detail::refuse(function, "name",
                             "no column '" + std::string(name) + "'; there are: " + (names.empty() ? "none" : known));
  }
  if (std::find(found + 1, names.end(), name) != names.end())
    telltale::detail::refuse(function, "name", "several columns are called '" + std::string(name) + "'");
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace detail

/// A table of numbers: `rows() x columns()`, row-major, with the names of its columns if it has any.
struct csv_table {
  std::vector<std::string> names;  ///< of the columns, from left to right; empty without a header
  std::size_t width = 0;           ///< cells of a row
  std::vector<double> values;      ///< row by row; rows x width

  /// How many cells a row has.
  [[nodiscard]] std::size_t columns() const noexcept { return width; }
  /// How many rows, the header aside.
  [[nodiscard]] std::size_t rows() const noexcept { return width == 0 ? 0 : values.size() / width; }

  /// A copy of the column of that name. Throws `argument_error` when none or several have it.
  [[nodiscard]] std::vector<double> column(std::string_view name) const {
    const std::size_t at = detail::column_of("csv_table::column", names, name);
    std::vector<double> cells(rows());
    for (std::size_t row = 0; row < cells.size(); ++row) cells[row] = values[row * width + at];
    return cells;
  }
};

namespace detail {

inline void check_separator(std::string_view function, char separator) {
  const bool part_of_a_number = (separator >= '0' && separator <= '9') || (separator >= 'a' && separator <= 'z') ||
                                (separator >= 'A' && separator <= 'Z');
  if (part_of_a_number || std::string_view("+-.\"\r\n\0()_", 10).find(separator) != std::string_view::npos)
    telltale::detail::refuse(function, "format", "its separator may not be part of a number, a quote or a line end");
}

}  // namespace detail
}  // namespace telltale::io
