// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zlib.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/report/audit.hpp>

namespace telltale::report::detail {

inline void append_big_endian(std::vector<std::uint8_t>& bytes, std::size_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift & 0xffU));
}

/// A chunk of a PNG file: length, type, content, checksum of type and content.
inline void append_chunk(std::vector<std::uint8_t>& bytes, std::string_view type, std::span<const std::uint8_t> data) {
  append_big_endian(bytes, data.size());
  const std::size_t from = bytes.size();
  bytes.insert(bytes.end(), type.begin(), type.end());
  bytes.insert(bytes.end(), data.begin(), data.end());
  append_big_endian(bytes, ::crc32(0, bytes.data() + from, static_cast<uInt>(bytes.size() - from)));
}

}  // namespace telltale::report::detail

namespace telltale::report {

/// An image as the bytes of a PNG file: 8 bits a channel, grey or RGB, rows unfiltered, deflated by zlib.
///
/// Meant for thumbnails of records. Throws argument_error for an image without pixels, with a number of channels other
/// than 1 or 3, with pixels that are not width x height x channels, or wider or higher than 16,384.
/// Reference: ISO/IEC 15948 (PNG), sections 5, 10 and 11.
[[nodiscard]] inline std::vector<std::uint8_t> png(const image& picture) {
  constexpr std::size_t most = 16384;
  const auto refuse = [](std::string_view argument, const std::string& reason) {
    telltale::detail::refuse("png", argument, reason);
  };
  if (picture.channels != 1 && picture.channels != 3)
    refuse("picture.channels", "is " + std::to_string(picture.channels) + "; wanted 1 or 3");
  for (const std::size_t side : {picture.width, picture.height})
    if (side == 0 || side > most)
      refuse("picture", "has a side of " + std::to_string(side) + " pixels; wanted 1 to " + std::to_string(most));
  const std::size_t stride = picture.width * picture.channels;
  telltale::detail::check_size("png", "picture.pixels", picture.pixels.size(), stride * picture.height);

  std::vector<std::uint8_t> rows;
  rows.reserve((stride + 1) * picture.height);
  for (std::size_t y = 0; y < picture.height; ++y) {
    rows.push_back(0);  // the row's filter: none
    const auto row = picture.pixels.begin() + static_cast<std::ptrdiff_t>(y * stride);
    rows.insert(rows.end(), row, row + static_cast<std::ptrdiff_t>(stride));
  }
  uLongf size = ::compressBound(static_cast<uLong>(rows.size()));
  std::vector<std::uint8_t> deflated(size);
  if (::compress2(deflated.data(), &size, rows.data(), static_cast<uLong>(rows.size()), Z_BEST_COMPRESSION) != Z_OK)
    throw error("png: zlib could not compress the image");
  deflated.resize(size);

  std::vector<std::uint8_t> header;
  detail::append_big_endian(header, picture.width);
  detail::append_big_endian(header, picture.height);
  const std::uint8_t colour_type = picture.channels == 3 ? 2 : 0;
  // 8 bits a channel; compression, filter method and interlace have one value each that we write.
  for (const std::uint8_t byte : {std::uint8_t{8}, colour_type, std::uint8_t{0}, std::uint8_t{0}, std::uint8_t{0}})
    header.push_back(byte);
  std::vector<std::uint8_t> bytes{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  detail::append_chunk(bytes, "IHDR", header);
  detail::append_chunk(bytes, "IDAT", deflated);
  detail::append_chunk(bytes, "IEND", {});
  return bytes;
}

/// Bytes in base64 (RFC 4648, section 4), with padding.
[[nodiscard]] inline std::string base64(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t given = std::min<std::size_t>(3, bytes.size() - i);
    unsigned group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8U | (k < given ? bytes[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k) text += k <= given ? digits[group >> (18 - 6 * k) & 0x3fU] : '=';
  }
  return text;
}

/// An image as the address of an `img` element, so that a page needs no second file. Throws as `png` does.
[[nodiscard]] inline std::string data_uri(const image& picture) {
  return "data:image/png;base64," + base64(png(picture));
}

}  // namespace telltale::report
