// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace lab {

/// The bytes of a file, decompressed where it is xz or gzip, whatever its name.
///
/// Throws telltale::file_error when the file is missing, damaged, truncated or bzip2, or decompresses to more than 1
/// GiB.
[[nodiscard]] std::vector<std::byte> read_decompressed(const std::filesystem::path& path);

}  // namespace lab
