// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include <telltale/core/facts.hpp>
#include <telltale/core/signals.hpp>

namespace telltale {
namespace detail {

template <class Scorer>
inline constexpr gives gives_of = [] {
  if constexpr (requires { Scorer::produces; })
    return Scorer::produces;
  else
    return gives::numbers;
}();

template <class Scorer>
inline constexpr knowledge holds_of = [] {
  if constexpr (requires { Scorer::holds; })
    return Scorer::holds;
  else
    return knowledge::nothing;
}();

template <class Scorer, class Batch>
std::size_t width_of(const Scorer& scorer, const Batch& batch) {
  if constexpr (requires { scorer.width(batch); })
    return scorer.width(batch);
  else
    return 1;
}

template <class Batch>
std::span<const int> labels_of(const Batch& batch) {
  if constexpr (requires { batch.host_labels(); })
    return batch.host_labels();
  else
    return {};
}

template <class Scorer, class Batch, gives = gives_of<Scorer>>
struct flow {
  using signal = signals;
  using sink = std::span<double>;
};

template <class Scorer, class Batch>
struct flow<Scorer, Batch, gives::features> {
  using signal = features<typename Batch::backend>;
  using sink = signal&;
};

template <class Rule, class Owned>
inline constexpr bool fits = [] {
  if constexpr (Rule::needs == knowledge::nothing)
    return true;
  else
    return requires(const Rule& rule, const Owned& owned) { rule.fit(owned); };
}();

// A rule that needs nothing is its own fit; a fitted rule is a value, never a reference into the adversary.
template <class Rule, class Owned>
decltype(auto) fit(const Rule& rule, const Owned& owned) {
  if constexpr (requires { rule.fit(owned); })
    return rule.fit(owned);
  else
    return (rule);
}

}  // namespace detail

/// The signal that a scorer fills from an observation: `signals`, or the features of its backend.
template <class Scorer, class Batch>
using signal_of = typename detail::flow<Scorer, Batch>::signal;

/// What fitting a rule to an adversary gives; the rule itself where it needs nothing.
template <class Rule, class Owned>
using fitted_t = std::remove_cvref_t<decltype(detail::fit(std::declval<const Rule&>(), std::declval<const Owned&>()))>;

/// Atomic requirements. The name is the sentence that the compiler prints when it does not hold.
namespace req {

template <class Part>
concept names_itself = requires {
  { Part::name } -> std::convertible_to<std::string_view>;
};

template <class Scorer>
concept states_the_access_it_needs = requires {
  { Scorer::needs } -> std::convertible_to<access_to>;
};

template <class Rule>
concept states_the_knowledge_it_needs = requires {
  { Rule::needs } -> std::convertible_to<knowledge>;
};

template <class Batch>
concept states_what_it_reveals = requires {
  { Batch::reveals } -> std::convertible_to<access_to>;
};

template <class Batch>
concept names_its_backend = requires {
  { Batch::backend::name } -> std::convertible_to<std::string_view>;
};

template <class Batch>
concept counts_its_subjects = requires(const Batch& batch) {
  { batch.subjects() } -> std::convertible_to<std::size_t>;
};

// Types are compared, not values: both compilers then print the missing fact by its name.
template <class Batch, class Scorer>
concept reveals_what_the_scorer_needs =
    std::same_as<lacking<missing(Batch::reveals, Scorer::needs)>, lacking<access_to::nothing>>;

template <class Owned, class Rule>
concept owns_what_the_rule_needs =
    std::same_as<lacking<missing(Owned::owns, Rule::needs)>, lacking<knowledge::nothing>>;

template <class Before, class After>
concept never_widens_access =
    std::same_as<lacking<missing(Before::reveals, After::reveals)>, lacking<access_to::nothing>>;

template <class Scorer, class Batch>
concept fills_its_signal =
    requires(const Scorer& scorer, const Batch& batch, typename detail::flow<Scorer, Batch>::sink out) {
      { scorer(batch, out) } -> std::same_as<void>;
    };

template <class Rule, class Owned>
concept fits_the_adversary = detail::fits<Rule, Owned>;

template <class Fitted, class Signal>
concept judges_the_signal = requires(const Fitted& fitted, const Signal& signal, std::span<double> out) {
  { fitted(signal, out) } -> std::same_as<void>;
};

template <class Fitted>
concept states_its_cut = requires(const Fitted& fitted) {
  { fitted.cut() } -> std::convertible_to<double>;
};

}  // namespace req
}  // namespace telltale
