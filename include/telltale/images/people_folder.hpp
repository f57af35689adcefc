// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/images/detail/text.hpp>
#include <telltale/images/image.hpp>
#include <telltale/images/read_image.hpp>
#include <telltale/images/resample.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::images {

/// How the pictures of a folder are read.
struct folder_options {
  std::size_t side = 32;      ///< of the square pictures: each is cropped around its centre and resized
  colour background = white;  ///< behind pictures with transparency
};

/// A person with photos of one size.
struct person {
  std::string name;                          ///< of the folder, an underscore read as a blank
  std::vector<std::filesystem::path> files;  ///< where each photo was read from
  std::vector<rgb_image> photos;             ///< of those files
};

namespace detail {

/// What lies in a folder, in the order of the names' bytes; hidden entries are not listed.
inline std::vector<std::filesystem::path> visible_in(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::directory_iterator each(folder, failure);
  if (failure == std::errc::no_such_file_or_directory) io::detail::refuse_file(folder, "does not exist");
  std::vector<std::filesystem::path> paths;
  for (; !failure && each != std::filesystem::directory_iterator(); each.increment(failure))
    if (!each->path().filename().string().starts_with('.')) paths.push_back(each->path());
  if (failure) io::detail::refuse_system(folder, "cannot be read as a folder", failure.value());
  std::sort(paths.begin(), paths.end());
  return paths;
}

inline rgb_image square_photo(const std::filesystem::path& file, const folder_options& options) {
  return resized(centre_square(read_image(file, options.background)), options.side, options.side);
}

inline void check_options(std::string_view function, const folder_options& options) {
  if (options.side == 0) telltale::detail::refuse(function, "options.side", "is 0; wanted at least 1");
}

}  // namespace detail

/// Reads a folder that holds one folder per person, named as the person is (an underscore stands for a blank), with
/// photos in it: PNG, JPEG, PGM or PPM, at least `at_least` each. Persons and files come in the order of their names.
///
/// Hidden entries are passed over; everything else counts, so that no photo is lost unseen. Throws file_error for a
/// missing or empty folder, something that is no folder among the persons, an entry of a person that is no readable
/// image, two persons whose names differ in case and underscores only, and a person with fewer photos than wanted.
/// Cost: that of decoding and resizing every photo.
[[nodiscard]] inline std::vector<person> read_people(const std::filesystem::path& folder, std::size_t at_least = 1,
                                                     const folder_options& options = {}) {
  detail::check_options("read_people", options);
  std::vector<person> people;
  std::map<std::string, std::filesystem::path> seen;
  for (const std::filesystem::path& place : detail::visible_in(folder)) {
    std::error_code unknown;
    if (!std::filesystem::is_directory(place, unknown))
      io::detail::refuse_file(place, "is not the folder of a person; wanted one folder per person beside one another");
    person who;
    who.name = place.filename().string();
    std::replace(who.name.begin(), who.name.end(), '_', ' ');
    who.name = detail::trimmed(who.name);
    const auto [same, fresh] = seen.try_emplace(detail::folded(who.name), place);
    if (!fresh)
      io::detail::refuse_file(place, "is the same name as " + same->second.filename().string() +
                                         ", but for case and underscores; wanted one folder per person");
    who.files = detail::visible_in(place);
    if (who.files.size() < std::max<std::size_t>(at_least, 1))
      io::detail::refuse_file(place, "has " + std::to_string(who.files.size()) + " photos of '" + who.name +
                                         "'; wanted at least " + std::to_string(std::max<std::size_t>(at_least, 1)));
    for (const std::filesystem::path& file : who.files) who.photos.push_back(detail::square_photo(file, options));
    people.push_back(std::move(who));
  }
  if (people.empty()) io::detail::refuse_file(folder, "is empty; wanted one folder per person");
  return people;
}

}  // namespace telltale::images
