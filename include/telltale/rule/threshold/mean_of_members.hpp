// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include <telltale/core/adversary.hpp>
#include <telltale/core/error.hpp>
#include <telltale/rule/shadow_layout.hpp>
#include <telltale/rule/threshold/given.hpp>

namespace telltale::where {

/// The mean signal of records known to be members: "the loss is at most the mean training loss".
///
/// Reference: Yeom, Giacomelli, Fredrikson, Jha, "Privacy Risk in Machine Learning", CSF 2018, adversary 2 with the
/// mean training loss as the threshold.
struct mean_of_members {
  static constexpr std::string_view name = "threshold at the mean of members";
  static constexpr knowledge needs = knowledge::labelled_records;

  /// Throws `argument_error` if no record is a member, if labels and signal differ in number, or if the signal has
  /// several values a subject or one that is not finite.
  [[nodiscard]] given fit(const labelled_records<signals>& owned) const {
    constexpr std::string_view function = "threshold", argument = "labelled records";
    detail::check_one_value(function, argument, owned.records);
    detail::check_size(function, argument, owned.member.size(), owned.records.values.size());
    double sum = 0;
    std::size_t members = 0;
    for (std::size_t i = 0; i < owned.member.size(); ++i) {
      if (owned.member[i] != membership::in) continue;
      sum += owned.records.values[i];
      ++members;
    }
    if (members == 0) detail::refuse(function, argument, "holds no member, so there is no mean of members");
    return given{sum / static_cast<double>(members)};
  }
};

}  // namespace telltale::where
