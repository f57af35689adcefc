// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <telltale/backend/batch_view.hpp>
#include <telltale/core/adversary.hpp>
#include <telltale/core/random.hpp>
#include <telltale/core/signals.hpp>

/// Gradients whose law is known, and the updates that batches of them release.
namespace oracle {

using vector = std::vector<double>;

/// Gaussian gradients N(mean, A A') in d dimensions, A a lower triangle, and a background of 2d of them whose mean and
/// covariance are exactly these: mean +- sqrt(d) A e_i.
struct gaussian_gradients {
  gaussian_gradients(std::size_t d, std::uint64_t seed) : dimensions(d), mean(d), triangle(d * d) {
    telltale::random_stream random(seed, 1000);
    for (std::size_t r = 0; r < d; ++r) {
      mean[r] = 5 * random.normal();
      for (std::size_t c = 0; c <= r; ++c) triangle[r * d + c] = r == c ? 1 + random.uniform() : 0.3 * random.normal();
    }
  }

  /// mean + scale A x.
  [[nodiscard]] vector at(const vector& x, double scale = 1) const {
    vector g = mean;
    for (std::size_t r = 0; r < dimensions; ++r)
      for (std::size_t c = 0; c <= r; ++c) g[r] += scale * triangle[r * dimensions + c] * x[c];
    return g;
  }
  [[nodiscard]] vector draw(telltale::random_stream& random, double scale = 1) const {
    vector x(dimensions);
    for (double& value : x) value = random.normal();
    return at(x, scale);
  }
  [[nodiscard]] vector exact_background() const {
    vector rows;
    for (std::size_t i = 0; i < dimensions; ++i)
      for (const double sign : {1.0, -1.0}) {
        vector x(dimensions);
        x[i] = sign * std::sqrt(double(dimensions));
        const vector g = at(x);
        rows.insert(rows.end(), g.begin(), g.end());
      }
    return rows;
  }
  /// The mean of n gradients, of which one may be `member`: from its law, without drawing the others.
  [[nodiscard]] vector update(std::size_t n, telltale::random_stream& random, const vector* member) const {
    const double others = double(member == nullptr ? n : n - 1);
    vector m = draw(random, 1 / std::sqrt(others));
    if (member != nullptr)
      for (std::size_t d = 0; d < dimensions; ++d) m[d] += ((*member)[d] - m[d]) / double(n);
    return m;
  }

  std::size_t dimensions;
  vector mean, triangle;
};

/// The row of a subject and a step.
inline void append_row(vector& rows, std::size_t n, const vector& m, const vector& g) {
  rows.push_back(double(n));
  for (std::size_t d = 0; d < g.size(); ++d) rows.push_back(m[d] - g[d]);
  rows.insert(rows.end(), g.begin(), g.end());
}

/// Evidence of rows by a rule that is fitted to background gradients.
template <class Rule>
vector judge(const Rule& rule, const vector& background, std::size_t dimensions, const vector& rows,
             std::size_t steps = 1, unsigned threads = 1) {
  const telltale::batch_view<double> view(background, background.size() / dimensions / steps, steps, dimensions);
  const std::size_t width = steps * (1 + 2 * dimensions);
  vector evidence(rows.size() / width);
  rule.fit(telltale::population(view))(telltale::signals{rows, width}, evidence, threads);
  return evidence;
}

}  // namespace oracle
