// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/observation/zero_shot.hpp>
#include <telltale/scorer/prompts_won/ballot.hpp>

namespace telltale {

/// How many prompts a person's true name wins: with each prompt, the photos of the person vote for names.
///
/// Threat model: the chosen name of any photo under any prompt; the person's name and photos (not training photos).
/// Formula: sum over prompts p of [Ballot gives p to the true name], the vote of photo x being the name n of largest
/// cos(f(x), g(t_p(n))).
/// Range: whole numbers from 0 to the number of prompts. Prompts are strongly correlated: 21 are not 21 tests. With one
/// photo a person nothing can be outvoted, and every chance hit wins its prompt.
/// Cost: what the observation's votes cost, and O(photos x prompts log(photos of a person)); for many draws vote once
/// (`argmax{}`) and count on `drawn_photos`.
/// Throws argument_error when `out` has another size, and what votes throw.
/// Reference: Hintersdorf, Struppek, Brack, Friedrich, Schramowski, Kersting, "Does CLIP Know My Face?", JAIR 80, 2024.
template <class Ballot = ballot::strict_plurality>
struct prompts_won {
  static constexpr std::string_view name = "prompts won";
  static constexpr auto needs = access_to::label;
  static constexpr auto holds = knowledge::identity;

  void operator()(const ZeroShot auto& batch, std::span<double> out) const {
    detail::check_size("prompts_won", "out", out.size(), batch.subjects());
    const auto votes = batch.votes();
    const std::size_t prompts = batch.prompts();
    std::vector<int> sorted;
    for (std::size_t person = 0; person < out.size(); ++person) {
      const std::span<const std::uint32_t> photos = batch.photos_of(person);
      out[person] = 0;
      for (std::size_t prompt = 0; prompt < prompts; ++prompt) {
        sorted.clear();
        for (const std::uint32_t photo : photos) sorted.push_back(votes[photo * prompts + prompt]);
        std::sort(sorted.begin(), sorted.end());
        out[person] += Ballot::wins(sorted, batch.true_name(person));
      }
    }
  }
};

}  // namespace telltale
