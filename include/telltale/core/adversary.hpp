// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <telltale/core/facts.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/core/signals.hpp>

namespace telltale {

/// One span a model: a store has one file per model, and "all models but this one" is a shorter list, not a copy.
template <class Scalar>
using per_model = std::span<const std::span<const Scalar>>;

/// Models that the adversary trained: their scores of the attacked records, and which records each was trained on.
///
/// `scores[m]` holds records x width values of model m, row by row, as float or double; `keep[m][i]` is 1 when record i
/// was in the training set of model m (IN) and 0 when it was not (OUT).
template <class Scalar = float>
struct shadow_models {
  static constexpr auto grants = knowledge::shadow_models;  ///< the fact of the world that owning this part gives
  using scalar = Scalar;                                    ///< how the scores are stored: float or double

  /// A view of both; nothing is copied or checked here, the rule that is fitted checks extents and values.
  constexpr shadow_models(per_model<Scalar> scores_of, per_model<std::uint8_t> keep_of) noexcept
      : scores(scores_of), keep(keep_of) {}

  per_model<Scalar> scores;      ///< records x width values of each model, larger meaning member
  per_model<std::uint8_t> keep;  ///< 0 or 1 a record, of each model
};

/// Records of the same distribution that no model was trained on, scored by the target and by each shadow model.
///
/// `by_target` is the signal that the target gives for them; `by_shadow[m]` holds the values of model m, in the same
/// order, and is empty where a rule asks the target alone.
template <class Signal = signals, class Scalar = float>
struct population {
  static constexpr auto grants = knowledge::population;  ///< the fact of the world that owning this part gives
  using scalar = Scalar;                                 ///< how the shadow models' scores are stored: float or double

  /// A view of both; nothing is copied or checked here.
  constexpr explicit population(Signal target_scores, per_model<Scalar> shadow_scores = {}) noexcept
      : by_target(target_scores), by_shadow(shadow_scores) {}

  Signal by_target;
  per_model<Scalar> by_shadow;
};

/// Records whose membership the adversary knows, mostly because the model that saw them is his own shadow model.
///
/// `records` is their signal, subjects x width values; `member` says of each, in the same order, whether that model saw
/// it.
template <class Signal = signals>
struct labelled_records {
  static constexpr auto grants = knowledge::labelled_records;  ///< the fact of the world that owning this part gives

  /// A view of both; the rule that is fitted checks that they are of one length and hold both classes where it needs
  /// them.
  constexpr labelled_records(Signal signal_of, std::span<const membership> member_of)
      : records(std::move(signal_of)), member(member_of) {}

  Signal records;
  std::span<const membership> member;
};

/// Everything an adversary owns of the world: a bag that converts to each of its parts.
///
/// It inherits from them, so a rule names the parts it takes and the compiler finds them; two parts of one kind are
/// refused, since neither would then be "the" population.
template <class... Part>
struct adversary : Part... {
  static constexpr knowledge owns = (knowledge::nothing | ... | Part::grants);  ///< the union of what the parts grant

  constexpr adversary() = default;
  /// Takes the parts; `owning` finds their types.
  constexpr explicit adversary(Part... part)
    requires(sizeof...(Part) > 0)
      : Part(std::move(part))... {}
};

/// Collects what an adversary owns: `owning(shadow_models{scores, keep}, population{signal})`.
template <class... Part>
[[nodiscard]] constexpr adversary<Part...> owning(Part... part) {
  if constexpr (sizeof...(Part) == 0)
    return {};
  else
    return adversary<Part...>(std::move(part)...);
}

/// The shadow models in a bag, whatever their scalar.
template <class Scalar>
[[nodiscard]] constexpr const shadow_models<Scalar>& shadows_of(const shadow_models<Scalar>& bag) noexcept {
  return bag;
}

/// The population in a bag, whatever its scalar.
template <class Signal, class Scalar>
[[nodiscard]] constexpr const population<Signal, Scalar>& population_of(
    const population<Signal, Scalar>& bag) noexcept {
  return bag;
}

/// The labelled records in a bag.
template <class Signal>
[[nodiscard]] constexpr const labelled_records<Signal>& labelled_records_of(
    const labelled_records<Signal>& bag) noexcept {
  return bag;
}

}  // namespace telltale
