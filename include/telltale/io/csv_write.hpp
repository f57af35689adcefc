// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <filesystem>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

#include <telltale/core/error.hpp>
#include <telltale/io/atomic_file.hpp>
#include <telltale/io/csv_format.hpp>

namespace telltale::io {
namespace detail {

inline void write_csv_name(std::ostream& out, std::string_view name, char separator) {
  const bool plain = !name.empty() && name.find_first_of("\"\r\n \t") == std::string_view::npos &&
                     name.find(separator) == std::string_view::npos;
  if (plain) {
    out << name;
    return;
  }
  out << '"';
  for (const char letter : name) {
    if (letter == '"') out << '"';
    out << letter;
  }
  out << '"';
}

inline void write_csv_number(std::ostream& out, double value) {
  std::array<char, 32> text;
  const auto [end, failure] = std::to_chars(text.data(), text.data() + text.size(), value);
  out.write(text.data(), end - text.data());
}

}  // namespace detail

/// Writes a table as CSV, atomically, each number with the fewest digits from which exactly it is read again.
///
/// `values` are row-major, one column for each name; an empty `names` with `width` columns writes no header line. Lines
/// end in LF. Throws `argument_error` when `values` is not a whole number of rows or the separator can be part of a
/// number, `file_error` as `atomic_file` does. Cost: O(values).
inline void write_csv(const std::filesystem::path& path, const csv_table& table, const csv_format& format = {}) {
  detail::check_separator("write_csv", format.separator);
  if (table.width == 0 || table.values.size() % table.width != 0)
    telltale::detail::refuse(
        "write_csv", "table",
        std::to_string(table.values.size()) + " values are no whole number of rows of " + std::to_string(table.width));
  if (!table.names.empty()) telltale::detail::check_size("write_csv", "table.names", table.names.size(), table.width);
  write_atomically(path, [&](std::ostream& out) {
    for (std::size_t i = 0; i < table.names.size(); ++i) {
      detail::write_csv_name(out, table.names[i], format.separator);
      out << (i + 1 == table.width ? '\n' : format.separator);
    }
    for (std::size_t i = 0; i < table.values.size(); ++i) {
      detail::write_csv_number(out, table.values[i]);
      out << ((i + 1) % table.width == 0 ? '\n' : format.separator);
    }
  });
}

/// The same for columns with names.
inline void write_csv(const std::filesystem::path& path, std::span<const std::string> names,
                      std::span<const double> values, const csv_format& format = {}) {
  write_csv(path, csv_table{{names.begin(), names.end()}, names.size(), {values.begin(), values.end()}}, format);
}

}  // namespace telltale::io
