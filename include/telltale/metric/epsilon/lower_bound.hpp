// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <limits>
#include <span>

#include <telltale/core/membership.hpp>
#include <telltale/metric/epsilon/bound.hpp>
#include <telltale/metric/epsilon/counts.hpp>
#include <telltale/metric/epsilon/method.hpp>
#include <telltale/metric/epsilon/strategy/fixed.hpp>
#include <telltale/metric/epsilon/strategy/strategy.hpp>
#include <telltale/metric/interval/estimate.hpp>

namespace telltale::metric::epsilon {

namespace req {

template <class C>
concept says_that_its_threshold_was_fixed_in_advance = std::same_as<C, fixed_in_advance>;

}  // namespace req

/// The lower limit of epsilon at `delta` that scores certify by `Method`, the threshold chosen by `strategy`.
///
///     lower_bound<clopper_pearson>(scores, member, strategy::bonferroni{}, 1e-5)
///
/// Larger scores mean member. What is random, and must be independent, is said by the method: a model for each record
/// (`clopper_pearson`, ...) or the inclusion of each record in one model (`one_run`, ...).
/// delta in [0, 1), where the method has no narrower range; confidence in (0, 1).
/// Throws argument_error for these, for scores as `roc_curve` does, and as the strategy and the method do.
template <BoundMethod Method, ThresholdStrategy<Method> Strategy>
[[nodiscard]] bound lower_bound(const attack_scores& scores, const Strategy& strategy, double delta,
                                double confidence = 0.95) {
  detail::check_audit_delta("epsilon::lower_bound", delta);
  detail::check_confidence("epsilon::lower_bound", confidence);
  const finding found = strategy.template find<Method>(scores, delta, 1 - confidence);
  return {found.low,      delta,          confidence,      Method::name, Method::guarantee,
          Strategy::name, found.searched, found.threshold, found.counts};
}

template <BoundMethod Method, ThresholdStrategy<Method> Strategy>
[[nodiscard]] bound lower_bound(std::span<const double> scores, std::span<const membership> member,
                                const Strategy& strategy, double delta, double confidence = 0.95) {
  return lower_bound<Method>(attack_scores(scores, member), strategy, delta, confidence);
}

/// The same from counts, whose threshold was fixed before the records were judged. O(1) to O(records), by the method.
template <BoundMethod Method, req::says_that_its_threshold_was_fixed_in_advance Counts>
[[nodiscard]] bound lower_bound(const Counts& counts, double delta, double confidence = 0.95) {
  detail::check_audit_delta("epsilon::lower_bound", delta);
  detail::check_confidence("epsilon::lower_bound", confidence);
  return {Method::low(counts.counts(), delta, 1 - confidence, 0.0),
          delta,
          confidence,
          Method::name,
          Method::guarantee,
          strategy::fixed::name,
          1,
          std::numeric_limits<double>::quiet_NaN(),
          counts.counts()};
}

}  // namespace telltale::metric::epsilon
