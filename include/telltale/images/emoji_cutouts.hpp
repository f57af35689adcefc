// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <telltale/images/cutout.hpp>
#include <telltale/images/emoji_font.hpp>
#include <telltale/images/emoji_names.hpp>
#include <telltale/images/image.hpp>
#include <telltale/images/near_duplicates.hpp>
#include <telltale/images/resample.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::images {

/// Which emoji are cut out.
struct emoji_cutout_options {
  std::filesystem::path font = emoji_font_file,  ///< a colour font of bitmaps
      names = emoji_names_file;                  ///< Unicode's emoji-test.txt
  double apart = .004;  ///< of any two, as `without_near_duplicates` measures it on white at side 16
};

/// Emoji cut out of their background: `entries[i]` names `cutouts[i]` and says its group.
struct emoji_cutouts {
  std::vector<cutout> cutouts;       ///< in boxes of 136 x 136 pixels
  std::vector<emoji_entry> entries;  ///< one for each cut-out
  std::size_t near_duplicates = 0;   ///< that were dropped
};

namespace detail {

/// Whether an emoji is one code point, a variation selector aside, and no flag.
inline bool is_single(const emoji_entry& entry) {
  constexpr std::uint32_t variation_selector_16 = 0xFE0F;
  const auto others = std::count_if(entry.code_points.begin(), entry.code_points.end(),
                                    [](std::uint32_t point) { return point != variation_selector_16; });
  return others == 1 && entry.group != "Flags";
}

}  // namespace detail

/// Cuts out the fully-qualified emoji of one code point that are no flags and have no skin tone, each in a box of
/// 136 x 136 pixels, and drops those that are nearly the same as an earlier one.
///
/// Emoji of several code points are left out because most repeat another's figure. With Noto Color Emoji 2.042 and
/// Unicode 15.0: 1,311 kept, 61 dropped. Cost: about a second. Throws file_error as
/// `read_emoji_names` and `emoji_font` do, and when the font draws none of the names; argument_error as
/// `without_near_duplicates` does.
[[nodiscard]] inline emoji_cutouts read_emoji_cutouts(const emoji_cutout_options& options = {}) {
  emoji_cutouts drawn;
  std::vector<rgb_image> small;
  emoji_font font(options.font);
  for (emoji_entry& entry : read_emoji_names(options.names)) {
    if (!detail::is_single(entry)) continue;
    std::optional<cutout> cut = font.cut_out(entry.code_points, entry.name);
    if (!cut) continue;
    small.push_back(
        laid_on({emoji_font::box, emoji_font::box, white}, *cut, emoji_font::box, emoji_font::box, 0, 0).picture);
    small.back() = resized(small.back(), 16, 16);
    drawn.cutouts.push_back(std::move(*cut));
    drawn.entries.push_back(std::move(entry));
  }
  if (drawn.cutouts.empty())
    io::detail::refuse_file(options.font, "draws none of the emoji of " + options.names.string());
  emoji_cutouts set;
  for (const std::size_t at : without_near_duplicates(small, options.apart).kept) {
    set.cutouts.push_back(std::move(drawn.cutouts[at]));
    set.entries.push_back(std::move(drawn.entries[at]));
  }
  set.near_duplicates = drawn.cutouts.size() - set.cutouts.size();
  return set;
}

}  // namespace telltale::images
