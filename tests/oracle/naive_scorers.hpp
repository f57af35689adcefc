// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

/// The scorers as their definitions read, one record at a time, in long double. Rows are logits.
namespace oracle {

using row = std::vector<long double>;

inline long double logsumexp(const row& z, std::size_t left_out) {
  long double top = -std::numeric_limits<long double>::infinity(), sum = 0;
  for (std::size_t c = 0; c < z.size(); ++c)
    if (c != left_out) top = std::max(top, z[c]);
  for (std::size_t c = 0; c < z.size(); ++c)
    if (c != left_out) sum += std::exp(z[c] - top);
  return top + std::log(sum);
}

inline long double logit_margin(const row& z, std::size_t y) { return z[y] - logsumexp(z, y); }

// log p = -log(1 + e^-margin): a softmax in long double would round losses below 1e-19 away.
inline long double loss(const row& z, std::size_t y) {
  const long double m = logit_margin(z, y);
  return m > 0 ? -std::log1p(std::exp(-m)) : m - std::log1p(std::exp(m));
}

inline long double confidence(const row& z, std::size_t y) { return std::exp(loss(z, y)); }

// 1 - p of one class, which is what the others have together.
inline long double complement(const row& z, std::size_t y) {
  return std::exp(logsumexp(z, y) - logsumexp(z, z.size()));
}

inline long double hinge(const row& z, std::size_t y) {
  long double best = -std::numeric_limits<long double>::infinity();
  for (std::size_t c = 0; c < z.size(); ++c)
    if (c != y) best = std::max(best, z[c]);
  return z[y] - best;
}

inline long double entropy(const row& z, std::size_t) {
  long double sum = 0;
  for (std::size_t c = 0; c < z.size(); ++c) sum += std::exp(loss(z, c)) * loss(z, c);
  return sum;
}

inline long double modified_entropy(const row& z, std::size_t y) {
  long double sum = complement(z, y) * loss(z, y);
  for (std::size_t c = 0; c < z.size(); ++c)
    if (c != y) {
      // log(1 - p_c), from whichever of p_c and 1 - p_c is the smaller
      const long double m = logit_margin(z, c);
      sum += std::exp(loss(z, c)) * (m > 0 ? -m + loss(z, c) : std::log1p(-std::exp(loss(z, c))));
    }
  return sum;
}

inline long double correctness(const row& z, std::size_t y) {
  return std::size_t(std::max_element(z.begin(), z.end()) - z.begin()) == y;
}

}  // namespace oracle
