// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0

// telltale_anatomy print ROOT WORDS...: one generated part, as it stands in the README.
// telltale_anatomy rewrite ROOT: fills the generated parts of README.md and docs/anatomy/, and draws the drawings.
// telltale_anatomy check ROOT: fails with a list of what is stale or missing.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core_part.hpp"
#include "markdown.hpp"
#include "pages.hpp"

namespace {

namespace fs = std::filesystem;

int run(const std::vector<std::string>& words) {
  if (words.size() < 2) throw std::runtime_error("wanted print ROOT WORDS..., rewrite ROOT or check ROOT");
  const std::string& task = words[0];
  const fs::path root = words[1];
  const auto wing = nlohmann::json::parse(generator::text_of(root / "docs/generator/torch_wing.json"));
  const generator::shown_part all = generator::joined(generator::core_part(), wing.get<generator::shown_part>());
  if (task == "print") {
    const std::vector<std::string> asked(words.begin() + 2, words.end());
    std::fputs(generator::markdown(all, generator::listed(asked, " "), "docs/anatomy/").c_str(), stdout);
    return 0;
  }
  if (task != "rewrite" && task != "check") throw std::runtime_error("'" + task + "' is no task");
  std::size_t wrong = 0;
  for (const auto& [file, text] : generator::wanted(all, root)) {
    if (fs::exists(file) && generator::text_of(file) == text) continue;
    if (task == "rewrite") {
      fs::create_directories(file.parent_path());
      std::ofstream(file, std::ios::binary) << text;
      std::printf("written: %s\n", file.c_str());
    } else {
      std::printf("stale: %s\n", file.c_str());
      ++wrong;
    }
  }
  for (const std::string& fault : generator::faults(all, root)) {
    std::printf("%s\n", fault.c_str());
    ++wrong;
  }
  if (wrong > 0) std::puts("cmake --build --preset dev --target anatomy_pages rewrites what is generated");
  return wrong == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) try { return run({argv + 1, argv + argc}); } catch (const std::exception& failure) {
  std::fprintf(stderr, "telltale_anatomy: %s\n", failure.what());
  return 1;
}
