// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include <ATen/Parallel.h>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>

namespace telltale {

namespace req {
template <class Source>
concept fills_words_with_random_bits =
    requires(const Source& source, std::span<std::uint64_t> words, std::uint64_t number) {
      { source.fill(words, number, number) } -> std::same_as<void>;
      { Source::draws } -> std::convertible_to<int>;
    };
}  // namespace req

/// Where the random bits of DP-SGD come from.
///
/// Required: `fill(words, step, part)`, which fills words of 64 bits for one part (the batch, or a parameter) of one
/// step; and `draws`, how many normals make one number of the noise.
template <class Candidate>
concept RandomSource = req::fills_words_with_random_bits<Candidate>;

namespace random_source {

/// Bits that a seed repeats, whatever the number of threads: for experiments. Whoever knows the seed can take the noise
/// away again, so no model that is released may be trained with it.
///
/// Every (step, part) has its own stream of Philox. Cost: about 10 ns a word.
struct seeded {
  static constexpr std::string_view name = "seeded";
  static constexpr int draws = 1;

  std::uint64_t seed = 1;  ///< what the bits are a function of, with step and part

  void fill(std::span<std::uint64_t> words, std::uint64_t step, std::uint64_t part) const {
    // A key of its own, so that no stream is one of the plan's, of training's or of another use of the seed.
    const philox::block key = philox::at(seed, 0x64707367, 0);
    const std::uint64_t own = std::uint64_t{key[1]} << 32 | key[0], stream = step << 24 | part;
    const auto blocks = static_cast<std::int64_t>((words.size() + 1) / 2);
    at::parallel_for(0, blocks, 1 << 14, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t i = first; i < last; ++i) {
        const philox::block block = philox::at(own, stream, static_cast<std::uint64_t>(i));
        const auto at_ = static_cast<std::size_t>(2 * i);
        words[at_] = std::uint64_t{block[1]} << 32 | block[0];
        if (at_ + 1 < words.size()) words[at_ + 1] = std::uint64_t{block[3]} << 32 | block[2];
      }
    });
  }
};

/// Bits of the operating system's cryptographic generator: nobody can repeat them, for models that are released.
///
/// Four normals make one number of the noise, so that the grid of floating-point numbers on which a single one lies
/// does not give the sum away that it hides; that mends the attack known on the generator, not floating-point addition
/// as such. Cost: about 50 ns a word. Throws error where the system has no generator.
/// Reference: Mironov 2012, "On significance of the least significant bits for differential privacy"; Holohan and
/// Braghin 2021, "Secure random sampling in differential privacy", for the four draws.
struct secure {
  static constexpr std::string_view name = "secure";
  static constexpr int draws = 4;

  void fill(std::span<std::uint64_t> words, std::uint64_t, std::uint64_t) const {
    constexpr std::size_t most = 256 / sizeof(std::uint64_t);  // bytes that one call may ask for
    for (std::size_t first = 0; first < words.size(); first += most) {
      const std::span<std::uint64_t> piece = words.subspan(first, std::min(most, words.size() - first));
      if (::getentropy(piece.data(), piece.size_bytes()) != 0)
        throw error("random_source::secure: the system's generator fails: " + std::string(std::strerror(errno)));
    }
  }
};

}  // namespace random_source
}  // namespace telltale
