// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "shown.hpp"

namespace generator {

/// What the files of a repository should be: each path with its text, for those that are generated or hold generated
/// parts.
std::map<std::filesystem::path, std::string> wanted(const shown_part& all, const std::filesystem::path& root);

/// What is wrong with the pages beside stale parts: a published composition without a page, a page of nothing that is
/// published, a section that is missing, empty or out of place, a drawing of nothing.
std::vector<std::string> faults(const shown_part& all, const std::filesystem::path& root);

/// The text of a file. Throws where it cannot be read.
std::string text_of(const std::filesystem::path& file);

}  // namespace generator
