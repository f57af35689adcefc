// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <telltale/io/csv_read.hpp>
#include <telltale/io/csv_write.hpp>

namespace telltale::io {

/// A table of texts with named columns, `rows() x names.size()`: records with an id, and numbers beside it.
struct csv_text {
  std::filesystem::path path;       ///< as it is named in messages
  std::vector<std::string> names;   ///< of the columns, from left to right
  std::vector<std::string> fields;  ///< row-major
  std::vector<std::size_t> lines;   ///< where each row begins in the file

  /// How many rows, the header aside.
  [[nodiscard]] std::size_t rows() const noexcept { return lines.size(); }

  /// A copy of the column of that name. Throws `argument_error` when none or several have it.
  [[nodiscard]] std::vector<std::string> column(std::string_view name) const {
    const std::size_t at = detail::column_of("csv_text::column", names, name);
    std::vector<std::string> cells(rows());
    for (std::size_t row = 0; row < cells.size(); ++row) cells[row] = fields[row * names.size() + at];
    return cells;
  }

  /// The same as numbers, read as `parse_csv` reads them. Throws `file_error` naming the line of what is no number.
  [[nodiscard]] std::vector<double> numbers(std::string_view name) const {
    const std::size_t at = detail::column_of("csv_text::numbers", names, name);
    std::vector<double> cells(rows());
    for (std::size_t row = 0; row < cells.size(); ++row) {
      const std::string& field = fields[row * names.size() + at];
      std::errc error{};
      const std::optional<double> value = detail::csv_number(field, error);
      if (!value)
        detail::refuse_file(path, "line " + std::to_string(lines[row]) + ", column '" + std::string(name) + "': '" +
                                      detail::printable(field) + "' is not a number");
      cells[row] = *value;
    }
    return cells;
  }
};

/// Reads CSV text that is in memory, its first line naming the columns; `name` stands for it in messages.
///
/// Quotes, separators and line ends as `parse_csv` has them; fields may hold any bytes. Cost: one pass, a string a
/// field. Throws `file_error` naming line and column for broken quotes, naming the line when it has more or fewer
/// fields than the first, and for text without a line; `argument_error` for a separator that can be part of a number.
[[nodiscard]] inline csv_text parse_csv_text(std::string_view text, const std::filesystem::path& name,
                                             char separator = ',') {
  detail::check_separator("parse_csv_text", separator);
  detail::csv_fields fields(text, separator, name);
  if (fields.only_blank_lines_left()) detail::refuse_file(name, "is empty; wanted a table with named columns");
  csv_text table{name, {}, {}, {}};
  fields.begin_line();
  for (bool last = false; !last;) table.names.emplace_back(fields.next(last));
  const std::size_t width = table.names.size();
  detail::read_lines(fields, name, width, [&](std::string_view field, std::size_t line) {
    if (table.fields.size() % width == 0) table.lines.push_back(line);
    table.fields.emplace_back(field);
  });
  return table;
}

/// Reads a CSV file. Throws as `mapped_file` and `parse_csv_text` do.
[[nodiscard]] inline csv_text read_csv_text(const std::filesystem::path& path, char separator = ',') {
  const mapped_file file(path);
  const std::span<const std::byte> bytes = file.bytes();
  return parse_csv_text({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path, separator);
}

/// Writes ids and one number each as CSV to a stream, the number with the fewest digits that read back the same.
///
/// A number that is not finite is written as it is read: inf, -inf, nan. Throws `argument_error` when the columns
/// differ in length or the separator can be part of a number.
inline void write_csv_text(std::ostream& out, std::string_view id_name, std::span<const std::string> ids,
                           std::string_view value_name, std::span<const double> values, char separator = ',') {
  detail::check_separator("write_csv_text", separator);
  telltale::detail::check_size("write_csv_text", "values", values.size(), ids.size());
  detail::write_csv_name(out, id_name, separator);
  out << separator;
  detail::write_csv_name(out, value_name, separator);
  out << '\n';
  for (std::size_t row = 0; row < ids.size(); ++row) {
    detail::write_csv_name(out, ids[row], separator);
    out << separator;
    detail::write_csv_number(out, values[row]);
    out << '\n';
  }
}

}  // namespace telltale::io
