// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <telltale/telltale.hpp>

#include "shown.hpp"
#include "targets.hpp"

/// Asks the compiler what an attack needs, on which observations it runs, and behind which release policies.
namespace generator {

/// What a page says of a composition that its type does not: where its page is and which question it asks.
///
/// `composition` is the type in words that `TELLTALE_ABOUT` compares with the type itself.
template <class Attack>
struct about {
  std::string_view alias, page, question, composition;
};

/// `written` if it is the text of the very type; anything else does not compile.
template <class Published, class Written>
  requires std::same_as<Published, Written>
constexpr std::string_view spelled(std::string_view written) {
  return written;
}

/// TELLTALE_ABOUT(alias in telltale::published, page, question, the type in full).
#define TELLTALE_ABOUT(alias, page, question, ...)                                    \
  ::generator::about<::telltale::published::alias> {                                  \
    "published::" #alias, page, question,                                             \
        ::generator::spelled<::telltale::published::alias, __VA_ARGS__>(#__VA_ARGS__) \
  }

/// A composition that is in no catalogue, with the name that it is shown by.
template <class Attack>
struct named {
  std::string_view name;
  about<Attack> said;
};
template <class Attack>
named(const char*, about<Attack>) -> named<Attack>;

/// An observation that attacks are tried on, and who is asked by it.
template <class Batch>
struct asked {
  using batch = Batch;
  std::string_view of;
};

// Bags of everything that an adversary can own, in the forms that rules read it.
template <class Signal, class Labelled>
using everything = telltale::adversary<telltale::shadow_models<float>, telltale::population<Signal>,
                                       telltale::labelled_records<Labelled>>;

template <class Attack, class Batch, class Owned>
concept runs_with = requires(const Attack& attack, const Batch& batch, const Owned& owned) {
  { attack(batch, owned) } -> std::same_as<telltale::evidence>;
};

// The bag with which an attack compiles on an observation; void where there is none. A rule may look into a population
// only when it is fitted, so that the odd form comes last.
template <class Attack, class Batch>
auto bag_for() {
  using telltale::signals;
  using of_signals = everything<signals, signals>;
  using of_vectors = everything<telltale::batch_view<float>, signals>;
  if constexpr (!telltale::Scorer<typename Attack::scorer, Batch>)
    return;
  else if constexpr (telltale::detail::gives_of<typename Attack::scorer> == telltale::gives::features) {
    using of_tensors = everything<signals, telltale::features<typename Batch::backend>>;
    if constexpr (runs_with<Attack, Batch, of_tensors>) return std::type_identity<of_tensors>{};
  } else if constexpr (runs_with<Attack, Batch, of_signals>)
    return std::type_identity<of_signals>{};
  else if constexpr (runs_with<Attack, Batch, of_vectors>)
    return std::type_identity<of_vectors>{};
}

/// Whether an attack compiles on an observation, for an adversary who owns everything.
template <class Attack, class Batch>
inline constexpr bool runs = !std::is_void_v<decltype(bag_for<Attack, Batch>())>;

// What concepts promise is compiled as well: a body that does not compile fails the build of the pages.
template <class Attack, class Batch, class Owned>
telltale::evidence called(const Attack& attack, const Batch& batch, const Owned& owned) {
  return attack(batch, owned);
}

template <class Attack, class Batch>
void compile() {
  static_cast<void>(&called<Attack, Batch, typename decltype(bag_for<Attack, Batch>())::type>);
}

// A policy of classifiers acts on every pixel of a segmentation.
template <class Policy, class Batch>
struct applied {
  static constexpr bool applies = false;
};
template <class Policy, class Batch>
  requires telltale::ReleasePolicy<Policy, Batch>
struct applied<Policy, Batch> {
  static constexpr bool applies = true;
  using left = telltale::detail::released_t<Policy, Batch>;
};
template <class Policy, class Batch>
  requires(!telltale::ReleasePolicy<Policy, Batch> && telltale::ReleasePolicy<telltale::at_every_pixel<Policy>, Batch>)
struct applied<Policy, Batch> : applied<telltale::at_every_pixel<Policy>, Batch> {};

/// What becomes of an attack that runs on `Batch` behind a policy. One that leaves confidences rewrites them; one that
/// leaves less takes them away and leaves the rest as it was.
template <class Attack, class Batch, class Policy>
constexpr const char* behind() {
  if constexpr (!applied<Policy, Batch>::applies)
    return mark::no_release;
  else if constexpr (!runs<Attack, typename applied<Policy, Batch>::left>)
    return mark::stopped;
  else
    return telltale::covers(Policy::leaves, telltale::access_to::confidence) ? mark::rewritten : mark::untouched;
}

/// The release policies of the library.
using policies =
    std::tuple<telltale::argmax, telltale::top_k, telltale::rounding, telltale::noise, telltale::temperature>;

template <class Attack, class Batch>
std::vector<std::string> behind_each() {
  return []<class... Policy>(std::type_identity<std::tuple<Policy...>>) {
    return std::vector<std::string>{behind<Attack, Batch, Policy>()...};
  }(std::type_identity<policies>{});
}

/// A set of facts in words, separated by commas; empty for none.
template <class Facts>
std::string in_words(Facts facts) {
  if (facts == Facts::nothing) return {};
  std::string text = telltale::to_string(facts);
  for (std::size_t at = text.find(" + "); at != std::string::npos; at = text.find(" + ")) text.replace(at, 3, ", ");
  return text;
}

/// The anatomy of an attack on an observation, as text.
template <class Attack, class Batch>
shown_attack shown_on(std::string_view asked_of, std::string_view name, const about<Attack>& said) {
  using telltale::knowledge;
  constexpr telltale::anatomy parts = telltale::anatomy_of<Attack, Batch>();
  constexpr knowledge of_subject = knowledge::truth | knowledge::caption | knowledge::identity | knowledge::record;
  constexpr auto both = [](knowledge a, knowledge b) {
    return knowledge(static_cast<unsigned>(a) & static_cast<unsigned>(b));
  };
  constexpr auto others = knowledge(~static_cast<unsigned>(of_subject));
  const bool tensors = telltale::detail::gives_of<typename Attack::scorer> == telltale::gives::features;
  return {.asked_of = std::string(asked_of),
          .name = std::string(name),
          .alias = std::string(said.alias),
          .composition = std::string(said.composition),
          .page = std::string(said.page),
          .question = std::string(said.question),
          .access = in_words(parts.access),
          .subject = in_words(both(parts.owns, of_subject)),
          .world = in_words(both(parts.owns, others)),
          .known_to_scorer = in_words(telltale::detail::holds_of<typename Attack::scorer>),
          .known_to_rule = in_words(telltale::detail::holds_of<typename Attack::rule>),
          .observation = std::string(parts.observation),
          .scorer = std::string(parts.scorer),
          .rule = std::string(parts.rule),
          .signal = tensors ? "a tensor" : "numbers",
          .backends = {std::string(parts.backend)},
          .behind = behind_each<Attack, Batch>()};
}

/// Appends the attack as it is on the first observation that it runs on. Returns whether there is one.
template <class Attack, class... Batch>
bool show(std::vector<shown_attack>& into, std::string_view name, const about<Attack>& said,
          const std::tuple<asked<Batch>...>& targets) {
  bool found = false;
  const auto try_on = [&]<class One>(const asked<One>& target) {
    if constexpr (runs<Attack, One>) {
      compile<Attack, One>();
      if (!found) into.push_back(shown_on<Attack, One>(target.of, name, said));
      found = true;
    }
  };
  std::apply([&](const auto&... target) { (try_on(target), ...); }, targets);
  return found;
}

/// Whether a policy applies to a target's answers. Of a classifier the gap attack, which every release leaves possible,
/// is compiled behind it.
template <class Policy, class Batch>
bool applies() {
  if constexpr (applied<Policy, Batch>::applies)
    if constexpr (runs<telltale::published::gap, typename applied<Policy, Batch>::left>)
      compile<telltale::published::gap, typename applied<Policy, Batch>::left>();
  return applied<Policy, Batch>::applies;
}

template <class... Policy>
std::vector<std::string> names_of(std::type_identity<std::tuple<Policy...>>) {
  return {std::string(Policy::name)...};
}

}  // namespace generator
