// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <telltale/metric/interval/estimate.hpp>

// How often intervals hold the truth, and how wide they are.
namespace oracle {

using telltale::metric::estimate;

/// The binomial probability of k successes in n trials.
inline double binomial_mass(int k, int n, double p) {
  return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(p) +
                  (n - k) * std::log1p(-p));
}

/// Coverage and mean width over experiments.
struct coverage {
  double held = 0, width = 0;
};

/// Exact, by summing over the law of the successes: no simulation.
template <class Interval>
coverage exact_coverage(int n, double p, double confidence = 0.95) {
  coverage found;
  for (int k = 0; k <= n; ++k) {
    const estimate interval = Interval::of(static_cast<std::uint64_t>(k), static_cast<std::uint64_t>(n), confidence);
    const double mass = binomial_mass(k, n, p);
    if (interval.low <= p && p <= interval.high) found.held += mass;
    found.width += mass * (interval.high - interval.low);
  }
  return found;
}

/// Over a grid of proportions.
struct behaviour {
  double least = 1, mean = 0, width = 0;
};

template <class Interval>
behaviour behaviour_over(int n, double from, double to, int grid, double confidence = 0.95) {
  behaviour found;
  for (int g = 0; g < grid; ++g) {
    const coverage at = exact_coverage<Interval>(n, from + (to - from) * (g + 0.5) / grid, confidence);
    found.least = std::min(found.least, at.held);
    found.mean += at.held / grid;
    found.width += at.width / grid;
  }
  return found;
}

/// Collects simulated experiments.
class tally {
 public:
  void add(const estimate& interval, double truth) {
    ++experiments_;
    held_ += interval.low <= truth && truth <= interval.high;
    width_ += interval.high - interval.low;
  }
  [[nodiscard]] double held() const { return held_ / experiments_; }
  [[nodiscard]] double width() const { return width_ / experiments_; }
  /// The standard error of `held` if coverage is p.
  [[nodiscard]] double error(double p = 0.95) const { return std::sqrt(p * (1 - p) / experiments_); }

 private:
  double experiments_ = 0, held_ = 0, width_ = 0;
};

}  // namespace oracle
