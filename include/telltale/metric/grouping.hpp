// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>

namespace telltale::metric {

/// Which group each record belongs to, from the user's labels: true classes, hospitals, age bands.
///
/// Groups are numbered in ascending order of their labels. O(n log n).
class grouping {
 public:
  /// From one label a record: integers, or names. Throws argument_error when there is none.
  template <std::integral Label>
  explicit grouping(std::span<const Label> labels) {
    number(labels, [](Label label) { return std::to_string(label); });
  }
  template <class Label>
    requires std::same_as<Label, std::string> || std::same_as<Label, std::string_view>
  explicit grouping(std::span<const Label> labels) {
    number(labels, [](const Label& label) { return std::string(label); });
  }
  template <class Label>
  explicit grouping(const std::vector<Label>& labels) : grouping(std::span<const Label>(labels)) {}

  /// Records that were labelled.
  [[nodiscard]] std::size_t records() const noexcept { return group_.size(); }
  /// How many groups there are.
  [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }
  /// The label of a group, as text; not checked.
  [[nodiscard]] const std::string& name(std::size_t group) const { return names_[group]; }
  /// The group of each record, from 0.
  [[nodiscard]] std::span<const std::uint32_t> of_records() const noexcept { return group_; }

 private:
  template <class Label, class Name>
  void number(std::span<const Label> labels, const Name& name) {
    if (labels.empty()) detail::refuse("grouping", "labels", "is empty; wanted one label a record");
    std::vector<Label> distinct(labels.begin(), labels.end());
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    for (const Label& label : distinct) names_.push_back(name(label));
    for (const Label& label : labels)
      group_.push_back(
          static_cast<std::uint32_t>(std::lower_bound(distinct.begin(), distinct.end(), label) - distinct.begin()));
  }

  std::vector<std::string> names_;
  std::vector<std::uint32_t> group_;
};

}  // namespace telltale::metric
