// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/metric/hull.hpp>
#include <telltale/metric/roc.hpp>

namespace telltale::metric {

/// Where a rule stands on a curve: at the point `from`, or by the share `share` of the way from there to the point
/// `to`, as an adversary does who takes the laxer threshold with that probability.
struct curve_place {
  std::size_t from, to;
  double share;  ///< in [0, 1); 0 is the point `from` itself
};

/// A published reading of "TPR at FPR f": finds the place on a curve.
///
/// Required: `name`, for reports; `place(curve, fpr)`, where the rule stands at an FPR in [0, 1]. Where replicates of a
/// curve are judged as well, it is a template over the curve: anything that counts as a `roc_curve` does, by size(),
/// positives(), negatives(), true_positives(point) and false_positives(point).
template <class Rule>
concept FprRule = requires(const roc_curve& curve, double fpr) {
  { Rule::name } -> std::convertible_to<std::string_view>;
  { Rule::place(curve, fpr) } -> std::same_as<curve_place>;
};

namespace fpr_rule {

/// The largest achieved false-positive rate that is at most the wanted one.
///
/// Tied scores move together, so the realised rate can be well below the wanted one; no interpolation, which would
/// describe an adversary that flips coins. On a curve of whole ties, TPR never falls as FPR grows, so that "the
/// largest TPR at an FPR of at most f" (LeakPro, from description, not run) is this rule too.
/// Reference: Carlini, Chien, Nasr, Song, Terzis and Tramer 2022, section III-B, as in Privacy Meter and ART ("at
/// most", where LiRA's own script takes "below").
struct step {
  static constexpr std::string_view name = "step: TPR at the largest achieved FPR <= f";

  /// The largest k with k / negatives <= fpr as correctly rounded doubles, so that 3 of 10 is allowed at 0.3.
  [[nodiscard]] static std::uint64_t allowed(double fpr, std::uint64_t negatives) noexcept {
    const double n = static_cast<double>(negatives);
    auto k = static_cast<std::uint64_t>(fpr * n);
    if (k > 0 && static_cast<double>(k) / n > fpr) --k;
    if (k < negatives && static_cast<double>(k + 1) / n <= fpr) ++k;
    return k;
  }

  /// The last point with at most `most` false positives. O(log thresholds).
  template <class Curve>
  [[nodiscard]] static std::size_t last_point(const Curve& curve, std::uint64_t most) {
    std::size_t good = 0, bad = curve.size();
    while (bad - good > 1) {
      const std::size_t middle = good + (bad - good) / 2;
      (curve.false_positives(middle) <= most ? good : bad) = middle;
    }
    return good;
  }

  template <class Curve>
  [[nodiscard]] static curve_place place(const Curve& curve, double fpr) {
    const std::size_t point = last_point(curve, allowed(fpr, curve.negatives()));
    return {point, point, 0};
  }
};

/// The largest achieved false-positive rate below the wanted one.
///
/// One false positive fewer than `step` where f is exactly k / negatives, which at few negatives matters: at f = 0.001
/// and 1,000 negatives it allows none. Throws argument_error at f = 0, below which nothing lies.
/// Reference: the code of Carlini et al. 2022 (LiRA), `np.where(fpr < .001)[0][-1]`; from description, not run.
struct below {
  static constexpr std::string_view name = "below: TPR at the largest achieved FPR < f";

  template <class Curve>
  [[nodiscard]] static curve_place place(const Curve& curve, double fpr) {
    if (!(fpr > 0)) detail::refuse("fpr_rule::below", "fpr", "is 0; no false-positive rate is below it");
    std::uint64_t most = step::allowed(fpr, curve.negatives());
    if (static_cast<double>(most) / static_cast<double>(curve.negatives()) >= fpr) --most;
    const std::size_t point = step::last_point(curve, most);
    return {point, point, 0};
  }
};

/// The straight line between the neighbouring points of the curve.
///
/// Describes an adversary that takes the laxer of two neighbouring thresholds with the probability that brings the rate
/// to f exactly. Optimistic next to `step`, and most so where many scores are tied.
/// Reference: SACRO-ML 2.0.1, `_tpr_at_fpr`, which interpolates the threshold in the rate and the TPR in the threshold:
/// the same line. It answers NaN where the line begins at its infinite first threshold, here a number.
struct linear {
  static constexpr std::string_view name = "linear: TPR on the line between neighbouring points";

  template <class Curve>
  [[nodiscard]] static curve_place place(const Curve& curve, double fpr) {
    const std::size_t from = step::place(curve, fpr).from;
    return from + 1 == curve.size() ? curve_place{from, from, 0} : between(curve, from, from + 1, fpr);
  }

  /// The place between two points of which the first has a rate of at most `fpr` and the second one above it.
  template <class Curve>
  [[nodiscard]] static curve_place between(const Curve& curve, std::size_t from, std::size_t to, double fpr) {
    const double n = static_cast<double>(curve.negatives()), here = static_cast<double>(curve.false_positives(from));
    if (here / n >= fpr) return {from, from, 0};
    return {from, to, (fpr * n - here) / (static_cast<double>(curve.false_positives(to)) - here)};
  }
};

/// The straight line along the convex hull of the curve: the best that any mixture of two thresholds reaches.
///
/// Both thresholds are chosen on these very scores, out of all: more optimistic than `linear`. O(thresholds).
/// Reference: Provost and Fawcett 2001, "Robust classification for imprecise environments"; jax_privacy, `auditing.py`.
struct hull {
  static constexpr std::string_view name = "hull: TPR on the convex hull of the curve";

  template <class Curve>
  [[nodiscard]] static curve_place place(const Curve& curve, double fpr) {
    const std::vector<std::size_t> corners = convex_hull(curve);
    const std::uint64_t most = step::allowed(fpr, curve.negatives());
    const auto next = std::partition_point(corners.begin(), corners.end(),
                                           [&](std::size_t i) { return curve.false_positives(i) <= most; });
    const std::size_t from = *(next - 1);
    return next == corners.end() ? curve_place{from, from, 0} : linear::between(curve, from, *next, fpr);
  }
};

}  // namespace fpr_rule
}  // namespace telltale::metric
