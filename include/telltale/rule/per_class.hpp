// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/detail/joined_text.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/core/requirements.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/labelled.hpp>

namespace telltale {
namespace detail {

/// Whether a fitted rule's cut is part of its type, and hence the same whatever it was fitted to.
template <class Fitted>
inline constexpr bool has_one_cut = requires { typename std::bool_constant<(Fitted::cut(), true)>; };

inline constexpr std::string_view per_class_suffix = ", per class";

/// The places of each class among some records: `places` ordered by class, class k of `classes` from `starts[k]` on.
struct grouped_by_class {
  std::vector<int> classes;
  std::vector<std::size_t> places, starts;

  explicit grouped_by_class(std::span<const int> labels) : places(labels.size()) {
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
    std::stable_sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) { return labels[a] < labels[b]; });
    for (std::size_t i = 0; i < places.size(); ++i)
      if (const int label = labels[places[i]]; classes.empty() || label != classes.back()) {
        classes.push_back(label);
        starts.push_back(i);
      }
    starts.push_back(places.size());
  }

  [[nodiscard]] std::span<const std::size_t> of(std::size_t k) const {
    return std::span(places).subspan(starts[k], starts[k + 1] - starts[k]);
  }
};

/// The rows of some records, one after the other.
[[nodiscard]] inline std::vector<double> rows_of(const signals& from, std::span<const std::size_t> places) {
  std::vector<double> rows;
  rows.reserve(places.size() * from.width);
  for (const std::size_t i : places)
    rows.insert(rows.end(), from.values.begin() + static_cast<std::ptrdiff_t>(i * from.width),
                from.values.begin() + static_cast<std::ptrdiff_t>((i + 1) * from.width));
  return rows;
}

inline void check_classes(std::string_view function, std::string_view argument, const signals& signal) {
  if (signal.width == 0) refuse(function, argument, "has no value a record");
  if (signal.labels.empty() && !signal.values.empty())
    refuse(function, argument, "has no classes; this rule needs the class of every record");
  check_size(function, argument, signal.values.size(), signal.labels.size() * signal.width);
}

}  // namespace detail

/// A rule fitted to each class, ready to judge records of those classes.
template <class Fitted>
class fitted_per_class {
 public:
  /// True where the evidence is that of the inner rule; false where it is its verdict.
  static constexpr bool keeps_values = detail::has_one_cut<Fitted>;

  /// From the classes in ascending order and the fitted rule of each.
  fitted_per_class(std::vector<int> classes, std::vector<Fitted> rules)
      : classes_(std::move(classes)), rules_(std::move(rules)) {}

  /// Evidence of every subject by the rule of its class, `signal.labels`.
  ///
  /// Throws `argument_error` if a subject has no class or one that no labelled record had, and what the rule throws.
  /// Cost: O(n log n) to group n subjects, and what the rules cost.
  void operator()(const signals& signal, std::span<double> evidence) const {
    detail::check_classes(function, "signal", signal);
    detail::check_size(function, "evidence", evidence.size(), signal.labels.size());
    const detail::grouped_by_class groups(signal.labels);
    std::vector<double> of_class;
    for (std::size_t k = 0; k < groups.classes.size(); ++k) {
      const std::span<const std::size_t> places = groups.of(k);
      const Fitted& rule = of(groups.classes[k]);
      const std::vector<double> rows = detail::rows_of(signal, places);
      of_class.resize(places.size());
      rule(signals{rows, signal.width, {}}, std::span<double>(of_class));
      for (std::size_t i = 0; i < places.size(); ++i)
        evidence[places[i]] = keeps_values ? of_class[i] : static_cast<double>(of_class[i] >= rule.cut());
    }
  }

  [[nodiscard]] static constexpr double cut() noexcept {
    if constexpr (keeps_values)
      return Fitted::cut();
    else
      return 1;
  }

  /// What a floor of the inner rule touched, over all classes.
  [[nodiscard]] std::size_t floored() const
    requires requires(const Fitted& fitted) { fitted.floored(); }
  {
    std::size_t sum = 0;
    for (const Fitted& rule : rules_) sum += rule.floored();
    return sum;
  }

  /// The classes of the labelled records, ascending.
  [[nodiscard]] std::span<const int> classes() const noexcept { return classes_; }

  /// The rule of one class. Throws argument_error for a class that no labelled record had.
  [[nodiscard]] const Fitted& of(int label) const {
    const auto found = std::lower_bound(classes_.begin(), classes_.end(), label);
    if (found == classes_.end() || *found != label)
      detail::refuse(function, "signal",
                     "has a record of class " + std::to_string(label) + ", of which there is no labelled record");
    return rules_[static_cast<std::size_t>(found - classes_.begin())];
  }

 private:
  template <class>
  friend class per_class;
  static constexpr std::string_view function = "per_class";

  std::vector<int> classes_;
  std::vector<Fitted> rules_;
};

/// A rule of its own for every class: a hard class has other scores than an easy one.
///
/// Threat model: that of the inner `rule`, and the class of every subject. Classes come from `signals::labels`.
/// Formula: where the inner rule's cut is the same whatever it is fitted to (log-odds, a ranking only), the evidence is
/// the inner rule's. Where each class has a cut of its own (a threshold), the evidence is the published verdict, 1 or
/// 0, with cut 1: scores of different classes are not on one scale, no single number separates them, and subtracting
/// each cut would merge distinct scores into ties. To rank by such a score, judge it without classes.
/// Range: the inner rule's, or 0 and 1.
///
/// Cost: that of the inner rule on each class, and a copy of the signal.
/// Reference: the thresholds per class of Song and Mittal 2021, the attack models per class of Shokri et al. 2017.
template <class Rule>
class per_class {
 public:
  static constexpr std::string_view name = detail::joined_text<Rule::name, detail::per_class_suffix>::value;
  static constexpr knowledge needs = Rule::needs;
  static constexpr knowledge holds = knowledge::truth | detail::holds_of<Rule>;

  constexpr per_class() = default;
  /// With an inner rule that has settings of its own.
  constexpr explicit per_class(Rule of_each) : rule(std::move(of_each)) {}

  [[no_unique_address]] Rule rule{};

  /// Throws `argument_error` if a record has no class, and what the rule throws for a class, which it names.
  [[nodiscard]] auto fit(const labelled_records<signals>& owned) const
    requires(Rule::needs == knowledge::labelled_records)
  {
    using fitted = fitted_t<Rule, labelled_records<signals>>;
    constexpr std::string_view function = fitted_per_class<fitted>::function;
    detail::check_classes(function, detail::labelled_argument, owned.records);
    detail::check_size(function, detail::labelled_argument, owned.member.size(), owned.records.labels.size());
    detail::grouped_by_class groups(owned.records.labels);
    std::vector<fitted> rules;
    for (std::size_t k = 0; k < groups.classes.size(); ++k) {
      const std::span<const std::size_t> places = groups.of(k);
      const std::vector<double> rows = detail::rows_of(owned.records, places);
      std::vector<membership> member;
      for (const std::size_t i : places) member.push_back(owned.member[i]);
      try {
        rules.push_back(rule.fit(labelled_records<signals>(signals{rows, owned.records.width, {}}, member)));
      } catch (const argument_error& refused) {
        detail::refuse(function, refused.argument(),
                       "class " + std::to_string(groups.classes[k]) + ": " + refused.reason());
      }
    }
    return fitted_per_class<fitted>(std::move(groups.classes), std::move(rules));
  }
};

}  // namespace telltale
