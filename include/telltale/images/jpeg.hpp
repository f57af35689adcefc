// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <turbojpeg.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/images/image.hpp>
#include <telltale/images/orientation.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::images {

/// Whether the bytes begin as a JPEG file does.
[[nodiscard]] inline bool is_jpeg(std::span<const std::byte> file) {
  return file.size() >= 3 && file[0] == std::byte{0xff} && file[1] == std::byte{0xd8} && file[2] == std::byte{0xff};
}

/// Reads a JPEG image that is in memory; grey becomes three equal channels. `name` stands for the file in messages.
///
/// The picture is turned as the camera noted beside the pixels (EXIF). Throws file_error for what libjpeg-turbo
/// refuses, with its words (a truncated or damaged file, four inks instead of three colours, more than 500 scans), and
/// for more than `most_pixels` pixels, before memory is taken for them.
/// Reference: ITU-T T.81 (JPEG).
[[nodiscard]] inline rgb_image parse_jpeg(std::span<const std::byte> file, const std::filesystem::path& name) {
  const std::unique_ptr<void, int (*)(tjhandle)> decoder(::tjInitDecompress(), &::tjDestroy);
  if (!decoder) throw error("parse_jpeg: libjpeg-turbo could not begin: " + std::string(::tjGetErrorStr2(nullptr)));
  const auto refuse = [&] {
    io::detail::refuse_file(
        name, "is damaged or truncated; libjpeg-turbo says: " + std::string(::tjGetErrorStr2(decoder.get())));
  };
  const auto* const start = reinterpret_cast<const unsigned char*>(file.data());
  const auto size = static_cast<unsigned long>(file.size());
  int width = 0, height = 0, subsampling = 0, colours = 0;
  if (::tjDecompressHeader3(decoder.get(), start, size, &width, &height, &subsampling, &colours) != 0) refuse();
  // A file that ends among its tables is legal JPEG without a picture.
  if (width < 1 || height < 1) io::detail::refuse_file(name, "is truncated, or a JPEG file without pixels");
  const auto rows = static_cast<std::size_t>(height), columns = static_cast<std::size_t>(width);
  if (columns > most_pixels / rows)
    io::detail::refuse_file(name, "is an image of more than " + std::to_string(most_pixels) + " pixels");
  std::vector<std::uint8_t> bytes(rows * columns * 3);
  // A warning, as for a file that ends too early, is a refusal: half a face is no face.
  if (::tjDecompress2(decoder.get(), start, size, bytes.data(), width, 0, height, TJPF_RGB,
                      TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS) != 0)
    refuse();
  return turned({rows, columns, std::move(bytes)}, jpeg_orientation(file));
}

}  // namespace telltale::images
