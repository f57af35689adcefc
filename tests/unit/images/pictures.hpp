// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/images/image.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

/// A picture with high frequencies; benchmarks/peers/record_pillow.py makes the same.
inline telltale::images::rgb_image pattern(std::size_t height, std::size_t width) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x)
      for (std::size_t channel = 0; channel < 3; ++channel)
        bytes.push_back(static_cast<std::uint8_t>((7 * x * x + 13 * x * y + 3 * y * y + 91 * channel) % 256));
  return {height, width, bytes};
}

/// The largest difference of two rows of bytes; 256 when they differ in number.
template <class Bytes, class Others>
int largest_difference(const Bytes& bytes, const Others& others) {
  if (bytes.size() != others.size()) return 256;
  int largest = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int difference = static_cast<int>(bytes[i]) - static_cast<int>(others[i]);
    largest = std::max(largest, difference < 0 ? -difference : difference);
  }
  return largest;
}

inline void write_file(const std::filesystem::path& path, const std::string& content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

/// A binary PPM of one colour.
inline std::string ppm(std::size_t height, std::size_t width, char value) {
  return "P6 " + std::to_string(width) + " " + std::to_string(height) + " 255\n" +
         std::string(height * width * 3, value);
}
