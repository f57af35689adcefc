// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/campaign/hash.hpp>

#include <doctest/doctest.h>

using telltale::hash_of;
using telltale::hash_text;

namespace {
std::uint64_t of(std::string_view text, std::uint64_t seed = 0) {
  return hash_of(std::as_bytes(std::span<const char>(text)), seed);
}
}  // namespace

TEST_CASE("hashes are those of the reference implementation") {
  // Origin: XXH64 of libxxhash 0.8.1.
  CHECK(of("") == 0xef46db3751d8e999);
  CHECK(of("a") == 0xd24ec4f1a98c6e5b);
  CHECK(of("abc") == 0x44bc2cf5ad770999);
  CHECK(of("xxhash") == 0x32dd38952c4bc720);
  CHECK(of("xxhash", 20141025) == 0xb559b98d844e0635);
  CHECK(of("Nobody inspects the spammish repetition") == 0xfbcea83c8a378bf1);
}

TEST_CASE("hashes of every length to 299 are those of the reference implementation") {
  // Origin: libxxhash 0.8.1, each length's hash being the seed of the next.
  std::vector<std::byte> bytes;
  for (unsigned i = 0; i < 300; ++i) bytes.push_back(static_cast<std::byte>((i * i * 7 + i) & 255));
  std::uint64_t hash = 0;
  for (std::size_t length = 0; length < 300; ++length)
    hash = hash_of(std::span<const std::byte>(bytes).first(length), hash);
  CHECK(hash == 0xc4d757353a7565df);
}

TEST_CASE("arrays hash as their bytes and every bit counts") {
  std::vector<float> values(100, 1.5F);
  const auto before = hash_of(values);
  CHECK(before == hash_of(std::span<const float>(values)));
  CHECK(before == hash_of(std::as_bytes(std::span<const float>(values))));
  values[99] = -values[99];
  CHECK(hash_of(values) != before);
}

TEST_CASE("a hash is written as 16 digits") {
  CHECK(hash_text(0) == "0000000000000000");
  CHECK(hash_text(0x0123456789abcdef) == "0123456789abcdef");
}
