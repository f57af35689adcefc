// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/error.hpp>
#include <telltale/rule/false_positive_rate.hpp>
#include <telltale/rule/shadow_layout.hpp>
#include <telltale/rule/sorted_values.hpp>

namespace telltale::where {

/// Where a subject's signal lies among those of the population, records that no model saw.
class fitted_population_quantile {
 public:
  /// From the population's signals in order and the cut.
  fitted_population_quantile(detail::sorted_values population, double cut)
      : population_(std::move(population)), cut_(cut) {}

  /// The share of the population with a signal strictly below the subject's.
  ///
  /// Throws `argument_error` if the signal has several values a subject, or one that is not finite.
  void operator()(const signals& signal, std::span<double> evidence) const {
    detail::check_one_value("threshold", "signal", signal);
    detail::check_size("threshold", "evidence", evidence.size(), signal.values.size());
    population_.shares(signal.values, evidence, std::less<>{});
  }

  [[nodiscard]] double cut() const noexcept { return cut_; }

 private:
  detail::sorted_values population_;
  double cut_;
};

/// A quantile of the population's signals, one for all subjects: attack-P.
///
/// Evidence is the share of the population strictly below the subject, so that one fit serves every false positive
/// rate; with `fpr` set the cut is 1 - fpr, otherwise the rule ranks only. Cost: O((N + Z) log Z).
/// Reference: Ye, Maddi, Murakonda, Bindschaedler, Shokri, "Enhanced Membership Inference Attacks against Machine
/// Learning Models", CCS 2022, attack P.
struct population_quantile {
  static constexpr std::string_view name = "threshold at a quantile of the population";
  static constexpr knowledge needs = knowledge::population;

  /// The false positive rate that the verdict aims at, in (0, 1).
  double fpr = no_rate;

  /// Throws `argument_error` if the population is empty, if `fpr` is not a rate, or if the signal has several values a
  /// subject or one that is not finite.
  template <class Scalar>
  [[nodiscard]] fitted_population_quantile fit(const population<signals, Scalar>& owned) const {
    constexpr std::string_view function = "threshold", argument = "population";
    detail::check_one_value(function, argument, owned.by_target);
    if (owned.by_target.values.empty()) detail::refuse(function, argument, "is empty");
    detail::check_rate(function, fpr);
    return {detail::sorted_values({owned.by_target.values.begin(), owned.by_target.values.end()}),
            fpr == no_rate ? ranking_only : 1 - fpr};
  }
};

}  // namespace telltale::where
