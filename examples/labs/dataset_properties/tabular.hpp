// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "data_set.hpp"

namespace lab {

/// Where Debian's package r-cran-mlbench puts Frey and Slate's letters: 20,000 records of 16 attributes in 26 classes;
/// 1,332 repeat an earlier one, and of the others each class has 524 to 782.
inline const std::filesystem::path letters_file = "/usr/lib/R/site-library/mlbench/data/LetterRecognition.rda";

/// Reads a table of labelled records: 250 of each class, drawn by the seed, are for the network, the rest for the
/// study.
///
/// A file .rda holds one data.frame with one factor, which is the label, and numbers otherwise; a file .csv holds
/// numbers, the label (0, 1, ...) first. Throws telltale::file_error when the file is missing, of neither kind or holds
/// a value that is not finite, telltale::error when a class has fewer than 200 records.
///
/// Reference of the letters: Frey and Slate 1991, "Letter recognition using Holland-style adaptive classifiers".
[[nodiscard]] data_set read_tabular(const std::filesystem::path& file, std::uint64_t seed);

}  // namespace lab
