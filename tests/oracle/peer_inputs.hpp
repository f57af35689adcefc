// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "oracle/shadow_statistics.hpp"

// The arrays that benchmarks/peers/recording.py hands to every peer, made the same way. Sums of them are recorded too.
namespace oracle {

inline std::uint64_t peer_number(std::uint64_t model, std::uint64_t record, std::uint64_t query) {
  std::uint64_t x = (model + 1) * 7919 + (record + 1) * 104729 + (query + 1) * 611953;
  for (int i = 0; i < 3; ++i) x = (x * x + 12345) % 2147483647;
  return x % 10007;
}

inline shadow_scores<double> peer_shadows(std::size_t models, std::size_t records, std::size_t width) {
  shadow_scores<double> shadow;
  shadow.width = width;
  shadow.keep.assign(models, std::vector<std::uint8_t>(records));
  shadow.scores.assign(models, std::vector<double>(records * width));
  for (std::size_t m = 0; m < models; ++m)
    for (std::size_t i = 0; i < records; ++i) shadow.keep[m][i] = peer_number(m, i, 9) % 8 < 2 + i % 5;
  for (std::size_t i = 0; i < records; ++i)
    for (std::size_t k = 0; k < 4; ++k) shadow.keep[(i + k) % models][i] = k % 2;
  for (std::size_t m = 0; m < models; ++m)
    for (std::size_t i = 0; i < records; ++i)
      for (std::size_t q = 0; q < width; ++q)
        shadow.scores[m][i * width + q] =
            static_cast<double>(peer_number(m, i, q)) / 1000.0 + 2.0 * static_cast<double>(shadow.keep[m][i]);
  return shadow;
}

inline std::vector<double> peer_targets(std::size_t records, std::size_t width) {
  std::vector<double> target;
  for (std::size_t i = 0; i < records; ++i)
    for (std::size_t q = 0; q < width; ++q) target.push_back(static_cast<double>(peer_number(999, i, q)) / 800.0);
  return target;
}

/// In (0, 1], for rules of probabilities.
inline std::vector<double> peer_probabilities(std::vector<double> scores) {
  for (double& s : scores) s = (s + 1.0) / 16.0;
  return scores;
}

inline double sum_of_inputs(const shadow_scores<double>& shadow, const std::vector<double>& target) {
  double sum = 0;
  for (const auto& row : shadow.scores)
    for (const double s : row) sum += s;
  for (const double t : target) sum += t;
  for (const auto& row : shadow.keep)
    for (const std::uint8_t k : row) sum += k;
  return sum;
}

}  // namespace oracle
