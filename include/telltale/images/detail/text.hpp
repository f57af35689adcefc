// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <telltale/io/mapped_file.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::images::detail {

/// Opens a file that a Debian package brings; when it is missing, the message says which.
inline io::mapped_file file_of_package(const std::filesystem::path& path, std::string_view package) {
  std::error_code unknown;
  if (!std::filesystem::exists(path, unknown))
    io::detail::refuse_file(path, "is not there; install it with `apt-get install " + std::string(package) + "`");
  return io::mapped_file(path);
}

inline std::string_view text_of(const io::mapped_file& file) {
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

inline std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

/// Takes the first line off `text`, without its end.
inline std::string_view next_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(line.size() + (line.size() < text.size() ? 1 : 0));
  return line;
}

/// A letter of ASCII in lower case, any other byte as it is.
inline char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

/// The words of a text in lower case: runs of ASCII letters and digits and of bytes beyond ASCII, apart by anything
/// else. An apostrophe inside a word belongs to it.
inline std::vector<std::string> words_of(std::string_view text) {
  const auto in_word = [](char letter) {
    const char small = lower(letter);
    return (small >= 'a' && small <= 'z') || (small >= '0' && small <= '9') ||
           static_cast<unsigned char>(small) >= 0x80;
  };
  std::vector<std::string> words;
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool apostrophe = text[i] == '\'' && inside && i + 1 < text.size() && in_word(text[i + 1]);
    const bool letter = in_word(text[i]) || apostrophe;
    if (letter && !inside) words.emplace_back();
    if (letter) words.back() += lower(text[i]);
    inside = letter;
  }
  return words;
}

/// A name as it is compared: lower case (ASCII), underscores as blanks, one blank between words, none around them.
inline std::string folded(std::string_view name) {
  std::string text;
  for (const char letter : name) {
    const bool blank = letter == '_' || letter == ' ' || (letter >= '\t' && letter <= '\r');
    if (!blank)
      text += lower(letter);
    else if (!text.empty() && text.back() != ' ')
      text += ' ';
  }
  if (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

}  // namespace telltale::images::detail
