// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/images/duplicates.hpp>
#include <telltale/images/emoji_font.hpp>
#include <telltale/images/emoji_names.hpp>
#include <telltale/images/emoji_roles.hpp>
#include <telltale/images/image.hpp>
#include <telltale/images/resample.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::images {

/// How the emoji are read.
struct emoji_options {
  std::filesystem::path font = emoji_font_file,  ///< a colour font of bitmaps
      names = emoji_names_file;                  ///< Unicode's emoji-test.txt
  std::size_t side = 32;                         ///< of the square pictures
  colour background = white;                     ///< behind every emoji
};

/// Captioned pictures from a colour font: `entries[i]` is what `pictures[i]` shows.
struct emoji_set {
  std::vector<emoji_entry> entries;                ///< names and code points
  std::vector<rgb_image> pictures;                 ///< side x side
  std::vector<emoji_role> roles;                   ///< the identities, see `emoji_roles`
  std::vector<std::size_t> background;             ///< places of the emoji without skin tone that are in no role
  std::vector<std::vector<std::string>> repeated;  ///< names that have one picture; only the first of each is kept
  std::vector<std::string> not_drawn;              ///< names for which the font has no single glyph, left out
};

/// Reads every fully-qualified emoji, drawn on `background` in a box of 136 x 136 pixels and resized to `side`.
///
/// Pictures that are equal byte for byte in the small size are dropped but for the first, and names that the font does
/// not draw are left out; the set says which. With Noto Color Emoji 2.042 and Unicode 15.0 at side 32: 3,655 names, all
/// drawn, 8 pictures with more than one name, 63 roles. Cost: about 2 seconds.
///
/// Throws file_error as `read_emoji_names` and `emoji_font` do, and when the font draws none of the names;
/// argument_error for a side of 0.
[[nodiscard]] inline emoji_set read_emoji(const emoji_options& options = {}) {
  if (options.side == 0) telltale::detail::refuse("read_emoji", "options.side", "is 0; wanted at least 1");
  emoji_set drawn;
  emoji_font font(options.font);
  for (emoji_entry& entry : read_emoji_names(options.names)) {
    const std::optional<rgb_image> large = font.draw(entry.code_points, options.background);
    if (!large) {
      drawn.not_drawn.push_back(entry.name);
      continue;
    }
    drawn.pictures.push_back(resized(*large, options.side, options.side));
    drawn.entries.push_back(std::move(entry));
  }
  if (drawn.entries.empty())
    io::detail::refuse_file(options.font, "draws none of the emoji of " + options.names.string());

  const distinct_pictures found = distinct(drawn.pictures);
  emoji_set set;
  set.not_drawn = std::move(drawn.not_drawn);
  for (const std::vector<std::size_t>& group : found.groups) {
    set.repeated.emplace_back();
    for (const std::size_t at : group) set.repeated.back().push_back(drawn.entries[at].name);
  }
  for (const std::size_t at : found.kept) {
    set.entries.push_back(std::move(drawn.entries[at]));
    set.pictures.push_back(std::move(drawn.pictures[at]));
  }
  set.roles = emoji_roles(set.entries);
  std::vector<char> in_role(set.entries.size());
  for (const emoji_role& role : set.roles)
    for (const role_picture& picture : role.pictures) in_role[picture.at] = 1;
  for (std::size_t at = 0; at < set.entries.size(); ++at)
    if (in_role[at] == 0 && set.entries[at].tones().empty()) set.background.push_back(at);
  return set;
}

}  // namespace telltale::images
