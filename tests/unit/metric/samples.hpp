// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <telltale/core/membership.hpp>
#include <telltale/core/random.hpp>

namespace samples {

using telltale::membership;

struct sample {
  std::vector<double> scores;
  std::vector<membership> member;

  void add(double score, bool in) {
    scores.push_back(score);
    member.push_back(in ? membership::in : membership::out);
  }
};

/// A sample of one of four kinds: continuous, tied (five values), extreme doubles, nearly equal doubles.
inline sample any(std::uint64_t stream, std::size_t n) {
  telltale::random_stream random(11, stream);
  constexpr double tiny = std::numeric_limits<double>::denorm_min(), huge = std::numeric_limits<double>::max();
  const double extremes[] = {-0.0, 0.0, tiny, -tiny, huge, -huge, std::numeric_limits<double>::min(), 1.0, -1.0};
  sample result;
  for (std::size_t i = 0; i < n; ++i) {
    const bool in = i == 0 || (i > 1 && random.below(3) == 0);  // both classes, of different sizes
    double score = random.normal() + (in ? 0.7 : 0.0);
    if (stream % 4 == 1) score = std::floor(score);
    if (stream % 4 == 2) score = extremes[random.below(9)];
    if (stream % 4 == 3) score = 1 + static_cast<double>(random.below(40)) * std::numeric_limits<double>::epsilon();
    result.add(score, in);
  }
  return result;
}

/// Normal scores, members shifted by `shift`.
inline std::vector<double> normal(telltale::random_stream& random, std::size_t n, double shift) {
  std::vector<double> scores(n);
  for (double& score : scores) score = random.normal() + shift;
  return scores;
}

}  // namespace samples
