// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tool {

/// Records of a data set with their features standardised, as the demo trains and asks about them.
struct records {
  std::vector<float> features;     ///< records x dimensions, standardised by the pool
  std::vector<int> labels;         ///< the class of each
  std::vector<std::size_t> index;  ///< where each stands in the data set
  std::vector<std::uint8_t> pixels;

  [[nodiscard]] std::size_t size() const { return labels.size(); }
};

/// A pool of which each model sees half, and as many other records that no model sees.
struct demo_data {
  records pool, population;
  std::size_t classes = 0, width = 0, height = 0, total = 0;
  std::vector<std::string> class_names;
  std::uint64_t hash = 0;

  [[nodiscard]] std::size_t dimensions() const { return width * height; }
};

/// Where Debian's package dataset-fashion-mnist puts its files.
inline constexpr const char* fashion_mnist = "/usr/share/datasets/fashion-mnist";

/// Reads every pair NAME-images-idx3-ubyte[.gz], NAME-labels-idx1-ubyte[.gz] of a folder and draws a pool and a
/// population of `size` records each from them. Throws file_error naming the file, or the package to install.
demo_data load_demo_data(const std::filesystem::path& folder, std::size_t size, std::uint64_t seed);

}  // namespace tool
