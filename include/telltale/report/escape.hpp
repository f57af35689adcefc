// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <telltale/report/format.hpp>

namespace telltale::report {

/// Text made safe as content and as attribute of HTML, XML and SVG.
///
/// The five characters with a meaning are written as entities; control characters that XML forbids and bytes that are
/// no UTF-8 become U+FFFD, so that whatever a file held as a class name, the document stays well formed.
[[nodiscard]] inline std::string escaped(std::string_view text) {
  constexpr std::string_view replacement = "\xef\xbf\xbd";
  std::string safe;
  safe.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const glyph next = glyph_at(text, i);
    const char first = text[i];
    const bool forbidden =
        next.bytes == 1 && static_cast<unsigned char>(first) < 0x20 && first != '\t' && first != '\n' && first != '\r';
    if (!next.valid || forbidden || text.substr(i, next.bytes) == "\xef\xbf\xbe" ||
        text.substr(i, next.bytes) == "\xef\xbf\xbf")
      safe += replacement;
    else if (first == '&')
      safe += "&amp;";
    else if (first == '<')
      safe += "&lt;";
    else if (first == '>')
      safe += "&gt;";
    else if (first == '"')
      safe += "&quot;";
    else if (first == '\'')
      safe += "&#39;";
    else
      safe += text.substr(i, next.bytes);
    i += next.bytes;
  }
  return safe;
}

}  // namespace telltale::report
