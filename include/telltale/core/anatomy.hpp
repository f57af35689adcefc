// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>

namespace telltale {

/// The parts of an attack as data. Observation and backend are empty until an observation is named.
struct anatomy {
  access_to access;                ///< the least that the target must reveal
  knowledge owns;                  ///< what the adversary must own, of the subject and of the world
  std::string_view scorer;         ///< the scorer's name
  std::string_view rule;           ///< the decision rule's name
  std::string_view observation{};  ///< the observation's name
  std::string_view backend{};      ///< the name of the backend that does the arithmetic
};

/// Access, knowledge, scorer and rule of an attack: what its type alone tells.
template <class Attack>
[[nodiscard]] constexpr anatomy anatomy_of() {
  using scorer = typename Attack::scorer;
  using rule = typename Attack::rule;
  return {scorer::needs, rule::needs | detail::holds_of<scorer> | detail::holds_of<rule>, scorer::name, rule::name};
}

/// All six parts, once the observation is known.
template <class Attack, class Batch>
  requires Scorer<typename Attack::scorer, Batch>
[[nodiscard]] constexpr anatomy anatomy_of() {
  anatomy parts = anatomy_of<Attack>();
  parts.observation = Batch::name;
  parts.backend = Batch::backend::name;
  return parts;
}

}  // namespace telltale
