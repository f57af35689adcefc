// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace lab {

/// A column of R's data.frame: numbers (logical and integer ones too; NA is NaN), or a factor, whose numbers count from
/// 1 through its levels.
struct r_column {
  std::string name;
  std::vector<double> values;
  std::vector<std::string> levels;  ///< empty: not a factor

  [[nodiscard]] bool is_factor() const { return !levels.empty(); }
};

/// A data.frame; all columns are of one length.
struct r_data_frame {
  std::string name;  ///< of the variable
  std::vector<r_column> columns;

  [[nodiscard]] std::size_t rows() const { return columns.empty() ? 0 : columns.front().values.size(); }
};

/// Reads the one data.frame of a file that R's save() wrote, compressed with xz or gzip or not at all.
///
/// The big-endian binary form, versions 2 and 3 (what save() writes unless told otherwise), of what a data.frame of
/// factors and numbers is made of. Throws telltale::file_error naming the file when it is not of that form, truncated,
/// holds anything else than one data.frame, or has a column that is neither a factor nor numbers.
///
/// Reference: R Core Team, "R Internals", section "Serialization Formats".
[[nodiscard]] r_data_frame read_rda(const std::filesystem::path& path);

}  // namespace lab
