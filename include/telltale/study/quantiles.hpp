// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/math/special_functions/beta.hpp>

#include <telltale/core/error.hpp>
#include <telltale/metric/interval/estimate.hpp>
#include <telltale/metric/interval/quantile.hpp>

namespace telltale::study {

/// Quantiles of one number a record, such as its vulnerability: which value does a share of the records lie below?
///
/// The value is interpolated between neighbours (NumPy's "linear"). The interval holds whatever the law of the numbers:
/// its ends are order statistics, the number of records below the true quantile being binomial; an end that so few
/// records cannot give is infinite, as the upper one of the 99.9 % quantile of 1,000 records. At least `confidence`,
/// for records drawn independently. The records' own noise widens the quantiles of vulnerability themselves: the
/// largest d' of many harmless records is large. O(n log n). Throws argument_error for no record, a value that is not
/// finite, and shares or a confidence outside (0, 1). Reference: David and Nagaraja 2003, "Order Statistics",
/// section 7.1.
template <std::same_as<double> Real = double>
[[nodiscard]] std::vector<metric::estimate> quantiles(std::span<const double> values, std::span<const double> shares,
                                                      std::type_identity_t<Real> confidence = 0.95) {
  constexpr std::string_view where = "quantiles";
  detail::check_confidence(where, confidence);
  if (values.empty()) detail::refuse(where, "values", "has no record; wanted at least 1");
  detail::check_finite(where, "values", values);
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const std::size_t n = sorted.size();
  const Real tail = (1 - confidence) / 2;
  // P(at least k of the n lie below the quantile of share p), k from 0 to n + 1.
  const auto at_least = [&](std::size_t k, Real p) -> Real {
    if (k == 0) return 1;
    return k > n ? 0 : boost::math::ibeta(static_cast<Real>(k), static_cast<Real>(n - k + 1), p, detail::in_double());
  };
  std::vector<metric::estimate> found;
  for (const double share : shares) {
    if (!(share > 0 && share < 1))
      detail::refuse(where, "shares", "holds " + std::to_string(share) + "; wanted values inside (0, 1)");
    const double place = share * static_cast<double>(n - 1), below = std::floor(place);
    const auto at = static_cast<std::size_t>(below);
    const double value = sorted[at] + (at + 1 < n ? (place - below) * (sorted[at + 1] - sorted[at]) : 0);
    // The least k with P(at least k) <= tail ends it above; the largest with P(fewer than k) <= tail below.
    std::size_t least = 0, most = n + 1;
    while (most - least > 1) {
      const std::size_t middle = (least + most) / 2;
      (at_least(middle, share) <= tail ? most : least) = middle;
    }
    const std::size_t upper = most;
    for (least = 0, most = n + 1; most - least > 1;) {
      const std::size_t middle = (least + most) / 2;
      (1 - at_least(middle, share) <= tail ? least : most) = middle;
    }
    constexpr double infinity = std::numeric_limits<double>::infinity();
    found.push_back({value, least == 0 ? -infinity : sorted[least - 1], upper > n ? infinity : sorted[upper - 1]});
  }
  return found;
}

}  // namespace telltale::study
