// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace telltale {

/// What a scorer hands to a rule: subjects x `width` numbers in `values`, row by row, larger meaning member.
///
/// Queries, prompts and patches of one subject are columns of its row; pooling them is the rule's. `labels` holds the
/// class of each subject, or is empty where the observation has none.
struct signals {
  std::span<const double> values;
  std::size_t width = 1;
  std::span<const int> labels{};

  /// Rows: values divided by width; 0 where the width is 0.
  [[nodiscard]] std::size_t subjects() const noexcept { return width == 0 ? 0 : values.size() / width; }
};

/// The other kind of signal: the backend's own tensor `values`, its first extent being the subject. It stays on its
/// device.
template <class Backend>
struct features {
  typename Backend::tensor values;
};

/// Which kind of signal a scorer fills: `numbers`, a row of doubles a subject, or `features`, the backend's tensor. A
/// scorer that does not say fills numbers.
enum class gives { numbers, features };

/// The cut of a rule that publishes none: no value reaches it, and reports print "ranking only".
inline constexpr double ranking_only = std::numeric_limits<double>::infinity();

/// What an attack returns: one value per subject in `values`, larger meaning member, and the `cut` of the verdict
/// `value >= cut`.
///
/// The values stay what the publication calls the score. Subtracting the cut would merge distinct scores into ties: of
/// 100,000 losses with margins uniform in 5 to 60 half are lost after `0.1 - loss`. `floored` counts the subjects that
/// a floor policy touched, `filled` those without models of their own under a hypothesis, and `dropped` the scores that
/// a policy left out.
struct evidence {
  std::vector<double> values;
  double cut = ranking_only;
  std::size_t floored = 0, filled = 0, dropped = 0;

  /// Whether the rule publishes no cut, so that no verdict can be asked for.
  [[nodiscard]] bool ranks_only() const noexcept { return cut == ranking_only; }
  /// The verdict on a subject; false where the rule ranks only. Throws std::out_of_range for a subject that is not
  /// there.
  [[nodiscard]] bool says_member(std::size_t subject) const { return values.at(subject) >= cut; }
};

}  // namespace telltale
