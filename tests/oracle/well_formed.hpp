// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace oracle {

/// What is wrong with a document of elements, or "" if nothing is: tags balanced and nested, attributes quoted and
/// unique, ids unique, no bare '<' or '&'. `empty_elements` names those that HTML leaves open.
inline std::string fault_of(std::string_view text, const std::set<std::string, std::less<>>& empty_elements = {}) {
  std::vector<std::string> open;
  std::set<std::string> ids;
  const auto bad_reference = [](std::string_view content) {
    for (std::size_t i = content.find('&'); i != std::string_view::npos; i = content.find('&', i + 1)) {
      const std::size_t end = content.find(';', i);
      if (end == std::string_view::npos || end - i > 8 || end - i < 3) return true;
      for (const char c : content.substr(i + 1, end - i - 1))
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '#') return true;
    }
    return content.find('<') != std::string_view::npos;
  };
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t tag = std::min(text.find('<', i), text.size());
    if (const bool raw = !open.empty() && open.back() == "style"; !raw && bad_reference(text.substr(i, tag - i)))
      return "bare & near: " + std::string(text.substr(i, 40));
    if (tag == text.size()) break;
    // '>' cannot end a tag inside a quoted value.
    std::size_t end = tag + 1;
    for (bool quoted = false; end < text.size() && (quoted || text[end] != '>'); ++end)
      if (text[end] == '"') quoted = !quoted;
    if (end >= text.size()) return "unfinished tag: " + std::string(text.substr(tag, 40));
    std::string_view inside = text.substr(tag + 1, end - tag - 1);
    i = end + 1;
    if (inside.substr(0, 1) == "!") continue;
    if (inside.substr(0, 1) == "/") {
      if (open.empty() || open.back() != inside.substr(1)) return "closes what is not open: " + std::string(inside);
      open.pop_back();
      continue;
    }
    const bool closed = !inside.empty() && inside.back() == '/';
    if (closed) inside.remove_suffix(1);
    const std::size_t name_end = std::min(inside.find(' '), inside.size());
    const std::string name(inside.substr(0, name_end));
    if (name.empty() || std::isalpha(static_cast<unsigned char>(name[0])) == 0)
      return "no name: " + std::string(inside);
    std::set<std::string> seen;
    for (std::size_t a = name_end; a < inside.size();) {
      if (inside[a] == ' ') {
        ++a;
        continue;
      }
      const std::size_t equals = inside.find("=\"", a);
      if (equals == std::string_view::npos) return "attribute without a quoted value: " + std::string(inside);
      const std::size_t stop = inside.find('"', equals + 2);
      const std::string key(inside.substr(a, equals - a));
      const std::string_view value = inside.substr(equals + 2, stop - equals - 2);
      if (key.find(' ') != std::string::npos || !seen.insert(key).second) return "attribute twice: " + key;
      if (bad_reference(value)) return "bare character in: " + std::string(value);
      if (key == "id" && !ids.insert(std::string(value)).second) return "id twice: " + std::string(value);
      a = stop + 1;
    }
    if (!closed && empty_elements.find(name) == empty_elements.end()) open.push_back(name);
  }
  return open.empty() ? "" : "never closed: " + open.back();
}

}  // namespace oracle
