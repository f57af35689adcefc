// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace telltale {
namespace detail {

inline constexpr std::array<std::uint64_t, 5> xxh64_primes = {
    0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5};

// Little-endian whatever the machine, so that a hash means the same content everywhere.
template <class Word>
std::uint64_t xxh64_read(const std::byte* from) noexcept {
  Word word;
  std::memcpy(&word, from, sizeof word);
  if constexpr (std::endian::native == std::endian::big)
    word = sizeof word == 8 ? static_cast<Word>(__builtin_bswap64(word))
                            : static_cast<Word>(__builtin_bswap32(static_cast<std::uint32_t>(word)));
  return word;
}

inline std::uint64_t xxh64_round(std::uint64_t lane, std::uint64_t input) noexcept {
  return std::rotl(lane + input * xxh64_primes[1], 31) * xxh64_primes[0];
}

}  // namespace detail

/// XXH64 of a byte sequence: tells whether content changed by accident.
///
/// 64 bits: n different contents collide somewhere with probability about n^2 / 2^65. Not cryptographic: whoever wants
/// two contents with one hash can make them, so it guards against damage and mistakes, not against forgery. Several
/// sequences are hashed as one by handing each hash on as the next `seed`.
/// Cost: one pass, several GB/s.
/// Reference: Collet 2012, "xxHash fast digest algorithm", specification version 0.1.1, section "XXH64".
[[nodiscard]] inline std::uint64_t hash_of(std::span<const std::byte> bytes, std::uint64_t seed = 0) noexcept {
  using detail::xxh64_read, detail::xxh64_round;
  constexpr auto& prime = detail::xxh64_primes;
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t hash = seed + prime[4];
  if (left >= 32) {
    std::uint64_t a = seed + prime[0] + prime[1], b = seed + prime[1], c = seed, d = seed - prime[0];
    for (; left >= 32; left -= 32, at += 32) {
      a = xxh64_round(a, xxh64_read<std::uint64_t>(at));
      b = xxh64_round(b, xxh64_read<std::uint64_t>(at + 8));
      c = xxh64_round(c, xxh64_read<std::uint64_t>(at + 16));
      d = xxh64_round(d, xxh64_read<std::uint64_t>(at + 24));
    }
    hash = std::rotl(a, 1) + std::rotl(b, 7) + std::rotl(c, 12) + std::rotl(d, 18);
    for (const std::uint64_t lane : {a, b, c, d}) hash = (hash ^ xxh64_round(0, lane)) * prime[0] + prime[3];
  }
  hash += bytes.size();
  for (; left >= 8; left -= 8, at += 8)
    hash = std::rotl(hash ^ xxh64_round(0, xxh64_read<std::uint64_t>(at)), 27) * prime[0] + prime[3];
  for (; left >= 4; left -= 4, at += 4)
    hash = std::rotl(hash ^ (xxh64_read<std::uint32_t>(at) * prime[0]), 23) * prime[1] + prime[2];
  for (; left > 0; --left, ++at)
    hash = std::rotl(hash ^ (std::to_integer<std::uint64_t>(*at) * prime[4]), 11) * prime[0];
  hash = (hash ^ (hash >> 33)) * prime[1];
  hash = (hash ^ (hash >> 29)) * prime[2];
  return hash ^ (hash >> 32);
}

/// The same for an array of numbers, as its bytes lie in memory.
template <class Number>
  requires(std::is_arithmetic_v<Number>)
[[nodiscard]] std::uint64_t hash_of(std::span<const Number> values, std::uint64_t seed = 0) noexcept {
  return hash_of(std::as_bytes(values), seed);
}
/// The same of a vector. Not of `std::vector<bool>`, which has no bytes to look at.
template <class Number>
  requires(std::is_arithmetic_v<Number> && !std::is_same_v<Number, bool>)
[[nodiscard]] std::uint64_t hash_of(const std::vector<Number>& values, std::uint64_t seed = 0) noexcept {
  return hash_of(std::as_bytes(std::span<const Number>(values)), seed);
}

/// A hash as 16 hexadecimal digits: JSON readers that hold numbers as doubles would lose its last bits.
[[nodiscard]] inline std::string hash_text(std::uint64_t hash) {
  std::string text(16, '0');
  for (std::size_t i = 16; i-- > 0; hash >>= 4) text[i] = "0123456789abcdef"[hash & 15];
  return text;
}

}  // namespace telltale
