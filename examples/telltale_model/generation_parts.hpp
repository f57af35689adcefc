// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "generation.hpp"

namespace tool {

/// The attacks whose rule is a network.
[[nodiscard]] std::vector<generation_attack> generation_attacks_with_networks();

/// What lies in a folder of query pictures and one of generated pictures.
struct generation_pictures {
  float_array queries, generated;     ///< in [-1, 1]
  std::vector<std::string> captions;  ///< empty without a captions.csv
};

/// Reads both folders; refused where this program was built without the component that reads images.
[[nodiscard]] generation_pictures read_generation_folders(const std::string& queries, const std::string& generated,
                                                          std::optional<std::size_t> side);

}  // namespace tool
