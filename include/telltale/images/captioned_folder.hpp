// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <telltale/images/captions.hpp>
#include <telltale/images/detail/text.hpp>
#include <telltale/images/image.hpp>
#include <telltale/images/people_folder.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::images {

/// Pictures with captions: `captions[i]` belongs to `pictures[i]`, read from `files[i]`.
struct captioned_pictures {
  std::vector<std::filesystem::path> files;  ///< where each was read from
  std::vector<std::string> captions;         ///< one for each picture
  std::vector<rgb_image> pictures;           ///< square and of one size
};

/// Reads the pairs that the captions.csv of a folder lists, in its order, each picture cropped around its centre and
/// resized; pictures that it does not list are not read.
///
/// Throws file_error as `mapped_file` (a missing captions.csv), `parse_captions` and `read_image` do.
[[nodiscard]] inline captioned_pictures read_captioned(const std::filesystem::path& folder,
                                                       const folder_options& options = {}) {
  detail::check_options("read_captioned", options);
  const std::filesystem::path list = folder / "captions.csv";
  const io::mapped_file file(list);
  captioned_pictures read;
  for (captioned_file& pair : parse_captions(detail::text_of(file), list)) {
    read.files.push_back(folder / pair.file);
    read.pictures.push_back(detail::square_photo(read.files.back(), options));
    read.captions.push_back(std::move(pair.caption));
  }
  return read;
}

}  // namespace telltale::images
