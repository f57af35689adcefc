// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/core/error.hpp>
#include <telltale/images/captions.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto pairs = telltale::images::parse_captions({reinterpret_cast<const char*>(data), size}, "captions.csv");
    if (pairs.empty()) std::abort();
    for (const telltale::images::captioned_file& pair : pairs)
      if (pair.caption.empty() || pair.file.empty() || pair.file.front() == '/') std::abort();
  } catch (const telltale::file_error&) {
  }
  return 0;
}
