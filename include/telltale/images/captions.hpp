// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/images/detail/text.hpp>
#include <telltale/io/csv_text.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::images {

/// A line of captions.csv.
struct captioned_file {
  std::string file;     ///< relative to the folder of captions.csv
  std::string caption;  ///< as it stands in the file
};

/// Reads the text of a captions.csv: a first line with the columns `file` and `caption` (others are passed over), then
/// a line a pair. A picture may have several captions. `name` stands for the file in messages.
///
/// Throws file_error as `parse_csv_text` does, and for a missing column, no pair, and, naming the line, an empty
/// caption, a file that is not inside the folder, and a pair that is there twice.
[[nodiscard]] inline std::vector<captioned_file> parse_captions(std::string_view text,
                                                                const std::filesystem::path& name) {
  const io::csv_text table = io::parse_csv_text(text, name);
  for (const std::string_view column : {"file", "caption"})
    if (std::count(table.names.begin(), table.names.end(), column) != 1)
      io::detail::refuse_file(
          name, "has no single column '" + std::string(column) + "'; wanted a first line with file and caption");
  const std::vector<std::string> files = table.column("file"), captions = table.column("caption");
  std::vector<captioned_file> pairs;
  std::set<std::pair<std::string, std::string>> seen;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto refuse = [&](const std::string& reason) {
      io::detail::refuse_file(name, "line " + std::to_string(table.lines[row]) + " " + reason);
    };
    const std::filesystem::path file = std::filesystem::path(files[row]).lexically_normal();
    if (files[row].empty() || file.is_absolute() || file == "." || *file.begin() == "..")
      refuse("names the file '" + io::detail::printable(files[row]) + "'; wanted one inside the folder");
    const std::string caption(detail::trimmed(captions[row]));
    if (caption.empty()) refuse("has an empty caption");
    if (!seen.emplace(file.string(), caption).second)
      refuse("repeats the pair of '" + io::detail::printable(files[row]) + "' and its caption");
    pairs.push_back({files[row], caption});
  }
  if (pairs.empty()) io::detail::refuse_file(name, "has no pair of file and caption below its first line");
  return pairs;
}

}  // namespace telltale::images
