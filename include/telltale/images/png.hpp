// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <png.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/images/image.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::images {
namespace detail {

/// libpng's state of one picture, freed whatever happens.
struct png_state {
  png_image image{};
  png_state() { image.version = PNG_IMAGE_VERSION; }
  png_state(const png_state&) = delete;
  png_state& operator=(const png_state&) = delete;
  ~png_state() { ::png_image_free(&image); }
};

/// `over` of one channel on the gamma-encoded bytes, as browsers and Pillow compose: rounded (v a + b (255 - a)) / 255.
inline std::uint8_t over(unsigned value, unsigned alpha, unsigned background) {
  return static_cast<std::uint8_t>((value * alpha + background * (255 - alpha) + 127) / 255);
}

/// A PNG image begun: sizes are known and within bounds, no pixel is decoded yet.
class begun_png {
 public:
  begun_png(std::span<const std::byte> file, const std::filesystem::path& name) : name_(&name) {
    if (::png_image_begin_read_from_memory(&state_.image, file.data(), file.size()) == 0) refuse();
    if (width() > most_pixels / height())
      io::detail::refuse_file(name, "is an image of more than " + std::to_string(most_pixels) + " pixels");
  }

  [[nodiscard]] std::size_t height() const noexcept { return state_.image.height; }
  [[nodiscard]] std::size_t width() const noexcept { return state_.image.width; }
  /// How the file stores it: libpng's flags.
  [[nodiscard]] png_uint_32 format() const noexcept { return state_.image.format; }

  /// Decodes to a format of libpng's; `colours` takes the palette of one that has one.
  [[nodiscard]] std::vector<std::uint8_t> read_as(png_uint_32 format, std::uint8_t* colours = nullptr) {
    png_image& image = state_.image;
    image.format = format;
    // 16 bits without a word on gamma are sRGB everywhere but in libpng, which would take them for linear light.
    image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
    std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(image));
    if (::png_image_finish_read(&image, nullptr, pixels.data(), 0, colours) == 0) refuse();
    return pixels;
  }

 private:
  [[noreturn]] void refuse() const {
    io::detail::refuse_file(*name_, "is damaged or truncated; libpng says: " + std::string(state_.image.message));
  }

  png_state state_;
  const std::filesystem::path* name_;
};

}  // namespace detail

/// Whether the bytes begin as a PNG file does.
[[nodiscard]] inline bool is_png(std::span<const std::byte> file) {
  constexpr std::array<unsigned char, 8> magic{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  return file.size() >= magic.size() && std::memcmp(file.data(), magic.data(), magic.size()) == 0;
}

/// Reads a PNG image that is in memory: any colour type and depth, transparent parts composed on `background`.
///
/// Throws file_error for what libpng refuses, with its words (a truncated or damaged file, a zero size), and for more
/// than `most_pixels` pixels, before memory is taken for them. `name` stands for the file in messages.
/// Reference: ISO/IEC 15948 (PNG).
[[nodiscard]] inline rgb_image parse_png(std::span<const std::byte> file, const std::filesystem::path& name,
                                         colour background = white) {
  detail::begun_png image(file, name);
  const std::vector<std::uint8_t> pixels = image.read_as(PNG_FORMAT_RGBA);
  std::vector<std::uint8_t> bytes;
  bytes.reserve(pixels.size() / 4 * 3);
  for (std::size_t i = 0; i < pixels.size(); i += 4) {
    const unsigned alpha = pixels[i + 3];
    bytes.push_back(detail::over(pixels[i], alpha, background.red));
    bytes.push_back(detail::over(pixels[i + 1], alpha, background.green));
    bytes.push_back(detail::over(pixels[i + 2], alpha, background.blue));
  }
  return {image.height(), image.width(), std::move(bytes)};
}

}  // namespace telltale::images
