// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <telltale/io/csv_format.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::io {
namespace detail {

/// Splits CSV text into fields by RFC 4180: quotes double inside quotes, separators and line ends are text there.
class csv_fields {
 public:
  csv_fields(std::string_view text, char separator, const std::filesystem::path& path)
      : text_(text), path_(&path), separator_(separator) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text_.substr(0, byte_order_mark.size()) == byte_order_mark) text_.remove_prefix(byte_order_mark.size());
  }

  [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
  [[nodiscard]] std::size_t line() const noexcept { return line_; }

  /// Whether only line ends are left.
  [[nodiscard]] bool only_blank_lines_left() const {
    return text_.find_first_not_of("\r\n", at_) == std::string_view::npos;
  }

  /// The next field, valid until the next call; `last` tells whether it ends its line.
  std::string_view next(bool& last) {
    ++column_;
    field_line_ = line_;
    std::string_view field;
    if (at_ < text_.size() && text_[at_] == '"') {
      field = quoted();
    } else {
      const std::size_t start = at_;
      while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n' && text_[at_] != '\r') {
        if (text_[at_] == '"') refuse("a quote inside a field that does not begin with one");
        ++at_;
      }
      field = text_.substr(start, at_ - start);
    }
    last = !skip_separator();
    return field;
  }

  /// Starts to count the columns of a line anew.
  void begin_line() noexcept { column_ = 0; }

  [[noreturn]] void refuse(std::string_view reason) const {
    refuse_file(*path_, std::string("line ") + std::to_string(field_line_) + ", column " + std::to_string(column_) +
                            ": " + std::string(reason));
  }

 private:
  // True at a separator, false at the end of a line, which it skips as well.
  bool skip_separator() {
    if (at_end()) return false;
    if (text_[at_] == separator_) {
      ++at_;
      return true;
    }
    if (text_[at_] == '\r') {
      ++at_;
      if (at_end() || text_[at_] != '\n') refuse("a carriage return without a line feed");
    }
    if (text_[at_] != '\n') refuse("something follows the closing quote");
    ++at_;
    ++line_;
    return false;
  }

  std::string_view quoted() {
    unquoted_.clear();
    ++at_;
    while (true) {
      const std::size_t quote = text_.find('"', at_);
      if (quote == std::string_view::npos) refuse("a quoted field has no end");
      const std::string_view piece = text_.substr(at_, quote - at_);
      for (const char letter : piece) line_ += letter == '\n' ? 1 : 0;
      unquoted_ += piece;
      at_ = quote + 1;
      if (at_end() || text_[at_] != '"') return unquoted_;
      unquoted_ += '"';
      ++at_;
    }
  }

  std::string_view text_;
  const std::filesystem::path* path_;
  char separator_;
  std::size_t at_ = 0, line_ = 1, field_line_ = 1, column_ = 0;
  std::string unquoted_;
};

/// The number that a field is, blanks around it aside; `error` says why it is none.
inline std::optional<double> csv_number(std::string_view field, std::errc& error) {
  constexpr std::string_view blanks = " \t";
  const std::size_t first = field.find_first_not_of(blanks);
  error = std::errc::invalid_argument;
  if (first == std::string_view::npos) return std::nullopt;
  field = field.substr(first, field.find_last_not_of(blanks) + 1 - first);
  // from_chars knows no plus sign, which other programs write.
  if (field.size() > 1 && field[0] == '+' && field[1] != '-' && field[1] != '+') field.remove_prefix(1);
  double value = 0;
  const char* const end = field.data() + field.size();
  const auto [stop, failure] = std::from_chars(field.data(), end, value);
  if (failure == std::errc() && stop == end) return value;
  if (stop == end) error = failure;
  return std::nullopt;
}

inline double csv_number_or_refuse(const csv_fields& fields, std::string_view field) {
  std::errc error{};
  const std::optional<double> value = csv_number(field, error);
  if (value) return *value;
  if (field.find_first_not_of(" \t") == std::string_view::npos) fields.refuse("the field is empty; wanted a number");
  fields.refuse(std::string("'") + printable(field) +
                (error == std::errc::result_out_of_range ? "' is out of the range of a double" : "' is not a number"));
}

/// Reads the first line into names or values, as the format says, and so fixes the number of columns.
inline void read_first_line(csv_fields& fields, csv_header header, csv_table& table) {
  fields.begin_line();
  bool last = false;
  while (!last) {
    const std::string_view field = fields.next(last);
    ++table.width;
    std::errc error{};
    const std::optional<double> number = csv_number(field, error);
    if (header == csv_header::detected) {
      const bool is_name = !number && error == std::errc::invalid_argument;
      if (table.width > 1 && is_name != table.values.empty())
        fields.refuse(std::string("'") + printable(field) + (is_name ? "' is no number" : "' is a number") +
                      ", unlike the fields before it; say whether the first line names the columns");
      if (is_name) {
        table.names.emplace_back(field);
        continue;
      }
    } else if (header == csv_header::present) {
      table.names.emplace_back(field);
      continue;
    }
    table.values.push_back(csv_number_or_refuse(fields, field));
  }
}

/// Calls take(field, line) for every field of the lines that are left, each of `width` fields.
template <class Take>
void read_lines(csv_fields& fields, const std::filesystem::path& name, std::size_t width, Take take) {
  while (!fields.at_end()) {
    if (fields.only_blank_lines_left()) break;
    const std::size_t line = fields.line();
    std::size_t count = 0;
    bool last = false;
    fields.begin_line();
    while (!last) {
      const std::string_view field = fields.next(last);
      if (++count <= width) take(field, line);
    }
    if (count != width)
      refuse_file(name, std::string("line ") + std::to_string(line) + ": " + std::to_string(count) +
                            (count == 1 ? " field" : " fields") + "; the first line has " + std::to_string(width));
  }
}

}  // namespace detail

/// Reads CSV text that is in memory; `name` stands for it in messages.
///
/// Every field but the names is a number: decimal with a point, with or without exponent and sign, inf or nan; the
/// locale plays no part, and the value is the double nearest to the text. Fields may be quoted (RFC 4180); lines end in
/// LF or CRLF, and blank ones may follow the last. Cost: one pass, 8 bytes a number.
///
/// Throws `file_error` naming line and column for a field that is empty, no number or out of range, and for broken
/// quotes; naming the line when it has more or fewer fields than the first; for text without a line. `argument_error`
/// for a separator that can be part of a number.
[[nodiscard]] inline csv_table parse_csv(std::string_view text, const std::filesystem::path& name,
                                         const csv_format& format = {}) {
  detail::check_separator("parse_csv", format.separator);
  detail::csv_fields fields(text, format.separator, name);
  if (fields.only_blank_lines_left()) detail::refuse_file(name, "is empty; wanted a table of numbers");
  csv_table table;
  detail::read_first_line(fields, format.header, table);
  detail::read_lines(fields, name, table.width, [&](std::string_view field, std::size_t) {
    table.values.push_back(detail::csv_number_or_refuse(fields, field));
  });
  return table;
}

/// Reads a CSV file. Throws as `mapped_file` and `parse_csv` do.
[[nodiscard]] inline csv_table read_csv(const std::filesystem::path& path, const csv_format& format = {}) {
  const mapped_file file(path);
  const std::span<const std::byte> bytes = file.bytes();
  return parse_csv({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path, format);
}

}  // namespace telltale::io
