// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "oracle/shadow_statistics.hpp"

namespace oracle {

/// Compares every record with every record of the population, pair by pair.
inline std::vector<double> pairwise_shares(const std::vector<double>& ratios_x, const std::vector<double>& ratios_z,
                                           double gamma, bool ties_count) {
  std::vector<double> shares;
  for (const double x : ratios_x) {
    std::size_t beaten = 0;
    for (const double z : ratios_z) {
      const double bar = gamma * z;
      if (x > bar || (ties_count && x == bar)) ++beaten;
    }
    shares.push_back(static_cast<double>(beaten) / static_cast<double>(ratios_z.size()));
  }
  return shares;
}

/// p(x) of one record, online or offline.
template <class Scalar>
long double marginal(const shadow_scores<Scalar>& shadow, std::size_t record, bool online, long double a) {
  const long double out = mean(shadow.side(record, 0, 0));
  return online ? (mean(shadow.side(record, 0, 1)) + out) / 2 : ((1 + a) * out + (1 - a)) / 2;
}

}  // namespace oracle
