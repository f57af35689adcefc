// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/core/error.hpp>
#include <telltale/report/html.hpp>
#include <telltale/report/json.hpp>
#include <telltale/report/read_json.hpp>
#include <telltale/report/text.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// A report that can be read can be shown, and read again after it was written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace telltale::report;
  try {
    const audit got = parse_report({reinterpret_cast<const char*>(data), size}, "fuzz.json");
    static_cast<void>(parse_report(json_text(to_json(got)), "again.json"));
    if (html_report(got).empty() || text_report(got).empty()) std::abort();
  } catch (const telltale::error&) {
  }
  return 0;
}
