// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "data_set.hpp"

namespace lab {

/// Where Debian's package dataset-fashion-mnist puts its files.
inline const std::filesystem::path fashion_folder = "/usr/share/datasets/fashion-mnist";

/// Reads the 70,000 images (28 x 28 bytes, 10 classes of 7,000) of Fashion-MNIST, gzipped or not: 2,000 of each class,
/// drawn by the seed, are for the network, 5,000 for the study.
///
/// Another set in the same four files will do if it is large enough. Throws telltale::file_error when a file is missing
/// or wrong, telltale::error when a class has fewer than 4,000 records.
[[nodiscard]] data_set read_fashion(const std::filesystem::path& folder, std::uint64_t seed);

}  // namespace lab
