// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/images/image.hpp>

namespace telltale::images {
namespace detail {

/// Numbers inside the note of a camera, in its own byte order; nothing beyond its end.
struct tiff_numbers {
  std::span<const std::byte> bytes;
  bool big_endian = false;

  [[nodiscard]] std::optional<std::size_t> at(std::size_t place, std::size_t width) const {
    if (place > bytes.size() || width > bytes.size() - place) return std::nullopt;
    std::size_t value = 0;
    for (std::size_t i = 0; i < width; ++i)
      value = value * 256 + std::to_integer<std::size_t>(bytes[place + (big_endian ? i : width - 1 - i)]);
    return value;
  }
};

/// The orientation in the first directory of a TIFF file, which is what EXIF is; 1 when it is not said.
inline int tiff_orientation(std::span<const std::byte> tiff) {
  constexpr std::size_t entry = 12, orientation = 0x0112;
  const tiff_numbers numbers{tiff, !tiff.empty() && tiff[0] == std::byte{'M'}};
  const std::optional<std::size_t> directory = numbers.at(4, 4);
  const std::optional<std::size_t> entries = directory ? numbers.at(*directory, 2) : std::nullopt;
  if (numbers.at(2, 2) != 42 || !entries) return 1;
  for (std::size_t i = 0; i < *entries; ++i) {
    const std::size_t start = *directory + 2 + i * entry;
    if (numbers.at(start, 2) != orientation) continue;
    const std::size_t value = numbers.at(start + 8, 2).value_or(1);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

}  // namespace detail

/// How a camera held the JPEG file that is in memory, 1 to 8, from its EXIF note; 1 (as stored) where there is none or
/// it cannot be understood. Reference: CIPA DC-008 (EXIF), tag 0x0112.
[[nodiscard]] inline int jpeg_orientation(std::span<const std::byte> file) {
  constexpr std::size_t head = 4, mark = 6;  // 0xff, kind, length; "Exif" and two zeros
  std::size_t at = 2;
  while (at + head <= file.size() && file[at] == std::byte{0xff}) {
    const auto kind = std::to_integer<unsigned>(file[at + 1]);
    const std::size_t length =
        std::to_integer<std::size_t>(file[at + 2]) * 256 + std::to_integer<std::size_t>(file[at + 3]);
    if (kind == 0xda || length < 2 || length > file.size() - at - 2) return 1;  // the picture itself, or damage
    const auto content = file.subspan(at + head, length - 2);
    const bool exif = kind == 0xe1 && content.size() > mark && content[0] == std::byte{'E'} &&
                      content[1] == std::byte{'x'} && content[2] == std::byte{'i'} && content[3] == std::byte{'f'};
    if (exif) return detail::tiff_orientation(content.subspan(mark));
    at += 2 + length;
  }
  return 1;
}

/// The picture as it is to be seen: 2 mirrored, 3 turned by 180 degrees, 6 by 90 clockwise, 8 by 90 the other way, 4, 5
/// and 7 mirrored as well. Throws argument_error for an orientation outside 1 to 8. Cost: one pass over the pixels; a
/// copy.
[[nodiscard]] inline rgb_image turned(const rgb_image& picture, int orientation) {
  if (orientation < 1 || orientation > 8)
    telltale::detail::refuse("turned", "orientation", "is " + std::to_string(orientation) + "; wanted 1 to 8");
  if (orientation == 1) return picture;
  const bool swapped = orientation >= 5;
  const bool from_below = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const std::size_t rows = picture.height(), columns = picture.width();
  const std::size_t height = swapped ? columns : rows, width = swapped ? rows : columns;
  std::vector<std::uint8_t> bytes;
  bytes.reserve(rows * columns * 3);
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t row = swapped ? x : y, column = swapped ? y : x;
      const auto pixel = picture.bytes().subspan(
          ((from_below ? rows - 1 - row : row) * columns + (from_right ? columns - 1 - column : column)) * 3, 3);
      bytes.insert(bytes.end(), pixel.begin(), pixel.end());
    }
  return {height, width, std::move(bytes)};
}

}  // namespace telltale::images
