// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/concepts.hpp>

namespace telltale {

/// A scorer and a decision rule: the part of an attack that does not depend on a target.
///
/// Called with an observation and an adversary it returns the evidence; access and knowledge are checked by the
/// compiler. `score` and `judge` are its two halves, for signals that are stored between them. Parts without state cost
/// no byte.
template <class ScorerPart, class RulePart>
class attack {
 public:
  using scorer = ScorerPart;  ///< turns an observation into a signal
  using rule = RulePart;      ///< turns a signal and what the adversary owns into evidence

  constexpr attack() = default;
  /// From parts with state; `compose` finds their types.
  constexpr attack(ScorerPart scorer_part, RulePart rule_part)
      : scorer_(std::move(scorer_part)), rule_(std::move(rule_part)) {}

  /// The signal of a batch: subjects x width values. One allocation; the scorer adds one of scratch. Throws what the
  /// scorer throws.
  template <class Batch>
    requires Scorer<ScorerPart, Batch> && (detail::gives_of<ScorerPart> == gives::numbers)
  [[nodiscard]] std::vector<double> score(const Batch& batch) const {
    std::vector<double> values(batch.subjects() * detail::width_of(scorer_, batch));
    scorer_(batch, std::span<double>(values));
    return values;
  }

  /// The evidence of `subjects` subjects from their signal and what the adversary owns. Throws what the rule throws in
  /// fit or call; its counts of floored, filled and dropped scores are passed on.
  template <class Signal, class Owned>
    requires DecisionRule<RulePart, Signal, Owned>
  [[nodiscard]] evidence judge(const Signal& signal, std::size_t subjects, const Owned& owned) const {
    decltype(auto) fitted = detail::fit(rule_, owned);
    evidence result{std::vector<double>(subjects), fitted.cut(), 0};
    fitted(signal, std::span<double>(result.values));
    if constexpr (requires { fitted.floored(); }) result.floored = fitted.floored();
    if constexpr (requires { fitted.filled(); }) result.filled = fitted.filled();
    if constexpr (requires { fitted.dropped(); }) result.dropped = fitted.dropped();
    return result;
  }

  /// The whole attack. Throws what scorer and rule throw. Cost: theirs, and one signal of the whole batch in memory
  /// between them.
  template <class Batch, class Owned = adversary<>>
    requires Scorer<ScorerPart, Batch> && DecisionRule<RulePart, signal_of<ScorerPart, Batch>, Owned>
  [[nodiscard]] evidence operator()(const Batch& batch, const Owned& owned = {}) const {
    if constexpr (detail::gives_of<ScorerPart> == gives::features) {
      signal_of<ScorerPart, Batch> signal;
      scorer_(batch, signal);
      return judge(signal, batch.subjects(), owned);
    } else {
      const std::vector<double> values = score(batch);
      return judge(signals{values, detail::width_of(scorer_, batch), detail::labels_of(batch)}, batch.subjects(),
                   owned);
    }
  }

 private:
  [[no_unique_address]] ScorerPart scorer_{};
  [[no_unique_address]] RulePart rule_{};
};

/// Makes an attack of a scorer and a rule; the parts must at least name themselves and state what they need.
template <class ScorerPart, class RulePart>
  requires req::names_itself<ScorerPart> && req::states_the_access_it_needs<ScorerPart> &&
           req::names_itself<RulePart> && req::states_the_knowledge_it_needs<RulePart>
[[nodiscard]] constexpr attack<ScorerPart, RulePart> compose(ScorerPart scorer, RulePart rule) {
  return {std::move(scorer), std::move(rule)};
}

}  // namespace telltale
