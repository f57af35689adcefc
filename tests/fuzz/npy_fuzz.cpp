// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/core/error.hpp>
#include <telltale/io/npy.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

namespace {

template <class Scalar>
void convert(const telltale::io::npy_array& array) {
  try {
    const std::vector<Scalar> values = array.to_vector<Scalar>();
    if (values.size() != array.size()) std::abort();
    if (array.holds<Scalar>() && array.view<Scalar>().size() != array.size()) std::abort();
  } catch (const telltale::file_error&) {
    // A value that has no counterpart; anything else that is thrown ends the run.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const telltale::io::npy_array array = telltale::io::parse_npy(std::as_bytes(std::span(data, size)), "fuzz.npy");
    convert<double>(array);
    convert<float>(array);
    convert<long double>(array);
    convert<std::uint8_t>(array);
    convert<std::int64_t>(array);
  } catch (const telltale::file_error&) {
  }
  return 0;
}
