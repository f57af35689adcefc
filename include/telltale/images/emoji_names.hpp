// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/images/detail/text.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::images {

/// An emoji as Unicode names it.
struct emoji_entry {
  std::string name;                        ///< its English short name, in UTF-8: "man firefighter: dark skin tone"
  std::vector<std::uint32_t> code_points;  ///< fully qualified
  std::string group,                       ///< of Unicode's list: "People & Body"
      subgroup;                            ///< "person-role"

  /// Its skin tones in their order: 1 (light) to 5 (dark); empty for an emoji without one.
  [[nodiscard]] std::vector<int> tones() const {
    std::vector<int> found;
    for (const std::uint32_t point : code_points)
      if (point >= 0x1F3FB && point <= 0x1F3FF) found.push_back(static_cast<int>(point - 0x1F3FB) + 1);
    return found;
  }
};

namespace detail {

/// Numbers in base 16 apart by blanks; nothing when one is no code point or there is none.
inline std::optional<std::vector<std::uint32_t>> hexadecimal_points(std::string_view text) {
  std::vector<std::uint32_t> points;
  for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    std::uint32_t point = 0;
    for (const char digit : word) {
      const std::size_t value = std::string_view("0123456789ABCDEF").find(digit);
      if (value == std::string_view::npos || point > 0x10FFFF) return std::nullopt;
      point = point * 16 + static_cast<std::uint32_t>(value);
    }
    if (point == 0 || point > 0x10FFFF) return std::nullopt;
    points.push_back(point);
  }
  if (points.empty()) return std::nullopt;
  return points;
}

/// The name in a comment "# FACE E13.0 NAME"; empty when the comment is not of that form.
inline std::string_view commented_name(std::string_view comment) {
  const std::size_t version = comment.find(" E", comment.find_first_not_of("# "));
  if (version == std::string_view::npos) return {};
  const std::size_t name = comment.find(' ', version + 2);
  return name == std::string_view::npos ? std::string_view{} : trimmed(comment.substr(name));
}

}  // namespace detail

/// Reads the lines of Unicode's emoji-test.txt that are marked fully-qualified, in their order; `name` stands for the
/// file in messages.
///
/// Throws file_error naming the line that is not of the form "POINTS ; STATUS # FACE EVERSION NAME", and for a text
/// without an entry. Reference: Unicode Technical Standard 51, "Unicode Emoji", data file emoji-test.txt.
[[nodiscard]] inline std::vector<emoji_entry> parse_emoji_names(std::string_view text,
                                                                const std::filesystem::path& name) {
  std::vector<emoji_entry> entries;
  std::string group, subgroup;
  constexpr std::string_view group_mark = "# group:", subgroup_mark = "# subgroup:";
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::string_view whole = detail::next_line(text);
    if (whole.starts_with(group_mark)) {
      group = detail::trimmed(whole.substr(group_mark.size()));
    } else if (whole.starts_with(subgroup_mark)) {
      subgroup = detail::trimmed(whole.substr(subgroup_mark.size()));
    } else if (!detail::trimmed(whole).empty() && whole.front() != '#') {
      const std::size_t status = whole.find(';'), comment = whole.find('#');
      const auto points = detail::hexadecimal_points(whole.substr(0, status));
      const bool split = status != std::string_view::npos && comment != std::string_view::npos && status < comment;
      const std::string_view called = split ? detail::commented_name(whole.substr(comment)) : std::string_view{};
      if (!points || called.empty())
        io::detail::refuse_file(name, "line " + std::to_string(line) + " is no line of emoji-test.txt: '" +
                                          io::detail::printable(whole) + "'");
      if (detail::trimmed(whole.substr(status + 1, comment - status - 1)) == "fully-qualified")
        entries.push_back({std::string(called), *points, group, subgroup});
    }
  }
  if (entries.empty()) io::detail::refuse_file(name, "has no fully-qualified emoji; wanted Unicode's emoji-test.txt");
  return entries;
}

/// Where Debian's package unicode-data puts the names.
inline constexpr std::string_view emoji_names_file = "/usr/share/unicode/emoji/emoji-test.txt";

/// Reads that file. Throws as `mapped_file` and `parse_emoji_names` do; a missing file is named with its package.
[[nodiscard]] inline std::vector<emoji_entry> read_emoji_names(const std::filesystem::path& path = emoji_names_file) {
  const io::mapped_file file = detail::file_of_package(path, "unicode-data");
  return parse_emoji_names(detail::text_of(file), path);
}

}  // namespace telltale::images
