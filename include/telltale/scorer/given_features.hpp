// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

#include <telltale/core/concepts.hpp>
#include <telltale/core/error.hpp>

namespace telltale {

/// Features of the records that the user supplies, of which the target knows nothing: what a rule may condition on.
///
/// Threat model: the record itself. `values` holds subjects x `dimensions` numbers, row by row, and is viewed, not
/// copied. Alone it says nothing of membership; joined to a score it lets a rule learn how hard each record is.
/// Formula: the values as they are.
/// Range: any finite numbers, in the user's units.
/// Cost: one copy.
/// Throws argument_error if there is no dimension, if the number of values is not subjects x dimensions, or if one is
/// not finite.
/// Reference: the features that Bertran et al. 2023 condition their quantiles on.
struct given_features {
  static constexpr std::string_view name = "given features";
  static constexpr auto needs = access_to::nothing;
  static constexpr auto holds = knowledge::record;

  std::span<const double> values{};
  std::size_t dimensions = 0;

  [[nodiscard]] std::size_t width(const Observation auto&) const {
    if (dimensions == 0) detail::refuse("given_features", "dimensions", "is 0; wanted at least 1");
    return dimensions;
  }

  void operator()(const Observation auto& batch, std::span<double> out) const {
    detail::check_size("given_features", "values", values.size(), batch.subjects() * width(batch));
    detail::check_size("given_features", "out", out.size(), values.size());
    detail::check_finite("given_features", "values", values);
    std::copy(values.begin(), values.end(), out.begin());
  }
};

}  // namespace telltale
