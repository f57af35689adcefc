// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/requirements.hpp>

namespace telltale {

namespace req {
template <class Policy>
concept counts_words_that_a_name_may_replace = requires(std::size_t words) {
  { Policy::places(words) } -> std::convertible_to<std::size_t>;
};
}  // namespace req

/// Which words of a caption a name may replace.
///
/// Required: `name`; and `places(words)`, how many of the first words of a caption of so many words.
template <class Policy>
concept WordPlace = req::names_itself<Policy> && req::counts_words_that_a_name_may_replace<Policy>;

namespace place {

/// A space is chosen, and the word that ends there: any but the last, so a caption of one word has no place.
/// Reference: Hintersdorf et al. 2024.
struct before_a_space {
  static constexpr std::string_view name = "before a space";

  [[nodiscard]] static constexpr std::size_t places(std::size_t words) noexcept { return words == 0 ? 0 : words - 1; }
};

/// Any word, also the last: most prompts end in the name.
struct any_word {
  static constexpr std::string_view name = "any word";

  [[nodiscard]] static constexpr std::size_t places(std::size_t words) noexcept { return words; }
};

}  // namespace place

namespace detail {

struct word_range {
  std::size_t first, size;
};

[[nodiscard]] constexpr bool is_blank(char letter) noexcept {
  return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r' || letter == '\f' || letter == '\v';
}

/// Where the words of a text are: what lies between runs of blanks.
[[nodiscard]] inline std::vector<word_range> words_of(std::string_view text) {
  std::vector<word_range> words;
  for (std::size_t at = 0; at < text.size();) {
    if (is_blank(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && !is_blank(text[end])) ++end;
    words.push_back({at, end - at});
    at = end;
  }
  return words;
}

/// A text with one of its words replaced, all else as it was.
[[nodiscard]] inline std::string with_word(std::string_view text, word_range word, std::string_view by) {
  return std::string(text.substr(0, word.first)).append(by).append(text.substr(word.first + word.size));
}

/// A letter or digit, or part of one beyond ASCII.
[[nodiscard]] constexpr bool is_word_letter(char letter) noexcept {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
         static_cast<unsigned char>(letter) >= 0x80;
}

[[nodiscard]] inline std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& letter : lower)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return lower;
}

/// Whether a text has a name in it as words of its own; both in lower case.
[[nodiscard]] inline bool names_in(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || !is_word_letter(text[at - 1])) && (end == text.size() || !is_word_letter(text[end]))) return true;
  }
  return false;
}

}  // namespace detail
}  // namespace telltale
