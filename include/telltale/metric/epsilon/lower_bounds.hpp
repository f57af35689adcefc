// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/metric/epsilon/bayesian.hpp>
#include <telltale/metric/epsilon/clopper_pearson.hpp>
#include <telltale/metric/epsilon/gaussian.hpp>
#include <telltale/metric/epsilon/lower_bound.hpp>
#include <telltale/metric/epsilon/one_run.hpp>
#include <telltale/metric/epsilon/one_run_gaussian.hpp>
#include <telltale/metric/epsilon/ratio/adjusted_log.hpp>
#include <telltale/metric/epsilon/ratio/bailey.hpp>
#include <telltale/metric/epsilon/ratio/inverse_sinh.hpp>
#include <telltale/metric/epsilon/ratio/katz_log.hpp>
#include <telltale/metric/epsilon/strategy/bonferroni.hpp>
#include <telltale/metric/epsilon/strategy/fixed.hpp>
#include <telltale/metric/epsilon/strategy/multi_split.hpp>
#include <telltale/metric/epsilon/strategy/split.hpp>

namespace telltale::metric::epsilon {

/// Methods that may be chosen by name at run time: their `names`.
template <BoundMethod... Method>
struct method_list {
  static constexpr std::array<std::string_view, sizeof...(Method)> names{Method::name...};
};

/// All methods of this library.
using every_method = method_list<clopper_pearson, one_run, gaussian, one_run_gaussian, bayesian, katz_log, adjusted_log,
                                 bailey, inverse_sinh>;

/// A threshold strategy chosen at run time.
using any_strategy = std::variant<strategy::bonferroni, strategy::fixed, strategy::split, strategy::multi_split>;

/// The bounds of several methods named at run time, in the order of `names`, all by one strategy.
///
/// Each holds with the confidence by itself; the largest of them does not, so choose the method before the scores are
/// seen. Cost: one sort of the scores, and what `lower_bound` costs for each name. Throws argument_error for a name
/// that is not in `every_method::names`, and as `lower_bound` does.
template <BoundMethod... Method>
[[nodiscard]] std::vector<bound> lower_bounds(method_list<Method...>, std::span<const double> scores,
                                              std::span<const membership> member,
                                              std::span<const std::string_view> names, const any_strategy& strategy,
                                              double delta, double confidence = 0.95) {
  const attack_scores checked(scores, member);
  std::vector<bound> bounds;
  for (const std::string_view name : names) {
    const std::size_t before = bounds.size();
    const auto add_if_named = [&]<class M>() {
      if (name == M::name)
        bounds.push_back(std::visit(
            [&](const auto& chosen) { return lower_bound<M>(checked, chosen, delta, confidence); }, strategy));
    };
    (add_if_named.template operator()<Method>(), ...);
    if (bounds.size() == before) {
      std::string known;
      for (const std::string_view each : method_list<Method...>::names)
        known += (known.empty() ? "" : ", ") + std::string(each);
      detail::refuse("epsilon::lower_bounds", "names", "has \"" + std::string(name) + "\"; wanted some of " + known);
    }
  }
  return bounds;
}

}  // namespace telltale::metric::epsilon
