// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include <telltale/images/image.hpp>
#include <telltale/images/jpeg.hpp>
#include <telltale/images/png.hpp>
#include <telltale/images/pnm.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::images {

/// Reads a PNG, JPEG, PGM or PPM image that is in memory, told by its first bytes; transparent parts show `background`.
///
/// Throws file_error for bytes of another format, and as `parse_png`, `parse_jpeg` and `parse_pnm` do. `name` stands
/// for the file in messages.
[[nodiscard]] inline rgb_image parse_image(std::span<const std::byte> file, const std::filesystem::path& name,
                                           colour background = white) {
  if (file.empty()) io::detail::refuse_file(name, "is empty; wanted a PNG, JPEG, PGM or PPM image");
  if (is_png(file)) return parse_png(file, name, background);
  if (is_jpeg(file)) return parse_jpeg(file, name);
  if (is_pnm(file)) return parse_pnm(file, name);
  io::detail::refuse_file(name, "is in no format that is known here; wanted a PNG, JPEG, PGM or PPM image");
}

/// Reads an image file, whatever its name ends in. Throws as `mapped_file` (a missing file) and `parse_image` do.
[[nodiscard]] inline rgb_image read_image(const std::filesystem::path& path, colour background = white) {
  const io::mapped_file file(path);
  return parse_image(file.bytes(), path, background);
}

}  // namespace telltale::images
