// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lab {

/// What is kept of a network, or of what it says: numbers in rows, and the network's accuracy.
struct kept_numbers {
  std::vector<float> values;
  std::size_t columns = 0;
  double accuracy = 0;
};

/// Reads what keep() wrote: STEM.npy and STEM.txt.
///
/// Nothing where a file is missing or damaged, or was made from anything else than `made_from` says: then it is to be
/// made anew, and replaced.
[[nodiscard]] std::optional<kept_numbers> read_kept(const std::filesystem::path& stem, const std::string& made_from);

/// Writes both files, each at once or not at all, in a folder that is made where it is missing. `made_from` is lines of
/// text with all that decides the numbers. Throws telltale::file_error where they cannot be written.
void keep(const std::filesystem::path& stem, const std::string& made_from, const kept_numbers& numbers);

}  // namespace lab
