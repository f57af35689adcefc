// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <telltale/metric/roc.hpp>

namespace telltale::metric {

/// The corners of the upper convex hull of a curve, as indices of its points, from no positive to all.
///
/// Of points at one FPR the highest is the corner (and the origin, where a curve begins with members). Compared
/// exactly, in integers.
/// Cost: O(thresholds).
/// Throws nothing.
/// Reference: Andrew 1979, "Another efficient algorithm for convex hulls in two dimensions" (the upper chain).
template <class Curve>
[[nodiscard]] std::vector<std::size_t> convex_hull(const Curve& curve) {
  // |cross product| <= 2 P N < 2^63: a curve has fewer than 2^32 scores.
  const auto turns_right = [&](std::size_t a, std::size_t b, std::size_t c) {
    const auto x = [&](std::size_t i) { return static_cast<std::int64_t>(curve.false_positives(i)); };
    const auto y = [&](std::size_t i) { return static_cast<std::int64_t>(curve.true_positives(i)); };
    return (x(b) - x(a)) * (y(c) - y(b)) - (y(b) - y(a)) * (x(c) - x(b)) < 0;
  };
  std::vector<std::size_t> corners;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    while (corners.size() >= 2 && !turns_right(corners[corners.size() - 2], corners.back(), i)) corners.pop_back();
    corners.push_back(i);
  }
  return corners;
}

/// The area under the convex hull of a curve: the AUC of an adversary that mixes thresholds chosen on these very
/// scores.
///
/// Formula: the trapezoids between the corners, in integers and rounded once.
/// Range: [0.5, 1]; at least `roc_curve::auc()`, the share of pairs ordered rightly, and optimistic by construction:
/// useless scores of n records have a hull AUC above 0.5, hence no interval.
/// Cost: O(thresholds).
/// Throws nothing.
/// Reference: Provost and Fawcett 2001, "Robust classification for imprecise environments"; jax_privacy, `auditing.py`.
[[nodiscard]] inline double hull_auc(const roc_curve& curve) {
  const auto tp = curve.true_positives(), fp = curve.false_positives();
  const std::vector<std::size_t> corners = convex_hull(curve);
  std::uint64_t twice = 0;  // <= 2 P N < 2^63
  for (std::size_t i = 1; i < corners.size(); ++i)
    twice += std::uint64_t{fp[corners[i]] - fp[corners[i - 1]]} * (std::uint64_t{tp[corners[i]]} + tp[corners[i - 1]]);
  return static_cast<double>(twice) /
         (2 * static_cast<double>(curve.positives()) * static_cast<double>(curve.negatives()));
}

}  // namespace telltale::metric
