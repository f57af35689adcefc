// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// clang-format off
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

// Recorded by benchmarks/peers/record_scikit_image.py from scikit-image 0.26.0:
// structural_similarity(win_size=7, gaussian_weights=False, channel_axis=0).
namespace oracle::scikit_image {

/// Whole numbers from 0 to 255.
inline std::vector<double> noise(std::size_t count, std::uint64_t state) {
  std::vector<double> values(count);
  for (double& value : values) {
    state = (1103515245 * state + 12345) % (std::uint64_t{1} << 31);
    value = static_cast<double>((state >> 16) % 256);
  }
  return values;
}

/// A picture that is a slope with noise, and one that has `share` of it and noise for the rest; 0 to 255.
inline std::pair<std::vector<double>, std::vector<double>> pair_of(std::size_t channels, std::size_t height,
                                                                   std::size_t width, double share,
                                                                   std::uint64_t seed) {
  const std::size_t pixels = height * width, count = channels * pixels;
  std::vector<double> first = noise(count, seed), second = noise(count, seed + 1);
  for (std::size_t k = 0; k < count; ++k) {
    first[k] = (static_cast<double>(k % pixels) * (255 / static_cast<double>(pixels - 1)) + first[k]) / 2;
    second[k] = share * first[k] + (1 - share) * second[k];
  }
  return {first, second};
}

/// The pixels are scale * (0 ... 255) + shift.
struct similarity {
  std::size_t channels, height, width;
  double share;
  std::uint64_t seed;
  double range, scale, shift, value;
};
inline const std::vector<similarity> similarities{
    {3, 32, 32, 0.9, 1, 255.0, 1.0, 0.0, 0.9741960927156968},
    {3, 32, 32, 0.9, 1, 2.0, 0.00784313725490196, -1.0, 0.9606796982557665},
    {3, 32, 32, 0.9, 1, 1.0, 0.00392156862745098, 0.0, 0.9741960927156975},
    {3, 32, 32, 0.5, 2, 255.0, 1.0, 0.0, 0.45541080763734554},
    {3, 32, 32, 0.5, 2, 2.0, 0.00784313725490196, -1.0, 0.3095440370091324},
    {3, 32, 32, 0.5, 2, 1.0, 0.00392156862745098, 0.0, 0.4554108076373488},
    {3, 32, 32, 0, 3, 255.0, 1.0, 0.0, -0.029992881079815945},
    {3, 32, 32, 0, 3, 2.0, 0.00784313725490196, -1.0, 0.0004268080348387669},
    {3, 32, 32, 0, 3, 1.0, 0.00392156862745098, 0.0, -0.029992881079816926},
    {1, 7, 7, 0.75, 4, 255.0, 1.0, 0.0, 0.8842633274578731},
    {1, 7, 7, 0.75, 4, 2.0, 0.00784313725490196, -1.0, 0.8512399258955843},
    {1, 7, 7, 0.75, 4, 1.0, 0.00392156862745098, 0.0, 0.8842633274578698},
    {3, 8, 13, 0.75, 5, 255.0, 1.0, 0.0, 0.8576999221629807},
    {3, 8, 13, 0.75, 5, 2.0, 0.00784313725490196, -1.0, 0.7564774292769928},
    {3, 8, 13, 0.75, 5, 1.0, 0.00392156862745098, 0.0, 0.8576999221629809},
    {2, 16, 9, 1, 6, 255.0, 1.0, 0.0, 1.0},
    {2, 16, 9, 1, 6, 2.0, 0.00784313725490196, -1.0, 1.0},
    {2, 16, 9, 1, 6, 1.0, 0.00392156862745098, 0.0, 1.0},
};

/// The first picture of pair_of(3, 16, 16, 1, 7) and its negative.
inline constexpr double of_a_negative = -0.8934297850420799;
/// 8 x 8 pixels of 10 and 8 x 8 pixels of 200.
inline constexpr double of_flat_pictures = 0.09989658160793252;

}  // namespace oracle::scikit_image
// clang-format on
