// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <filesystem>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/prompt.hpp>
#include <telltale/images/detail/text.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::images {

/// Texts about a person, {} where the name goes: the 21 kinds of the publication in our own words.
///
/// Four do not end in the name, one is the name alone, and four speak of a sex.
/// Reference: Hintersdorf, Struppek, Brack, Friedrich, Schramowski and Kersting 2024, "Does CLIP know my face?".
inline constexpr std::array<std::string_view, 21> prompt_templates{
    "{}",
    "a picture of {}",
    "a photo of {}",
    "{} in a photo",
    "a photo of somebody called {}",
    "somebody called {}",
    "a man called {}",
    "a woman called {}",
    "the person here is called {}",
    "a photo of a person whose name is {}",
    "{} at a party",
    "a photo of the star {}",
    "the actor {}",
    "the actress {}",
    "a photo in colour of {}",
    "a black and white photo of {}",
    "a nice photo of {}",
    "a close photo of {}",
    "a close picture of {}",
    "{} wearing a suit",
    "{} wearing a dress",
};

using telltale::filled;

/// Every template with every name: templates x names texts, those of one template beside one another. Throws as the
/// `filled` of one template does. Cost: O(characters of the result).
template <std::ranges::sized_range Prompts>
  requires std::convertible_to<std::ranges::range_reference_t<const Prompts>, std::string_view>
[[nodiscard]] std::vector<std::string> filled(const Prompts& prompts, std::span<const std::string> names) {
  std::vector<std::string> texts;
  texts.reserve(prompts.size() * names.size());
  for (const auto& prompt : prompts)
    for (const std::string& name : names) texts.push_back(filled(std::string_view(prompt), name));
  return texts;
}

/// Reads a text file with a template a line; blank lines are passed over.
///
/// Throws file_error for a missing file, one without a template, and, with its line, one that does not hold {} exactly
/// once.
[[nodiscard]] inline std::vector<std::string> read_prompt_templates(const std::filesystem::path& path) {
  const io::mapped_file file(path);
  std::vector<std::string> prompts;
  std::string_view text = detail::text_of(file);
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::string_view prompt = detail::trimmed(detail::next_line(text));
    if (prompt.empty()) continue;
    if (!is_template(prompt))
      io::detail::refuse_file(path, "line " + std::to_string(line) + ": '" + io::detail::printable(prompt) +
                                        "'; wanted {} in it exactly once");
    prompts.emplace_back(prompt);
  }
  if (prompts.empty()) io::detail::refuse_file(path, "has no template; wanted one a line, {} where the name goes");
  return prompts;
}

}  // namespace telltale::images
