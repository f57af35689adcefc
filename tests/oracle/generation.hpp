// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

// The scores of a text-to-image generator one pair at a time, as they are written on paper, in long double.
namespace oracle {

using numbers = std::vector<double>;

inline long double squared_distance(const numbers& a, const numbers& b) {
  long double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += ((long double)(a[k]) - b[k]) * ((long double)(a[k]) - b[k]);
  return sum;
}

inline long double absolute_distance(const numbers& a, const numbers& b) {
  long double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += std::abs((long double)(a[k]) - b[k]);
  return sum;
}

inline long double product(const numbers& a, const numbers& b) {
  long double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += (long double)(a[k]) * b[k];
  return sum;
}

inline long double cosine(const numbers& a, const numbers& b) {
  return product(a, b) / std::sqrt(product(a, a)) / std::sqrt(product(b, b));
}

inline numbers mean_of(const std::vector<numbers>& rows) {
  numbers mean(rows[0].size());
  for (std::size_t k = 0; k < mean.size(); ++k) {
    long double sum = 0;
    for (const numbers& row : rows) sum += row[k];
    mean[k] = double(sum / (long double)(rows.size()));
  }
  return mean;
}

/// The mean squared distance of all ordered pairs, halved: the mean squared distance to the mean, without the mean.
inline long double squared_deviation(const std::vector<numbers>& rows) {
  long double sum = 0;
  for (const numbers& a : rows)
    for (const numbers& b : rows) sum += squared_distance(a, b);
  return sum / 2 / (long double)(rows.size() * rows.size());
}

/// Every 7 x 7 window by itself, its variances about its own means.
inline long double structural_similarity(const numbers& a, const numbers& b, std::size_t channels, std::size_t height,
                                         std::size_t width, long double range) {
  const long double c1 = 0.01L * range * 0.01L * range, c2 = 0.03L * range * 0.03L * range;
  long double total = 0;
  std::size_t windows = 0;
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t top = 0; top + 7 <= height; ++top)
      for (std::size_t left = 0; left + 7 <= width; ++left, ++windows) {
        std::vector<long double> x, y;
        for (std::size_t i = 0; i < 49; ++i) {
          const std::size_t at = (c * height + top + i / 7) * width + left + i % 7;
          x.push_back(a[at]);
          y.push_back(b[at]);
        }
        long double mx = 0, my = 0, vx = 0, vy = 0, both = 0;
        for (std::size_t i = 0; i < 49; ++i) {
          mx += x[i] / 49;
          my += y[i] / 49;
        }
        for (std::size_t i = 0; i < 49; ++i) {
          vx += (x[i] - mx) * (x[i] - mx) / 48;
          vy += (y[i] - my) * (y[i] - my) / 48;
          both += (x[i] - mx) * (y[i] - my) / 48;
        }
        total += (2 * mx * my + c1) * (2 * both + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2));
      }
  return total / (long double)(windows);
}

inline long double neighbour_difference(const numbers& picture, std::size_t channels, std::size_t height,
                                        std::size_t width) {
  long double sum = 0;
  std::size_t pairs = 0;
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t y = 0; y < height; ++y)
      for (std::size_t x = 0; x < width; ++x) {
        const auto at = [&](std::size_t line, std::size_t column) -> long double {
          return picture[(c * height + line) * width + column];
        };
        if (x + 1 < width) {
          sum += std::abs(at(y, x) - at(y, x + 1));
          ++pairs;
        }
        if (y + 1 < height) {
          sum += std::abs(at(y, x) - at(y + 1, x));
          ++pairs;
        }
      }
  return sum / (long double)(pairs);
}

}  // namespace oracle
