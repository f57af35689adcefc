// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <telltale/report/escape.hpp>
#include <telltale/report/html/style.hpp>
#include <telltale/report/svg/style.hpp>
#include <telltale/version.hpp>

namespace telltale::report::html {

/// "<name>escaped text</name>", with attributes given as they are to be written.
[[nodiscard]] inline std::string tag(std::string_view name, std::string_view text, std::string_view with = "") {
  std::string out = "<";
  out.append(name).append(with.empty() ? "" : " ").append(with).append(">").append(escaped(text));
  return out.append("</").append(name).append(">");
}

/// A list of sentences.
[[nodiscard]] inline std::string list(const std::vector<std::string>& items) {
  std::string out = "<ul>\n";
  for (const std::string& item : items) out += tag("li", item) + "\n";
  return out + "</ul>\n";
}

/// A complete document around the content of its main part: styles inside, nothing loaded, no script.
[[nodiscard]] inline std::string page(std::string_view title, std::string_view content) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  out += "<meta name=\"generator\" content=\"telltale " + std::string(version) + "\">\n";
  out += tag("title", title) + "\n<style>\n";
  out.append(svg::palette()).append(svg::style()).append(style());
  out.append("</style>\n</head>\n<body>\n<main>\n").append(content);
  return out.append("<footer>Made by telltale ").append(version).append(".</footer>\n</main>\n</body>\n</html>\n");
}

}  // namespace telltale::report::html
