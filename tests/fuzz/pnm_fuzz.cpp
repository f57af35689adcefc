// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/core/error.hpp>
#include <telltale/images/pnm.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const telltale::images::rgb_image image =
        telltale::images::parse_pnm(std::as_bytes(std::span(data, size)), "fuzz.ppm");
    // A pixel takes at least a byte of the file, whatever its header says.
    if (image.height() * image.width() > size) std::abort();
  } catch (const telltale::file_error&) {
  }
  return 0;
}
