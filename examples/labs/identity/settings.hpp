// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <ATen/ATen.h>

namespace identity {

/// What the lab is asked to do.
struct settings {
  std::optional<std::filesystem::path> data;     ///< a folder with one folder per person; nothing: the emoji roles
  std::optional<std::filesystem::path> prompts;  ///< a file of templates; nothing: the 21 of the library
  std::filesystem::path names_folder = "/usr/share/rig";  ///< lists of first and last names
  std::filesystem::path out = "identity-lab";
  bool quick = false, quiet = false;
  std::size_t seeds = 5, epochs = 30;
  at::Device device = at::kCPU;

  /// How many draws of photos each rate is the mean of, and how many candidate names there are.
  static constexpr std::size_t draws = 20, names = 1000;
  /// Photos of a member that the headline model is trained on.
  static constexpr std::size_t training_photos = 8;
};

}  // namespace identity
