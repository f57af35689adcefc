// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace oracle {

/// Scores and masks of shadow models as plain vectors: scores[model][record * width + query].
template <class Scalar>
struct shadow_scores {
  std::vector<std::vector<Scalar>> scores;
  std::vector<std::vector<std::uint8_t>> keep;
  std::size_t width = 1;

  [[nodiscard]] std::size_t records() const { return keep.at(0).size(); }

  /// The scores of one record and query under the models that saw it (1) or did not (0).
  [[nodiscard]] std::vector<long double> side(std::size_t record, std::size_t query, std::uint8_t in) const {
    std::vector<long double> found;
    for (std::size_t m = 0; m < scores.size(); ++m)
      if (keep[m][record] == in) found.push_back(static_cast<long double>(scores[m][record * width + query]));
    return found;
  }
};

inline long double mean(const std::vector<long double>& values) {
  long double sum = 0;
  for (const long double v : values) sum += v;
  return sum / static_cast<long double>(values.size());
}

inline long double median(std::vector<long double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

inline long double squares_about(const std::vector<long double>& values, long double centre) {
  long double sum = 0;
  for (const long double v : values) sum += (v - centre) * (v - centre);
  return sum;
}

/// Population standard deviation: squares over n.
inline long double deviation(const std::vector<long double>& values) {
  return std::sqrt(squares_about(values, mean(values)) / static_cast<long double>(values.size()));
}

inline long double log_normal(long double x, long double centre, long double spread) {
  const long double z = (x - centre) / spread;
  return -z * z / 2 - std::log(spread) - std::log(2 * std::acos(-1.0L)) / 2;
}

/// -log(1 - Phi(z)) in extended precision, up to where erfcl underflows.
inline long double minus_log_survival(long double z) {
  if (z < 0) return -std::log1p(-std::erfc(-z / std::sqrt(2.0L)) / 2);
  return -std::log(std::erfc(z / std::sqrt(2.0L)) / 2);
}

}  // namespace oracle
