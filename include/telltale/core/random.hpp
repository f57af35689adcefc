// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>

namespace telltale {

/// The counter-based generator Philox4x32-10: a pure function of (seed, stream, index).
///
/// Because no state is carried, the number drawn for record i of model m does not depend on who drew the others, on the
/// number of threads or on the order of work. The seed is the key; the stream is the high and the index the low half of
/// the 128-bit counter.
/// Cost: about 10 ns a block of four 32-bit words. Not cryptographic: do not use it for the noise of a released model.
/// Reference: Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3.
struct philox {
  using block = std::array<std::uint32_t, 4>;  ///< what one counter gives

  /// The block of (seed, stream, index).
  [[nodiscard]] static constexpr block at(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) noexcept {
    return rounds({static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32),
                   static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32)},
                  static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32));
  }

  /// The bare bijection, for known-answer tests.
  [[nodiscard]] static constexpr block rounds(block c, std::uint32_t key0, std::uint32_t key1) noexcept {
    for (int round = 0; round < 10; ++round) {
      const std::uint64_t a = std::uint64_t{0xD2511F53} * c[0], b = std::uint64_t{0xCD9E8D57} * c[2];
      c = {static_cast<std::uint32_t>(b >> 32) ^ c[1] ^ key0, static_cast<std::uint32_t>(b),
           static_cast<std::uint32_t>(a >> 32) ^ c[3] ^ key1, static_cast<std::uint32_t>(a)};
      key0 += 0x9E3779B9;
      key1 += 0xBB67AE85;
    }
    return c;
  }
};

/// A stream of random numbers that starts at index 0 of (seed, stream). Satisfies uniform_random_bit_generator.
///
/// Uniforms have 53 bits, normals are Box-Muller, bounded integers are unbiased (Lemire 2019), and all three give the
/// same values with every standard library, which std::normal_distribution does not.
class random_stream {
 public:
  using result_type = std::uint64_t;  ///< 64 random bits a call

  /// The stream `stream` of a seed, from its beginning: two streams of one seed share no block.
  explicit constexpr random_stream(std::uint64_t seed, std::uint64_t stream = 0) noexcept
      : seed_(seed), stream_(stream) {}

  /// The least that a call gives: 0.
  [[nodiscard]] static constexpr result_type min() noexcept { return 0; }
  /// The most that a call gives: 2^64 - 1.
  [[nodiscard]] static constexpr result_type max() noexcept { return std::numeric_limits<result_type>::max(); }

  constexpr result_type operator()() noexcept {
    if (left_ == 0) {
      block_ = philox::at(seed_, stream_, index_++);
      left_ = 2;
    }
    --left_;
    const std::size_t word = left_ == 1 ? 0 : 2;
    return (std::uint64_t{block_[word + 1]} << 32) | block_[word];
  }

  /// Uniform in [0, 1).
  constexpr double uniform() noexcept { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }

  /// Standard normal.
  double normal() noexcept {
    if (has_spare_) {
      has_spare_ = false;
      return spare_;
    }
    const double radius = std::sqrt(-2 * std::log(1 - uniform())), angle = 2 * std::numbers::pi * uniform();
    spare_ = radius * std::sin(angle);
    has_spare_ = true;
    return radius * std::cos(angle);
  }

  /// Uniform in {0, ..., bound - 1}; throws argument_error when bound is 0.
  std::uint64_t below(std::uint64_t bound) {
    if (bound == 0) detail::refuse("random_stream::below", "bound", "is 0; wanted at least 1");
    __extension__ using wide = unsigned __int128;
    wide product = static_cast<wide>((*this)()) * bound;
    if (static_cast<std::uint64_t>(product) < bound) {
      const std::uint64_t biased = (0 - bound) % bound;
      while (static_cast<std::uint64_t>(product) < biased) product = static_cast<wide>((*this)()) * bound;
    }
    return static_cast<std::uint64_t>(product >> 64);
  }

  /// Shuffles in place (Fisher-Yates from the back).
  template <class Sequence>
  void shuffle(Sequence& sequence) {
    for (std::size_t i = sequence.size(); i > 1; --i) std::swap(sequence[i - 1], sequence[below(i)]);
  }

  /// `count` distinct numbers of {0, ..., n - 1} in random order; throws argument_error when count > n. Cost: O(n),
  /// whatever the count.
  std::vector<std::uint32_t> choose(std::size_t count, std::size_t n) {
    if (count > n)
      detail::refuse("random_stream::choose", "count",
                     "is " + std::to_string(count) + "; wanted at most " + std::to_string(n));
    std::vector<std::uint32_t> all(n);
    for (std::size_t i = 0; i < n; ++i) all[i] = static_cast<std::uint32_t>(i);
    for (std::size_t i = 0; i < count; ++i) std::swap(all[i], all[i + below(n - i)]);
    all.resize(count);
    return all;
  }

 private:
  std::uint64_t seed_, stream_, index_ = 0;
  philox::block block_{};
  int left_ = 0;
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace telltale
