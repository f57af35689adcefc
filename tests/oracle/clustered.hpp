// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/metric/pooled_scores.hpp>

#include "oracle/roc.hpp"

// Slow, obvious forms of the statistics over targets that share their records.
namespace oracle {

using telltale::metric::pooled_scores;

/// The pooled sample in which record r appears weights[r] times.
inline classes pooled(const pooled_scores& data, const std::vector<std::uint32_t>& weights) {
  classes result;
  for (std::size_t t = 0; t < data.targets(); ++t)
    for (std::size_t r = 0; r < data.records(); ++r)
      for (std::uint32_t copy = 0; copy < weights[r]; ++copy)
        (data.member[t][r] == membership::in ? result.members : result.nonmembers).push_back(data.scores[t][r]);
  return result;
}

/// Obuchowski 1997, from the components of every pair.
inline double obuchowski_variance(const pooled_scores& data) {
  const classes all = pooled(data, std::vector<std::uint32_t>(data.records(), 1));
  const double members = static_cast<double>(all.members.size()),
               nonmembers = static_cast<double>(all.nonmembers.size());
  const double area = auc(all), records = static_cast<double>(data.records());
  double s10 = 0, s01 = 0, s11 = 0, i10 = 0, i01 = 0;
  for (std::size_t r = 0; r < data.records(); ++r) {
    double v10 = 0, v01 = 0, m = 0, n = 0;
    for (std::size_t t = 0; t < data.targets(); ++t) {
      const double score = data.scores[t][r];
      if (data.member[t][r] == membership::in) {
        for (const double y : all.nonmembers) v10 += (score > y ? 1 : score == y ? 0.5 : 0) / nonmembers;
        m += 1;
      } else {
        for (const double x : all.members) v01 += (x > score ? 1 : x == score ? 0.5 : 0) / members;
        n += 1;
      }
    }
    s10 += (v10 - m * area) * (v10 - m * area);
    s01 += (v01 - n * area) * (v01 - n * area);
    s11 += (v10 - m * area) * (v01 - n * area);
    i10 += m > 0;
    i01 += n > 0;
  }
  s10 *= i10 / ((i10 - 1) * members);
  s01 *= i01 / ((i01 - 1) * nonmembers);
  s11 *= records / (records - 1);
  return s10 / members + s01 / nonmembers + 2 * s11 / (members * nonmembers);
}

}  // namespace oracle
