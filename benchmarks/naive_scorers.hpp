// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

/// The loops to beat: one record of k float logits and its true class y, std::exp and std::log in double.
namespace naive {

using scorer = double(const float*, std::size_t, std::size_t);

inline double logsumexp(const float* z, std::size_t k, std::size_t left_out) {
  double top = -std::numeric_limits<double>::infinity(), sum = 0;
  for (std::size_t c = 0; c < k; ++c)
    if (c != left_out) top = std::max(top, double(z[c]));
  for (std::size_t c = 0; c < k; ++c)
    if (c != left_out) sum += std::exp(double(z[c]) - top);
  return top + std::log(sum);
}

inline double logit_margin(const float* z, std::size_t k, std::size_t y) { return double(z[y]) - logsumexp(z, k, y); }

inline double loss(const float* z, std::size_t k, std::size_t y) { return double(z[y]) - logsumexp(z, k, k); }

inline double confidence(const float* z, std::size_t k, std::size_t y) { return std::exp(loss(z, k, y)); }

inline double hinge(const float* z, std::size_t k, std::size_t y) {
  double top = -std::numeric_limits<double>::infinity();
  for (std::size_t c = 0; c < k; ++c)
    if (c != y) top = std::max(top, double(z[c]));
  return double(z[y]) - top;
}

inline double entropy(const float* z, std::size_t k, std::size_t) {
  const double normaliser = logsumexp(z, k, k);
  double sum = 0;
  for (std::size_t c = 0; c < k; ++c) {
    const double log_p = double(z[c]) - normaliser;
    sum += std::exp(log_p) * log_p;
  }
  return sum;
}

inline double modified_entropy(const float* z, std::size_t k, std::size_t y) {
  const double normaliser = logsumexp(z, k, k);
  double sum = 0;
  for (std::size_t c = 0; c < k; ++c) {
    const double log_p = double(z[c]) - normaliser, p = std::exp(log_p);
    sum += c == y ? (1 - p) * log_p : p * std::log(1 - p);
  }
  return sum;
}

inline double correctness(const float* z, std::size_t k, std::size_t y) {
  return double(std::size_t(std::max_element(z, z + k) - z) == y);
}

}  // namespace naive
