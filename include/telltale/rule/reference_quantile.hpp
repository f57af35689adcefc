// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <telltale/core/adversary.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/false_positive_rate.hpp>
#include <telltale/rule/reference_quantile/estimate.hpp>
#include <telltale/rule/shadow_layout.hpp>

namespace telltale {

/// Where each record's signal lies in its own distribution under the OUT models. Aligned with the records of the fit.
template <class Estimated>
class fitted_reference_quantile {
 public:
  /// From the estimated distribution of every record and the cut.
  fitted_reference_quantile(Estimated estimated, double cut) : estimated_(std::move(estimated)), cut_(cut) {}

  /// The estimated probability that a model which did not see the record gives it at most this signal, on `threads`
  /// threads (0: one per core), which change nothing but the time.
  ///
  /// Throws `argument_error` if the number of records differs from that of the fit, or if a value is not finite.
  void operator()(const signals& signal, std::span<double> evidence, unsigned threads = 0) const {
    estimated_(signal, evidence, threads);
  }

  [[nodiscard]] double cut() const noexcept { return cut_; }

 private:
  Estimated estimated_;
  double cut_;
};

/// A threshold of each record's own: a quantile of its scores under models that did not see it. Attack-R.
///
/// Threat model: reference (shadow) models of which the adversary knows the training sets.
/// Formula: with t the target's signal of a record and s its signals under the OUT models,
///   empirical  E = share of the OUT models with s <= t;
///   gaussian   E = Phi((t - mean s) / deviation of s), which saturates at 1 from 8.3 deviations on.
/// One fit serves every false positive rate: with `fpr` set the cut is 1 - fpr, otherwise the rule ranks only. Counted
/// among M models, a verdict at rate f accuses (1 + floor(f M)) / (M + 1) of the non-members of a continuous signal:
/// more than f where M is small.
/// Range: [0, 1], in multiples of 1 / M where models are counted.
///
/// Cost: O(records x models), the empirical share viewing the scores, which must outlive the fit.
/// Reference: Ye, Maddi, Murakonda, Bindschaedler, Shokri, "Enhanced Membership Inference Attacks against Machine
/// Learning Models", CCS 2022, attack R.
template <DistributionEstimate Estimate = estimate::empirical>
class reference_quantile {
 public:
  static constexpr std::string_view name = Estimate::name;
  static constexpr knowledge needs = knowledge::shadow_models;

  /// The false positive rate that the verdict aims at, in (0, 1).
  double fpr = no_rate;

  /// Throws `argument_error` naming the model or record: `fpr` is no rate; several values a record; extents that
  /// disagree; a mask that is not 0 or 1; fewer OUT models of a record than one (two for a Gaussian); a score that is
  /// not finite; for a Gaussian, a spread of zero.
  template <class Scalar>
  [[nodiscard]] auto fit(const shadow_models<Scalar>& shadow, unsigned threads = 0) const {
    constexpr std::string_view function = "reference_quantile";
    detail::check_rate(function, fpr);
    const std::size_t width = detail::layout_of(function, shadow).width;
    if (width != 1)
      detail::refuse(function, "scores", "has " + std::to_string(width) + " values a record; this rule takes one");
    auto estimated = Estimate{}.fit(shadow, threads);
    return fitted_reference_quantile<decltype(estimated)>(std::move(estimated),
                                                          fpr == no_rate ? ranking_only : 1 - fpr);
  }
};

}  // namespace telltale
