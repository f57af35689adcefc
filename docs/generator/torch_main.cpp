// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0

// telltale_anatomy_torch rewrite|check FILE: what the LibTorch wing says of itself, for telltale_anatomy to read where
// there is no LibTorch.
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "wing_part.hpp"

namespace {

int run(const std::vector<std::string>& words) {
  if (words.size() != 2) throw std::runtime_error("wanted rewrite FILE or check FILE");
  const std::string text = nlohmann::json(generator::wing_part()).dump(1) + "\n";
  if (words[0] == "rewrite") {
    std::ofstream(words[1], std::ios::binary) << text;
    return 0;
  }
  if (words[0] != "check") throw std::runtime_error("'" + words[0] + "' is no task");
  std::ifstream in(words[1], std::ios::binary);
  const std::string stored{std::istreambuf_iterator<char>(in), {}};
  if (stored == text) return 0;
  std::printf("stale: %s\ncmake --build --preset torch --target anatomy_of_the_wing rewrites it\n", words[1].c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) try { return run({argv + 1, argv + argc}); } catch (const std::exception& failure) {
  std::fprintf(stderr, "telltale_anatomy_torch: %s\n", failure.what());
  return 1;
}
