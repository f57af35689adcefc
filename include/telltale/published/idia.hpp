// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/core/error.hpp>
#include <telltale/rule/threshold.hpp>
#include <telltale/scorer/prompts_won.hpp>

namespace telltale::where {

/// The cut of IDIA: at least tau prompts won, 1 unless it is said otherwise.
struct at_least_tau : given {
  static constexpr std::string_view name = "threshold, at least tau";

  /// Throws argument_error unless tau > 0: everybody wins no prompt at least.
  constexpr explicit at_least_tau(double tau = 1) : given{tau} {
    if (!(tau > 0)) detail::refuse("at_least_tau", "tau", "is " + std::to_string(tau) + "; wanted more than 0 prompts");
  }
};

}  // namespace telltale::where

namespace telltale::published {

/// As `idia`, with another ballot.
template <class Ballot>
using idia_with = attack<prompts_won<Ballot>, threshold<where::at_least_tau>>;

/// Member if an image-text model knows the person's face by name: it names them from photos, whatever photos these are.
///
/// Anatomy: access label (of a zero-shot query); knowledge identity (name and photos); scorer prompts won; rule
/// threshold, at least tau.
/// Range: evidence is the number of prompts won, from 0 to the number of prompts, the cut tau = 1. Another tau:
/// `published::idia{{}, threshold{where::at_least_tau{3}}}`. As published: 21 prompts, 1,000 candidate names, at least
/// 3 photos a person drawn anew 20 times; with one photo the attack is badly calibrated (`idia_caution`).
/// Reference: `idia_citation`.
using idia = idia_with<ballot::strict_plurality>;

/// Where it was published, as reports print it.
inline constexpr std::string_view idia_citation =
    "Hintersdorf, Struppek, Brack, Friedrich, Schramowski, Kersting: Does CLIP Know My Face? Journal of Artificial "
    "Intelligence Research 80, 2024";

/// What a reader of rates must be told about the number of photos a person; empty where there is nothing.
[[nodiscard]] constexpr std::string_view idia_caution(std::size_t photos_per_person) noexcept {
  if (photos_per_person == 1)
    return "badly calibrated: with one photo a person no vote is outvoted, so that every chance hit wins its prompt "
           "(independent guesses among N names accuse 1 - (1 - 1/N)^prompts of the non-members); the publication "
           "reports from 3 photos on";
  if (photos_per_person == 2)
    return "two photos a person win a prompt only where both agree; the publication reports from 3 photos on";
  return {};
}

}  // namespace telltale::published
