// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/core/error.hpp>
#include <telltale/images/emoji_names.hpp>
#include <telltale/images/emoji_roles.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace telltale::images;
  try {
    const auto entries = parse_emoji_names({reinterpret_cast<const char*>(data), size}, "names.txt");
    for (const emoji_entry& entry : entries)
      if (entry.name.empty() || entry.code_points.empty()) std::abort();
    for (const emoji_role& role : emoji_roles(entries))
      if (role.pictures.size() != 18) std::abort();
  } catch (const telltale::file_error&) {
  }
  return 0;
}
