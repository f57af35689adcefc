// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>

namespace telltale::images {

/// A colour, 0 to 255 a channel, gamma-encoded as in a file (sRGB).
struct colour {
  std::uint8_t red = 0,  ///< of a pixel, 0 to 255
      green = 0,         ///< of a pixel, 0 to 255
      blue = 0;          ///< of a pixel, 0 to 255
};

/// White, the background of pictures with transparency unless told otherwise.
inline constexpr colour white{255, 255, 255};

/// The most pixels that a picture may have, 2^26: a file of some kilobytes can claim to be larger than any memory.
inline constexpr std::size_t most_pixels = std::size_t{1} << 26U;

/// A picture in bytes, row by row from the top, three bytes a pixel (red, green, blue): shape (height, width, 3).
///
/// Throws argument_error for a side of 0, more than `most_pixels` pixels, or a number of bytes that is not
/// height x width x 3.
class rgb_image {
 public:
  /// Takes bytes that are there already, height x width x 3.
  rgb_image(std::size_t height, std::size_t width, std::vector<std::uint8_t> bytes)
      : height_(height), width_(width), bytes_(std::move(bytes)) {
    check_sides(height, width);
    telltale::detail::check_size("rgb_image", "bytes", bytes_.size(), height * width * 3);
  }

  /// A picture of one colour.
  rgb_image(std::size_t height, std::size_t width, colour fill) : height_(height), width_(width) {
    check_sides(height, width);
    bytes_.reserve(height * width * 3);
    for (std::size_t pixel = 0; pixel < height * width; ++pixel)
      bytes_.insert(bytes_.end(), {fill.red, fill.green, fill.blue});
  }

  /// Pixels from top to bottom.
  [[nodiscard]] std::size_t height() const noexcept { return height_; }
  /// Pixels from left to right.
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  /// The colours, height x width x 3, row by row.
  [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept { return bytes_; }
  /// The same, to be changed.
  [[nodiscard]] std::span<std::uint8_t> bytes() noexcept { return bytes_; }

  /// Whether size and every byte are the same.
  friend bool operator==(const rgb_image&, const rgb_image&) = default;

 private:
  static void check_sides(std::size_t height, std::size_t width) {
    if (height == 0 || width == 0 || width > most_pixels || height > most_pixels / width)
      telltale::detail::refuse("rgb_image", "height, width",
                               std::to_string(height) + " x " + std::to_string(width) + "; wanted 1 to " +
                                   std::to_string(most_pixels) + " pixels");
  }

  std::size_t height_, width_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace telltale::images
