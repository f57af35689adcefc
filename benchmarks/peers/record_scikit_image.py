# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Records scikit-image's structural similarity of pairs of pictures:

    python3 benchmarks/peers/record_scikit_image.py > tests/oracle/scikit_image.hpp

Pixels come from a linear congruential generator that the header writes out in C++, so that it holds no picture.
"""
import numpy as np
import skimage
from skimage.metrics import structural_similarity


def noise(count, seed):
    """Whole numbers from 0 to 255."""
    values, state = np.empty(count), seed
    for k in range(count):
        state = (1103515245 * state + 12345) % 2**31
        values[k] = (state >> 16) % 256
    return values


def pair(channels, height, width, share, seed):
    """A picture that is a slope with noise, and one that has `share` of it and noise for the rest; 0 to 255."""
    count = channels * height * width
    slope = (np.arange(count) % (height * width)) * (255 / (height * width - 1))
    first = (slope + noise(count, seed)) / 2
    second = share * first + (1 - share) * noise(count, seed + 1)
    return first.reshape(channels, height, width), second.reshape(channels, height, width)


def similarity(first, second, value_range):
    return structural_similarity(first, second, win_size=7, gaussian_weights=False, channel_axis=0,
                                 data_range=value_range)


rows = []
for channels, height, width, share, seed in [(3, 32, 32, 0.9, 1), (3, 32, 32, 0.5, 2), (3, 32, 32, 0, 3),
                                             (1, 7, 7, 0.75, 4), (3, 8, 13, 0.75, 5), (2, 16, 9, 1, 6)]:
    first, second = pair(channels, height, width, share, seed)
    for value_range in (255.0, 2.0, 1.0):
        scale = 1 / 127.5 if value_range == 2.0 else 1 / 255 if value_range == 1.0 else 1.0
        shift = -1.0 if value_range == 2.0 else 0.0
        value = similarity(first * scale + shift, second * scale + shift, value_range)
        rows.append(f"    {{{channels}, {height}, {width}, {share!r}, {seed}, {value_range!r}, {scale!r}, {shift!r}, "
                    f"{float(value)!r}}},")
inverted = pair(3, 16, 16, 1, 7)[0]
negative = float(similarity(inverted, 255 - inverted, 255.0))
flat = float(similarity(np.full((1, 8, 8), 10.0), np.full((1, 8, 8), 200.0), 255.0))
rows = "\n".join(rows)

print(f"""// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// clang-format off
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

// Recorded by benchmarks/peers/record_scikit_image.py from scikit-image {skimage.__version__}:
// structural_similarity(win_size=7, gaussian_weights=False, channel_axis=0).
namespace oracle::scikit_image {{

/// Whole numbers from 0 to 255.
inline std::vector<double> noise(std::size_t count, std::uint64_t state) {{
  std::vector<double> values(count);
  for (double& value : values) {{
    state = (1103515245 * state + 12345) % (std::uint64_t{{1}} << 31);
    value = static_cast<double>((state >> 16) % 256);
  }}
  return values;
}}

/// A picture that is a slope with noise, and one that has `share` of it and noise for the rest; 0 to 255.
inline std::pair<std::vector<double>, std::vector<double>> pair_of(std::size_t channels, std::size_t height,
                                                                   std::size_t width, double share,
                                                                   std::uint64_t seed) {{
  const std::size_t pixels = height * width, count = channels * pixels;
  std::vector<double> first = noise(count, seed), second = noise(count, seed + 1);
  for (std::size_t k = 0; k < count; ++k) {{
    first[k] = (static_cast<double>(k % pixels) * (255 / static_cast<double>(pixels - 1)) + first[k]) / 2;
    second[k] = share * first[k] + (1 - share) * second[k];
  }}
  return {{first, second}};
}}

/// The pixels are scale * (0 ... 255) + shift.
struct similarity {{
  std::size_t channels, height, width;
  double share;
  std::uint64_t seed;
  double range, scale, shift, value;
}};
inline const std::vector<similarity> similarities{{
{rows}
}};

/// The first picture of pair_of(3, 16, 16, 1, 7) and its negative.
inline constexpr double of_a_negative = {negative!r};
/// 8 x 8 pixels of 10 and 8 x 8 pixels of 200.
inline constexpr double of_flat_pictures = {flat!r};

}}  // namespace oracle::scikit_image
// clang-format on""")
