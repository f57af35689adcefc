// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/core/error.hpp>
#include <telltale/io/csv.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// The first byte chooses the format, so that every header rule and several separators are reached.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using telltale::io::csv_header;
  if (size == 0) return 0;
  constexpr std::array headers{csv_header::detected, csv_header::present, csv_header::absent};
  constexpr std::array separators{',', ';', '\t', ' '};
  const telltale::io::csv_format format{separators[data[0] / 3U % 4U], headers[data[0] % 3U]};
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  try {
    const telltale::io::csv_text table = telltale::io::parse_csv_text(text, "fuzz.csv", format.separator);
    if (table.rows() * table.names.size() != table.fields.size()) std::abort();
    static_cast<void>(table.numbers(table.names.front()));
  } catch (const telltale::error&) {
  }
  try {
    const telltale::io::csv_table table = telltale::io::parse_csv(text, "fuzz.csv", format);
    if (table.width == 0 || table.rows() * table.columns() != table.values.size()) std::abort();
    if (!table.names.empty() && table.names.size() != table.columns()) std::abort();
  } catch (const telltale::file_error&) {
  }
  return 0;
}
