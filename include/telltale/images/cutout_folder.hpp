// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/images/cutout.hpp>
#include <telltale/images/image.hpp>
#include <telltale/images/people_folder.hpp>
#include <telltale/images/png.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::images {

/// Reads a PNG image with transparency that is in memory as a cut-out; `name` stands for the file in messages, and its
/// stem becomes the cut-out's name.
///
/// Throws file_error as `parse_png` does, for a file that is no PNG image, one without transparency (a photo has no
/// object to cut out), and one whose pixels all cover less than half. Cost: that of decoding, and a pass over the
/// pixels.
[[nodiscard]] inline cutout parse_cutout(std::span<const std::byte> file, const std::filesystem::path& name) {
  if (!is_png(file)) io::detail::refuse_file(name, "is no PNG image; wanted one with transparency");
  detail::begun_png image(file, name);
  const std::vector<std::uint8_t> pixels = image.read_as(PNG_FORMAT_RGBA);
  std::vector<std::uint8_t> colours, alphas;
  bool transparent = false, object = false;
  for (std::size_t i = 0; i < pixels.size(); i += 4) {
    const std::uint8_t alpha = pixels[i + 3];
    for (std::size_t channel = 0; channel < 3; ++channel)
      colours.push_back(detail::over(pixels[i + channel], alpha, 0));
    alphas.push_back(alpha);
    transparent = transparent || alpha < 255;
    object = object || cutout::covers(alpha);
  }
  if (!transparent)
    io::detail::refuse_file(name, "has no transparent pixel; wanted an object cut out of its background");
  if (!object) io::detail::refuse_file(name, "is transparent nearly everywhere; wanted an object");
  return {rgb_image(image.height(), image.width(), std::move(colours)), std::move(alphas), name.stem().string()};
}

/// Reads every file of a folder as a cut-out, in the order of their names; hidden entries are passed over.
///
/// Pictures that repeat one another would be on both sides of a split: compose them and drop them by
/// `without_near_duplicates` first where the folder may hold such. Throws file_error for a missing or empty folder, and
/// as `parse_cutout` does.
[[nodiscard]] inline std::vector<cutout> read_cutouts(const std::filesystem::path& folder) {
  std::vector<cutout> read;
  for (const std::filesystem::path& path : detail::visible_in(folder)) {
    const io::mapped_file file(path);
    read.push_back(parse_cutout(file.bytes(), path));
  }
  if (read.empty()) io::detail::refuse_file(folder, "is empty; wanted PNG images with transparency");
  return read;
}

}  // namespace telltale::images
