// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <telltale/report/json.hpp>

#include "grid.hpp"

namespace lab {

/// Every figure of a cell, as cells/KEY.json and results.json hold it.
[[nodiscard]] telltale::report::json to_json(const cell_outcome& got);

/// The outcome of a cell that an earlier run has measured; nothing where there is none, or it was measured on other
/// features (their `fingerprint`) or by another recipe. Throws telltale::file_error for a file that is damaged.
[[nodiscard]] std::optional<cell_outcome> load_cell(const std::filesystem::path& folder, const planned_cell& asked,
                                                    const std::string& fingerprint);

/// Keeps an outcome. Throws telltale::file_error where it cannot be written.
void save_cell(const std::filesystem::path& folder, const planned_cell& measured, const std::string& fingerprint,
               const cell_outcome& got);

}  // namespace lab
