// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/rule/labelled.hpp>
#include <telltale/rule/shadow_layout.hpp>
#include <telltale/rule/threshold/given.hpp>

namespace telltale::where {

/// The observed signal at which labelled records are told apart best: the value v that maximises (TPR + TNR) / 2 of
/// the verdict `signal >= v`. Of several such values the first in the order of the records, members before
/// non-members, is taken; accuracies are compared exactly, as whole numbers.
///
/// Cost: O(n log n). Reference: the threshold setting of Song and Mittal, "Systematic Evaluation of Privacy Risks of
/// Machine Learning Models", USENIX Security 2021, as their code makes it (from its source, not run).
struct best_balanced_accuracy {
  static constexpr std::string_view name = "threshold at the best balanced accuracy";
  static constexpr knowledge needs = knowledge::labelled_records;

  /// Throws `argument_error` if there are no members or no non-members, if labels and signal differ in number, or if
  /// the signal has several values a subject or one that is not finite.
  [[nodiscard]] given fit(const labelled_records<signals>& owned) const {
    constexpr std::string_view function = "threshold";
    detail::check_one_value(function, detail::labelled_argument, owned.records);
    const std::uint64_t members = detail::members_of(function, owned), others = owned.member.size() - members;
    std::vector<double> in, out;
    for (std::size_t i = 0; i < owned.member.size(); ++i)
      (owned.member[i] == membership::in ? in : out).push_back(owned.records.values[i]);
    std::vector<double> sorted_in = in, sorted_out = out;
    std::sort(sorted_in.begin(), sorted_in.end());
    std::sort(sorted_out.begin(), sorted_out.end());
    const auto below = [](const std::vector<double>& sorted, double value) {
      return static_cast<std::uint64_t>(std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin());
    };
    double best = 0;
    std::uint64_t most = 0;
    // TPR + TNR over the common denominator members x others.
    for (const std::vector<double>* const side : {&in, &out})
      for (const double value : *side) {
        const std::uint64_t right = (members - below(sorted_in, value)) * others + below(sorted_out, value) * members;
        if (right <= most) continue;
        most = right;
        best = value;
      }
    return given{best};
  }
};

}  // namespace telltale::where
