// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/report/audit.hpp>
#include <telltale/report/escape.hpp>
#include <telltale/report/html/page.hpp>
#include <telltale/report/html/tables.hpp>
#include <telltale/report/png.hpp>
#include <telltale/report/section.hpp>

namespace telltale::report {

/// A small picture and the lines below it, of which the first stands out.
struct captioned_picture {
  image picture;                     ///< without pixels: the lines alone are shown
  std::vector<std::string> caption;  ///< lines below it, the first in bold
};

}  // namespace telltale::report

namespace telltale::report::html {

/// An SVG picture, as the charts make them, with its caption; none where that is empty.
[[nodiscard]] inline std::string figure(std::string_view picture, std::string_view caption) {
  std::string out = "<figure><div class=\"plot\">";
  out.append(picture).append("</div>");
  return out + (caption.empty() ? "" : tag("figcaption", caption)) + "</figure>\n";
}

/// What a section means, for a reader who has never seen its like.
[[nodiscard]] inline std::string meaning(std::string_view text) {
  return "<p class=\"meaning\">" + tag("b", "What does this mean?") + " " + escaped(text) + "</p>\n";
}

/// A further section: its table, what it means, and its conventions.
[[nodiscard]] inline std::string section_of(const section& got) {
  std::string out = tag("h2", got.title) + "\n" + section_table(got.content) + meaning(got.meaning);
  return got.notes.empty() ? out : out + list(got.notes);
}

/// Small pictures side by side, enlarged without blurring, inside the page as PNG. Throws argument_error as `png` does.
[[nodiscard]] inline std::string picture_strip(const std::vector<captioned_picture>& pictures) {
  std::string out = "<div class=\"records\">\n";
  for (const captioned_picture& each : pictures) {
    std::string said, shown;
    for (std::size_t i = 0; i < each.caption.size(); ++i) {
      said += (i == 0 ? "" : ", ") + each.caption[i];
      shown += i == 0 ? tag("b", each.caption[i]) : "<br>" + escaped(each.caption[i]);
    }
    out += "<figure>";
    if (!each.picture.pixels.empty())
      out += "<img src=\"" + data_uri(each.picture) + "\" alt=\"" + escaped(said) + "\" width=\"" +
             std::to_string(each.picture.width) + "\" height=\"" + std::to_string(each.picture.height) + "\">";
    out += "<figcaption>" + shown + "</figcaption></figure>\n";
  }
  return out + "</div>\n";
}

}  // namespace telltale::report::html
