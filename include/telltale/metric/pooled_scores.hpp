// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/membership.hpp>

namespace telltale::metric {

/// The same n records scored against each of T targets, each target with its own membership.
///
/// Views: the arrays must outlive it. A record's T scores are dependent, so a record is the unit of everything that
/// computes uncertainty from this.
struct pooled_scores {
  std::vector<std::span<const double>> scores;      ///< one span of n for each target, larger means member
  std::vector<std::span<const membership>> member;  ///< aligned with scores
  std::vector<double> cuts;  ///< of the targets' rules: none (ranking only), one for all targets, or one for each

  /// Targets, T.
  [[nodiscard]] std::size_t targets() const noexcept { return scores.size(); }
  /// Records, n, as the first target has them.
  [[nodiscard]] std::size_t records() const noexcept { return scores.empty() ? 0 : scores.front().size(); }

  /// Whether the rules have a verdict; false when there is no cut or every cut is +infinity.
  [[nodiscard]] bool has_cut() const noexcept {
    for (const double cut : cuts)
      if (!(std::isinf(cut) && cut > 0)) return true;
    return false;
  }
  /// The cut of a target's rule, where there is a cut; not checked.
  [[nodiscard]] double cut_of(std::size_t target) const { return cuts.size() == 1 ? cuts[0] : cuts[target]; }

  /// Throws argument_error for no target, fewer than 2 records, lengths that differ, a non-finite score, a membership
  /// other than 0 or 1, a target with one class only, a NaN cut, and a number of cuts other than 0, 1, T. O(n T).
  void check(std::string_view function) const {
    if (scores.empty()) detail::refuse(function, "scores", "has no target; wanted at least one");
    detail::check_size(function, "member", member.size(), scores.size());
    if (records() < 2)
      detail::refuse(function, "scores", "has " + std::to_string(records()) + " records; wanted at least 2");
    if (records() >= std::size_t{1} << 30 || records() * targets() >= std::size_t{1} << 32)
      detail::refuse(function, "scores", "has 2^30 records or 2^32 scores or more; wanted fewer");
    for (std::size_t t = 0; t < targets(); ++t) {
      const std::string row = std::string("[").append(std::to_string(t)).append("]");
      detail::check_size(function, "scores" + row, scores[t].size(), records());
      detail::check_size(function, "member" + row, member[t].size(), records());
      detail::check_finite(function, "scores" + row, scores[t]);
      std::size_t in = 0;
      for (const membership m : member[t]) {
        if (static_cast<std::uint8_t>(m) > 1)
          detail::refuse(function, "member" + row,
                         "holds " + std::to_string(static_cast<unsigned>(m)) + "; wanted 0 or 1");
        in += m == membership::in;
      }
      if (in == 0 || in == records())
        detail::refuse(function, "member" + row,
                       std::string("holds only ") + (in ? "members" : "non-members") + "; wanted both classes");
    }
    if (cuts.size() > 1) detail::check_size(function, "cuts", cuts.size(), targets());
    for (const double cut : cuts)
      if (std::isnan(cut)) detail::refuse(function, "cuts", "holds NaN; wanted thresholds");
  }
};

}  // namespace telltale::metric
