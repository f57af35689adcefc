// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/core/error.hpp>
#include <telltale/io/nifti.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const telltale::io::nifti_array array = telltale::io::parse_nifti(std::as_bytes(std::span(data, size)), "fuzz.nii");
    if (array.to_vector<double>().size() != array.size()) std::abort();
    if (array.to_vector<std::uint8_t>().size() != array.size()) std::abort();
  } catch (const telltale::file_error&) {
  }
  return 0;
}
