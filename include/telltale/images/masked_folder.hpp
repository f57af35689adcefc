// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <png.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/images/image.hpp>
#include <telltale/images/masked_pictures.hpp>
#include <telltale/images/nearest.hpp>
#include <telltale/images/people_folder.hpp>
#include <telltale/images/png.hpp>
#include <telltale/images/read_image.hpp>
#include <telltale/images/resample.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::images {

/// How pictures with masks are read.
struct masked_folder_options {
  std::size_t side = 0;     ///< crops pictures and masks around their centre and resizes both; 0 wants one size
  std::size_t classes = 2;  ///< labels are 0 to classes - 1
  bool binary = false;      ///< masks hold 0 and 255, which become 0 and 1
  std::optional<std::uint8_t> ignored{};  ///< the label of pixels without a class
  colour background = white;              ///< behind a transparent picture
};

/// Reads a PNG image that is in memory as the labels of pixels: the stored samples of a grey image of up to 8 bits or
/// the places in the palette of one that has a palette, as they lie in the file, whatever colours they stand for.
///
/// Throws file_error as `parse_png` does, and for an image that is no PNG, in colour without a palette, partly
/// transparent without a palette, or of 16 bits. `name` stands for the file in messages.
[[nodiscard]] inline pixel_labels parse_label_png(std::span<const std::byte> file, const std::filesystem::path& name) {
  if (!is_png(file)) io::detail::refuse_file(name, "is no PNG image; wanted a mask in that format");
  detail::begun_png image(file, name);
  const png_uint_32 format = image.format();
  const bool palette = (format & PNG_FORMAT_FLAG_COLORMAP) != 0;
  const char* const what = palette                                  ? nullptr
                           : (format & PNG_FORMAT_FLAG_COLOR) != 0  ? "in colour without a palette"
                           : (format & PNG_FORMAT_FLAG_ALPHA) != 0  ? "grey with transparency"
                           : (format & PNG_FORMAT_FLAG_LINEAR) != 0 ? "of 16 bits"
                                                                    : nullptr;
  if (what != nullptr)
    io::detail::refuse_file(name, "is " + std::string(what) +
                                      "; wanted a mask of 8 bits, grey or with a palette, whose numbers are labels");
  // Asked for a palette, libpng hands out the stored samples, which as grey it would correct for gamma and depth.
  std::array<std::uint8_t, 256 * 4> colours{};
  return {image.height(), image.width(), image.read_as(PNG_FORMAT_RGBA_COLORMAP, colours.data())};
}

namespace detail {

/// The labels of a mask as they are used: 0 and 255 as 0 and 1 where it is binary, all within the classes.
inline pixel_labels checked_labels(pixel_labels mask, const masked_folder_options& options,
                                   const std::filesystem::path& path) {
  for (std::size_t p = 0; p < mask.labels.size(); ++p) {
    std::uint8_t& label = mask.labels[p];
    if (options.ignored == label) continue;
    const auto refuse = [&](const std::string& wanted) {
      io::detail::refuse_file(path, "has label " + std::to_string(label) + " at row " + std::to_string(p / mask.width) +
                                        ", column " + std::to_string(p % mask.width) + "; wanted " + wanted);
    };
    if (options.binary) {
      if (label != 0 && label != 255) refuse("0 or 255, as options.binary says");
      label = label == 255 ? 1 : 0;
    } else if (label >= options.classes) {
      refuse("0 to " + std::to_string(options.classes - 1) + ", or options.binary for 0 and 255");
    }
  }
  return mask;
}

/// The files of a folder by their names without what follows the last dot.
inline std::map<std::string, std::filesystem::path> files_by_stem(const std::filesystem::path& folder) {
  std::map<std::string, std::filesystem::path> files;
  for (const std::filesystem::path& path : visible_in(folder)) {
    const auto [same, fresh] = files.try_emplace(path.stem().string(), path);
    if (!fresh)
      io::detail::refuse_file(path, "has the name of " + same->second.filename().string() +
                                        " but for its ending; wanted one file of a name");
  }
  return files;
}

}  // namespace detail

/// Reads a folder of pictures (PNG, JPEG, PGM or PPM) and one of masks, NAME.png of the labels of the pixels of the
/// picture NAME, as `parse_label_png` reads them; pairs come in the order of their names.
///
/// Hidden entries are passed over; everything else counts. With a side pictures are resized as `resized` does and
/// masks by `nearest_square`, so that no label appears that was not there. Throws file_error naming the file for a
/// missing or empty folder, a picture without a mask and a mask without a picture, one whose sizes differ, sizes that
/// differ between pairs unless a side is named, and a label that is no class; argument_error for fewer than 2 classes,
/// and more than 256 or other than 2 for binary masks.
[[nodiscard]] inline masked_pictures read_masked(const std::filesystem::path& pictures,
                                                 const std::filesystem::path& masks,
                                                 const masked_folder_options& options = {}) {
  if (options.classes < 2 || options.classes > 256 || (options.binary && options.classes != 2))
    telltale::detail::refuse("read_masked", "options.classes",
                             "is " + std::to_string(options.classes) + "; wanted 2 to 256, and 2 for binary masks");
  std::map<std::string, std::filesystem::path> mask_of = detail::files_by_stem(masks);
  masked_pictures read;
  for (const auto& [name, path] : detail::files_by_stem(pictures)) {
    const auto found = mask_of.find(name);
    if (found == mask_of.end()) io::detail::refuse_file(path, "has no mask in " + masks.string());
    rgb_image picture = read_image(path, options.background);
    const io::mapped_file file(found->second);
    pixel_labels mask = detail::checked_labels(parse_label_png(file.bytes(), found->second), options, found->second);
    const auto refuse_size = [](const std::filesystem::path& of, std::size_t height, std::size_t width,
                                const std::string& other, const rgb_image& as) {
      io::detail::refuse_file(of, "is " + std::to_string(height) + " x " + std::to_string(width) + " pixels; " + other +
                                      " " + std::to_string(as.height()) + " x " + std::to_string(as.width()));
    };
    if (mask.height != picture.height() || mask.width != picture.width())
      refuse_size(found->second, mask.height, mask.width, "its picture is", picture);
    if (options.side > 0) {
      picture = resized(centre_square(picture), options.side, options.side);
      mask = nearest_square(mask, options.side);
    }
    if (!read.pictures.empty() &&
        (picture.height() != read.pictures.front().height() || picture.width() != read.pictures.front().width()))
      refuse_size(path, picture.height(), picture.width(), "without options.side all must be of one size, the first is",
                  read.pictures.front());
    read.pictures.push_back(std::move(picture));
    read.masks.insert(read.masks.end(), mask.labels.begin(), mask.labels.end());
    read.names.push_back(name);
    mask_of.erase(found);
  }
  if (read.pictures.empty()) io::detail::refuse_file(pictures, "is empty; wanted pictures");
  if (!mask_of.empty())
    io::detail::refuse_file(mask_of.begin()->second, "is the mask of no picture in " + pictures.string());
  return read;
}

}  // namespace telltale::images
