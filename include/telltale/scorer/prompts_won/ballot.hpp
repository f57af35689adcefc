// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

/// When a name wins the vote of a person's photos under one prompt.
///
/// A policy has a `name`, and `wins(sorted_votes, candidate)` says, of votes in ascending order, whether the candidate
/// wins. Cost: a binary search for each name that got a vote.
namespace telltale::ballot {

/// A name wins when it has more votes than any other; nobody wins a tie for first place.
///
/// Reference: Hintersdorf et al. 2024 and their code, which counts a prompt only where the most frequent prediction is
/// unique (from its source, not run).
struct strict_plurality {
  static constexpr std::string_view name = "strict plurality";

  [[nodiscard]] static bool wins(std::span<const int> sorted_votes, int candidate) {
    const auto [own, behind] = std::equal_range(sorted_votes.begin(), sorted_votes.end(), candidate);
    if (own == behind) return false;
    for (auto run = sorted_votes.begin(); run != sorted_votes.end();) {
      const auto end = std::upper_bound(run, sorted_votes.end(), *run);
      if (run != own && end - run >= behind - own) return false;
      run = end;
    }
    return true;
  }
};

/// Of the names with the most votes the one that stands first among the candidates wins, as a mode taken by
/// `numpy.bincount(votes).argmax()` is.
///
/// What it inflates: every tie is won by somebody, so that people whose name stands early among the candidates are
/// accused for no reason. With K photos that a model has no opinion about, all K answers differ and one of the K names
/// wins, where strict plurality gives the prompt to none. For comparison with code that counts so; not to be reported.
struct first_mode {
  static constexpr std::string_view name = "first mode";

  [[nodiscard]] static bool wins(std::span<const int> sorted_votes, int candidate) {
    const auto [own, behind] = std::equal_range(sorted_votes.begin(), sorted_votes.end(), candidate);
    if (own == behind) return false;
    for (auto run = sorted_votes.begin(); run != sorted_votes.end();) {
      const auto end = std::upper_bound(run, sorted_votes.end(), *run);
      if (run < own ? end - run >= behind - own : end - run > behind - own) return false;
      run = end;
    }
    return true;
  }
};

}  // namespace telltale::ballot
