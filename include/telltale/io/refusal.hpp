// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include <telltale/core/error.hpp>

namespace telltale::io::detail {

// An empty path would make a message that begins with a colon.
inline std::string shown(const std::filesystem::path& path) { return path.empty() ? "''" : path.string(); }

[[noreturn]] [[gnu::cold]] inline void refuse_file(const std::filesystem::path& path, std::string_view reason) {
  throw file_error(shown(path), reason);
}

/// Throws what the operating system said: "PATH: cannot be opened: Permission denied".
[[noreturn]] [[gnu::cold]] inline void refuse_system(const std::filesystem::path& path, std::string_view what,
                                                     int number) {
  throw file_error(shown(path), std::string(what) + ": " + std::generic_category().message(number));
}

/// Text from a file made fit for one line of a message: short, and without control or non-ASCII characters.
inline std::string printable(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string shown;
  for (const char letter : text.substr(0, longest)) shown += letter >= ' ' && letter <= '~' ? letter : '?';
  return text.size() > longest ? shown + "..." : shown;
}

}  // namespace telltale::io::detail
