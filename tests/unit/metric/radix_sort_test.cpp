// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

#include <telltale/core/random.hpp>
#include <telltale/metric/radix_sort.hpp>

#include <doctest/doctest.h>

using telltale::random_stream;
using namespace telltale::detail;

TEST_CASE("the key reverses the order of doubles and is its own inverse") {
  constexpr double huge = std::numeric_limits<double>::max(), tiny = std::numeric_limits<double>::denorm_min();
  const double ascending[] = {-huge, -1.0, -tiny, 0.0, tiny, 1.0, huge};
  for (std::size_t i = 0; i < 7; ++i) {
    CHECK(from_descending_key(descending_key(ascending[i])) == ascending[i]);
    CHECK(descending_key(ascending[i]) < key_after_all);
    if (i > 0) CHECK(descending_key(ascending[i]) < descending_key(ascending[i - 1]));
  }
  CHECK(descending_key(-0.0) == descending_key(0.0));
}

TEST_CASE("radix sort gives what std::sort gives") {
  random_stream random(2);
  // Masks choose which bits vary: all, few high ones, few low ones, 44 exactly, 45, both ends, none.
  const std::uint64_t masks[] = {~std::uint64_t{0},     0xFFF0'0000'0000'0000, 0x3F,
                                 0x0FFF'FFFF'FFFF,      0x1FFF'FFFF'FFFF,      0xF000'0000'0000'000F,
                                 0x8000'0000'0000'0000, 0x0000'0700'0000'0001, 0};
  for (const std::uint64_t mask : masks)
    for (const std::size_t n : {0u, 1u, 2u, 2999u, 3000u, 20000u}) {
      CAPTURE(mask);
      CAPTURE(n);
      raw_vector<std::uint64_t> keys(n), scratch;
      for (auto& key : keys) key = (random() & mask) | (0x1234'5678'9ABC'DEF0 & ~mask);
      auto expected = keys;
      std::sort(expected.begin(), expected.end());
      radix_sort(keys, scratch);
      CHECK(keys == expected);
    }
}
