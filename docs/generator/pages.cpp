// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "pages.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include "drawing.hpp"
#include "markdown.hpp"

namespace generator {
namespace {

namespace fs = std::filesystem;

// Sections that every page of a composition has, in this order; others may stand between them.
constexpr std::array<std::string_view, 8> sections{"Anatomy", "Type",          "How it works",  "In code",
                                                   "Cost",    "What it found", "What stops it", "Reference"};
// Pages that are about several compositions at once.
constexpr std::array<std::string_view, 3> overviews{"README", "dataset_properties", "segmentation_defences"};

constexpr std::string_view opens = "<!-- generated: ", ends = " -->", closes = "<!-- /generated -->";

std::string filled(const shown_part& all, const fs::path& file, const std::string& anatomy) {
  const std::string text = text_of(file);
  std::string made;
  std::size_t at = 0;
  for (std::size_t open = text.find(opens); open != std::string::npos; open = text.find(opens, at)) {
    const std::size_t words = open + opens.size(), end = text.find(ends, words), close = text.find(closes, words);
    if (end == std::string::npos || close == std::string::npos)
      throw std::runtime_error(file.string() + ": a generated part is not closed");
    const std::string asked = text.substr(words, end - words);
    // Blank lines, since a table and an image are paragraphs of their own.
    made +=
        text.substr(at, end + ends.size() - at) + "\n\n" + markdown(all, asked, anatomy) + "\n" + std::string(closes);
    at = close + closes.size();
  }
  return made + text.substr(at);
}

std::vector<fs::path> files_in(const fs::path& folder, std::string_view extension) {
  std::vector<fs::path> files;
  if (fs::exists(folder))
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
      if (entry.path().extension() == extension) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

bool is_one_of(const auto& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void check_sections(const fs::path& file, std::vector<std::string>& found) {
  const std::string text = text_of(file), name = file.filename().string();
  std::size_t after = 0;
  for (const std::string_view section : sections) {
    const std::string head = "\n## " + std::string(section) + "\n";
    const std::size_t at = text.find(head, after);
    if (at == std::string::npos) {
      found.push_back(name + ": the section '" + std::string(section) + "' is missing or out of place");
      continue;
    }
    after = at + head.size() - 1;
    const std::size_t next = text.find("\n## ", after);
    const std::string inside = text.substr(after, next == std::string::npos ? next : next - after);
    if (inside.find_first_not_of(" \n") == std::string::npos)
      found.push_back(name + ": the section '" + std::string(section) + "' is empty");
    const std::string stem = file.stem().string();
    if (section == "Anatomy" && inside.find(std::string(opens) + "anatomy " + stem + " -->") == std::string::npos)
      found.push_back(name + ": its anatomy is not generated");
    if (section == "Type" && inside.find(std::string(opens) + "type " + stem + " -->") == std::string::npos)
      found.push_back(name + ": its type is not generated");
    if (section == "In code" && inside.find("<!-- from ") == std::string::npos)
      found.push_back(name + ": its code comes from no file");
  }
}

// Aliases that the LibTorch wing publishes: `using NAME =` at the start of a line, but for alias templates.
std::vector<std::string> published_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const fs::path& header : files_in(folder, ".hpp")) {
    std::istringstream lines(text_of(header));
    bool of_template = false;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("using ") && line.find(" =") != std::string::npos && !of_template)
        names.push_back("published::" + line.substr(6, line.find(" =") - 6));
      of_template = line.starts_with("template ");
    }
  }
  return names;
}

// The catalogue lists the core's; the wing's own compositions are in no list but that of these pages.
void check_wing(const shown_part& all, const fs::path& root, std::vector<std::string>& found) {
  std::vector<std::string> shown;
  for (const shown_attack& attack : all.attacks) shown.push_back(attack.alias);
  for (const shown_defence& defence : all.defences) shown.push_back(defence.type);
  for (const std::string& name : published_in(root / "include" / "telltale" / "torch" / "published"))
    if (!is_one_of(shown, name)) found.push_back(name + ": the wing publishes it, and no page shows it");
}

}  // namespace

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(file.string() + ": cannot be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

std::map<fs::path, std::string> wanted(const shown_part& all, const fs::path& root) {
  const fs::path folder = root / "docs" / "anatomy";
  std::map<fs::path, std::string> files;
  files[root / "README.md"] = filled(all, root / "README.md", "docs/anatomy/");
  for (const fs::path& page : files_in(folder, ".md")) files[page] = filled(all, page, "");
  for (const std::string& page : pages_of(all)) {
    const page_parts entries = parts_of(all, page);
    files[folder / "drawings" / (page + ".svg")] =
        entries.attacks.empty() ? drawing(entries.defences.front()) : drawing(entries.attacks.front());
  }
  return files;
}

std::vector<std::string> faults(const shown_part& all, const fs::path& root) {
  const fs::path folder = root / "docs" / "anatomy";
  const std::vector<std::string> pages = pages_of(all);
  std::vector<std::string> found;
  for (const std::string& page : pages) {
    const fs::path file = folder / (page + ".md");
    if (fs::exists(file))
      check_sections(file, found);
    else
      found.push_back(page + ".md: what is published under it has no page");
  }
  for (const fs::path& file : files_in(folder, ".md"))
    if (!is_one_of(pages, file.stem().string()) && !is_one_of(overviews, file.stem().string()))
      found.push_back(file.filename().string() + ": a page of nothing that is published");
  for (const fs::path& file : files_in(folder / "drawings", ".svg"))
    if (!is_one_of(pages, file.stem().string()))
      found.push_back("drawings/" + file.filename().string() + ": a drawing of nothing that is published");
  check_wing(all, root, found);
  if (text_of(root / "README.md").find(std::string(opens) + "index" + std::string(ends)) == std::string::npos)
    found.push_back("README.md: it has no generated index");
  return found;
}

}  // namespace generator
