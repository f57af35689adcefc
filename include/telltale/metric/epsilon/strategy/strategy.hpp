// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/core/membership.hpp>
#include <telltale/metric/epsilon/method.hpp>
#include <telltale/metric/fpr_rule.hpp>
#include <telltale/metric/roc.hpp>

namespace telltale::metric::epsilon {

/// Scores of one attack with the membership they are judged by, checked and sorted once: `scores()`, `member()`, and
/// their `curve()`.
class attack_scores {
 public:
  /// Larger means member. O(n). Throws argument_error as `roc_curve` does.
  attack_scores(std::span<const double> scores, std::span<const membership> member)
      : scores_(scores), member_(member), curve_(scores, member) {}

  [[nodiscard]] std::span<const double> scores() const noexcept { return scores_; }
  [[nodiscard]] std::span<const membership> member() const noexcept { return member_; }
  [[nodiscard]] const roc_curve& curve() const noexcept { return curve_; }
  /// What the verdict at a point of the curve came to.
  [[nodiscard]] verdict_counts counts_at(std::size_t point) const {
    return verdict_counts::of(curve_.true_positives()[point], curve_.positives(), curve_.false_positives()[point],
                              curve_.negatives());
  }

 private:
  std::span<const double> scores_;
  std::span<const membership> member_;
  roc_curve curve_;
};

/// What a strategy found: the bound (`low`), at which `threshold` (NaN where not one alone), from which `counts`, among
/// how many thresholds (`searched`).
struct finding {
  double low = 0;
  double threshold = std::numeric_limits<double>::quiet_NaN();
  verdict_counts counts;
  std::size_t searched = 1;
};

namespace req {

/// A threshold strategy: fixed in advance, Bonferroni, split, multi-split. A bound from scores without one is no bound.
template <class S, class Method>
concept says_how_the_threshold_was_chosen = requires(const S& strategy, const attack_scores& scores, double value) {
  { S::name } -> std::convertible_to<std::string_view>;
  { strategy.template find<Method>(scores, value, value) } -> std::same_as<finding>;
};

}  // namespace req

/// A way to choose the threshold of a bound.
///
/// Required: `name`, for reports; `find<Method>(scores, delta, error)`, the bound of `Method` that holds with error
/// probability `error`, however the strategy looked at the scores.
template <class S, class Method>
concept ThresholdStrategy = req::says_how_the_threshold_was_chosen<S, Method>;

}  // namespace telltale::metric::epsilon

namespace telltale::detail {

/// At most `most` of the counts 1 ... total, evenly spaced in their logarithm; all of them where there are no more, and
/// where `most` is 0.
[[nodiscard]] inline std::vector<std::uint64_t> spaced_counts(std::uint64_t total, std::size_t most) {
  std::vector<std::uint64_t> counts;
  if (most == 0 || total <= most) {
    for (std::uint64_t count = 1; count <= total; ++count) counts.push_back(count);
    return counts;
  }
  for (std::size_t i = 0; i < most; ++i) {
    const double share = most == 1 ? 1 : static_cast<double>(i) / static_cast<double>(most - 1);
    const auto count = static_cast<std::uint64_t>(std::llround(std::pow(static_cast<double>(total), share)));
    if (counts.empty() || count > counts.back()) counts.push_back(count);
  }
  return counts;
}

/// The points of the curve that a search may try, one for each of at most `most` ranks stated before the scores are
/// seen.
///
/// Of trials, the lowest threshold with at most k false positives, k + 1 = 1 ... N: it depends on the non-members
/// alone, so that the members above it are binomial; and the share of non-members above it exceeds Clopper-Pearson's
/// upper limit of k with exactly the limit's error, since it follows Beta(k + 1, N - k). Hence each rank is one test,
/// although the scores set the threshold. Of one run, the highest threshold with at least r = 1 ... m guesses: it does
/// not depend on membership. Tied scores move together.
template <class Method>
[[nodiscard]] std::vector<std::size_t> searched_points(const metric::roc_curve& curve, std::size_t most) {
  std::vector<std::size_t> points;
  if constexpr (Method::draws == metric::epsilon::experiment::trials) {
    for (const std::uint64_t rank : spaced_counts(curve.negatives(), most))
      points.push_back(metric::fpr_rule::step::last_point(curve, rank - 1));
  } else {
    const auto tp = curve.true_positives(), fp = curve.false_positives();
    std::size_t point = 0;
    for (const std::uint64_t rank : spaced_counts(curve.positives() + curve.negatives(), most)) {
      while (std::uint64_t{tp[point]} + fp[point] < rank) ++point;
      points.push_back(point);
    }
  }
  return points;
}

/// The largest bound of those points, each at `error`; the point of no guess where nothing is certified.
template <class Method>
[[nodiscard]] metric::epsilon::finding largest_of(const metric::epsilon::attack_scores& scores,
                                                  std::span<const std::size_t> points, double delta, double error) {
  metric::epsilon::finding best{0, scores.curve().thresholds()[0], scores.counts_at(0), points.size()};
  for (const std::size_t point : points) {
    const auto counts = scores.counts_at(point);
    const double low = Method::low(counts, delta, error, best.low);
    if (low > best.low) best = {low, scores.curve().thresholds()[point], counts, points.size()};
  }
  return best;
}

}  // namespace telltale::detail
