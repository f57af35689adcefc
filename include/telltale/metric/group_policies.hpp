// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>

namespace telltale::metric {

/// A group of which a figure cannot be measured, since it has no `members` or no `nonmembers`.
struct unmeasurable_group {
  std::string name;
  std::size_t members = 0, nonmembers = 0;
};

/// Whose threshold stands for "TPR at FPR f" of a group.
namespace group_threshold {

/// The group's own: TPR at the FPR that the group itself has, as if it were audited alone.
struct own {
  static constexpr std::string_view name = "each group's own threshold";
};

/// The one that all records together have at FPR f: how many members of the group an adversary finds who knows of no
/// groups. Its realised FPR differs from group to group.
struct of_all_records {
  static constexpr std::string_view name = "the threshold of all records together";
};

}  // namespace group_threshold

/// What the confidence of the groups' intervals holds for. A policy has a `name`, and `of_one(confidence, groups)`
/// gives the confidence of one group's interval.
namespace group_confidence {

/// For each group by itself: of G groups, (1 - confidence) G are expected to lie outside.
struct each {
  static constexpr std::string_view name = "each group by itself";
  [[nodiscard]] static double of_one(double confidence, std::size_t) noexcept { return confidence; }
};

/// For one figure of all groups at once, however they depend on each other: each at 1 - (1 - confidence) / G.
struct bonferroni {
  static constexpr std::string_view name = "all groups at once (Bonferroni)";
  [[nodiscard]] static double of_one(double confidence, std::size_t groups) noexcept {
    return 1 - (1 - confidence) / static_cast<double>(groups);
  }
};

}  // namespace group_confidence

/// What happens to a group without members or without non-members. A policy does it in `meet(list, group)`.
namespace group_without_a_class {

/// It is an error that names the group: throws argument_error.
struct refused {
  static void meet(std::vector<unmeasurable_group>&, const unmeasurable_group& group) {
    detail::refuse("evaluate_groups", "group",
                   "'" + group.name + "' has " + std::to_string(group.members) + " members and " +
                       std::to_string(group.nonmembers) + " non-members; wanted at least one of each");
  }
};

/// It is listed in `grouped_evaluation::not_measurable`, with its numbers.
struct listed {
  static void meet(std::vector<unmeasurable_group>& list, const unmeasurable_group& group) { list.push_back(group); }
};

}  // namespace group_without_a_class

/// The choices of `evaluate_groups`. A variation is a struct that derives from one of these and replaces a member.
namespace group_preset {

/// Every group as if audited alone, all intervals holding at once, nothing left out: the policies `threshold`,
/// `confidence` and `without_a_class`.
struct strict {
  static constexpr group_threshold::own threshold{};
  static constexpr group_confidence::bonferroni confidence{};
  static constexpr group_without_a_class::refused without_a_class{};
};

/// One adversary, who knows of no groups, judged by group: another `threshold`.
struct one_threshold : strict {
  static constexpr group_threshold::of_all_records threshold{};
};

}  // namespace group_preset
}  // namespace telltale::metric
