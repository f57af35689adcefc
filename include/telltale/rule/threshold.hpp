// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <utility>

#include <telltale/core/facts.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/threshold/best_balanced_accuracy.hpp>
#include <telltale/rule/threshold/given.hpp>
#include <telltale/rule/threshold/mean_of_members.hpp>
#include <telltale/rule/threshold/population_quantile.hpp>

namespace telltale {

/// Compares a subject's signal with one threshold for all; the policy says where that comes from.
///
/// Threat model: whatever `Where` needs.
/// Formula: E = t, the signal itself, or its rank among the population, so that no threshold merges scores into ties;
/// the verdict is E >= cut. The signal must have one value a subject: several queries are pooled by the scorer, or
/// judged by a rule that knows how to.
/// Range: that of the signal, or [0, 1] of a rank.
///
/// A policy names itself, states what it `needs`, and either fits an adversary (`fit(owned)` giving a value with a call
/// and a cut) or, needing nothing, judges by itself.
/// Cost: a copy of the signal, or what the policy says.
/// Throws argument_error if the signal has several values a subject or one that is not finite, and what the policy
/// throws.
/// Reference: Yeom, Giacomelli, Fredrikson and Jha 2018, adversary 2, for a threshold on the loss.
template <class Where>
class threshold {
 public:
  static constexpr std::string_view name = Where::name;
  static constexpr knowledge needs = Where::needs;

  constexpr threshold() = default;
  /// With a policy that has settings of its own.
  constexpr explicit threshold(Where from) : where(std::move(from)) {}

  /// Where the threshold comes from.
  [[no_unique_address]] Where where{};

  template <class Owned>
    requires(Where::needs != knowledge::nothing) && requires(const Where& from, const Owned& owned) { from.fit(owned); }
  [[nodiscard]] auto fit(const Owned& owned) const {
    return where.fit(owned);
  }

  void operator()(const signals& signal, std::span<double> evidence) const
    requires(Where::needs == knowledge::nothing)
  {
    where(signal, evidence);
  }

  [[nodiscard]] constexpr double cut() const
    requires(Where::needs == knowledge::nothing)
  {
    return where.cut();
  }
};

}  // namespace telltale
