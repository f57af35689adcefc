// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <telltale/core/error.hpp>

namespace telltale::metric::epsilon {

/// What a verdict "member" or "non-member" came to on records whose membership is known.
struct verdict_counts {
  std::uint64_t true_positives = 0, false_negatives = 0;  ///< members judged members, and not
  std::uint64_t false_positives = 0, true_negatives = 0;  ///< non-members judged members, and not

  /// From the members and non-members judged members out of all of each.
  /// Throws argument_error when more are judged members than there are.
  [[nodiscard]] static verdict_counts of(std::uint64_t true_positives, std::uint64_t members,
                                         std::uint64_t false_positives, std::uint64_t nonmembers) {
    const auto check = [](std::string_view argument, std::uint64_t got, std::uint64_t most) {
      if (got > most)
        detail::refuse("epsilon::verdict_counts::of", argument,
                       "is " + std::to_string(got) + "; wanted at most " + std::to_string(most));
    };
    check("true_positives", true_positives, members);
    check("false_positives", false_positives, nonmembers);
    return {true_positives, members - true_positives, false_positives, nonmembers - false_positives};
  }

  /// Members judged.
  [[nodiscard]] constexpr std::uint64_t members() const noexcept { return true_positives + false_negatives; }
  /// Non-members judged.
  [[nodiscard]] constexpr std::uint64_t nonmembers() const noexcept { return false_positives + true_negatives; }
  /// All records judged.
  [[nodiscard]] constexpr std::uint64_t records() const noexcept { return members() + nonmembers(); }

  friend bool operator==(const verdict_counts&, const verdict_counts&) = default;
};

/// Counts of a verdict whose threshold was fixed before these records were judged.
///
/// A bound from counts holds only then: the best of many thresholds certifies what is not there. Whoever builds this
/// says so; who chose the threshold on the same scores gives the scores and a strategy instead. `counts()` gives them
/// back. Throws argument_error when there are no members or no non-members.
class fixed_in_advance {
 public:
  /// Says that the threshold of these counts was fixed in advance.
  explicit fixed_in_advance(const verdict_counts& counts) : counts_(counts) {
    const auto check = [](std::string_view argument, std::uint64_t trials) {
      if (trials == 0)
        detail::refuse("epsilon::fixed_in_advance", argument, "are 0; wanted at least 1 of both classes");
    };
    check("members", counts.members());
    check("nonmembers", counts.nonmembers());
  }

  [[nodiscard]] const verdict_counts& counts() const noexcept { return counts_; }

 private:
  verdict_counts counts_;
};

}  // namespace telltale::metric::epsilon
