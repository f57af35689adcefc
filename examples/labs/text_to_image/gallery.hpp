// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/core/membership.hpp>
#include <telltale/torch/generator/observed.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include "attack.hpp"

namespace text_to_image {

/// Writes what was asked and answered as .npy files, which 'telltale generation' reads, and the evidence of each attack
/// in a folder beside them.
void write_gallery(const std::filesystem::path& folder, const telltale::observed_generation& seen,
                   const std::vector<std::string>& captions, const std::vector<telltale::membership>& member,
                   const jury& judged);

/// What the page shows of it.
struct gallery {
  std::size_t side = 0, pictures = 0;
  std::vector<float> queries, generated;  ///< n x 3 x side x side, n x pictures x 3 x side x side, in [-1, 1]
  std::vector<std::string> captions;
  std::vector<telltale::membership> member, tested_member;
  std::vector<std::int64_t> tested;
  evidence_by_attack evidence;
};

/// Reads it back. Throws file_error for files that are absent or damaged.
[[nodiscard]] gallery read_gallery(const std::filesystem::path& folder);

}  // namespace text_to_image
