// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/threshold.hpp>
#include <telltale/scorer/correctness.hpp>

namespace telltale::where {

/// The cut of the gap attack: a correct prediction, 1.
struct correct : given {
  static constexpr std::string_view name = "threshold at a correct prediction";

  /// A cut of 1.
  constexpr correct() : given{1} {}
};

}  // namespace telltale::where

namespace telltale::published {

/// Member if the target predicts the record's class: the baseline that needs nothing but overfitting.
///
/// Anatomy: access label; knowledge truth; scorer correctness; rule threshold at 1. Balanced accuracy is 1/2 +
/// (training accuracy - test accuracy) / 2 exactly.
/// Range: evidence is 0 or 1, so a ROC has one inner point; cut 1.
/// Reference: `gap_citation`.
using gap = attack<correctness, threshold<where::correct>>;

/// Where it was published, as reports print it.
inline constexpr std::string_view gap_citation =
    "Yeom, Giacomelli, Fredrikson, Jha: Privacy Risk in Machine Learning: Analyzing the Connection to Overfitting. "
    "CSF 2018, adversary 1";

}  // namespace telltale::published
