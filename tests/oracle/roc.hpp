// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <set>
#include <span>
#include <vector>

#include <telltale/core/membership.hpp>

// Slow, obvious forms of the ROC metrics, straight from their definitions.
namespace oracle {

using telltale::membership;

struct classes {
  std::vector<double> members, nonmembers;

  classes() = default;
  classes(std::span<const double> scores, std::span<const membership> member) {
    for (std::size_t i = 0; i < scores.size(); ++i)
      (member[i] == membership::in ? members : nonmembers).push_back(scores[i]);
  }
};

inline std::size_t at_or_above(const std::vector<double>& scores, double threshold) {
  return static_cast<std::size_t>(
      std::count_if(scores.begin(), scores.end(), [threshold](double score) { return score >= threshold; }));
}

/// Distinct thresholds, descending, from +infinity.
inline std::vector<double> thresholds(const classes& data) {
  std::set<double, std::greater<>> distinct{std::numeric_limits<double>::infinity()};
  distinct.insert(data.members.begin(), data.members.end());
  distinct.insert(data.nonmembers.begin(), data.nonmembers.end());
  return {distinct.begin(), distinct.end()};
}

/// Twice the number of rightly ordered pairs.
inline std::uint64_t twice_ordered_pairs(const classes& data) {
  std::uint64_t twice = 0;
  for (const double x : data.members)
    for (const double y : data.nonmembers) twice += x > y ? 2u : x == y ? 1u : 0u;
  return twice;
}

inline double auc(const classes& data) {
  return static_cast<double>(twice_ordered_pairs(data)) /
         (2 * static_cast<double>(data.members.size()) * static_cast<double>(data.nonmembers.size()));
}

/// The largest TPR among all thresholds whose FPR is at most `fpr`.
inline double tpr_at_fpr(const classes& data, double fpr) {
  double best = 0;
  for (const double threshold : thresholds(data)) {
    const double realised =
        static_cast<double>(at_or_above(data.nonmembers, threshold)) / static_cast<double>(data.nonmembers.size());
    if (realised <= fpr)
      best = std::max(
          best, static_cast<double>(at_or_above(data.members, threshold)) / static_cast<double>(data.members.size()));
  }
  return best;
}

/// Structural components, one pair at a time.
struct components {
  std::vector<double> v10, v01;  // per member, per non-member

  explicit components(const classes& data) : v10(data.members.size()), v01(data.nonmembers.size()) {
    for (std::size_t i = 0; i < v10.size(); ++i)
      for (std::size_t j = 0; j < v01.size(); ++j) {
        const double x = data.members[i], y = data.nonmembers[j], psi = x > y ? 1 : x == y ? 0.5 : 0;
        v10[i] += psi / static_cast<double>(v01.size());
        v01[j] += psi / static_cast<double>(v10.size());
      }
  }
};

inline double sample_variance(const std::vector<double>& values) {
  double mean = 0, sum = 0;
  for (const double v : values) mean += v / static_cast<double>(values.size());
  for (const double v : values) sum += (v - mean) * (v - mean);
  return sum / static_cast<double>(values.size() - 1);
}

inline double delong_variance(const classes& data) {
  const components parts(data);
  return sample_variance(parts.v10) / static_cast<double>(parts.v10.size()) +
         sample_variance(parts.v01) / static_cast<double>(parts.v01.size());
}

}  // namespace oracle
