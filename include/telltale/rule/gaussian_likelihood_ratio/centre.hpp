// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace telltale {

/// Where the Gaussian of a record is centred, from its scores under the IN or the OUT models.
///
/// A policy says `from_values`; if true, it is called with the scores (a scratch it may reorder, never empty) and
/// returns their centre, otherwise the mean is taken.
namespace centre {

/// The arithmetic mean: the maximum-likelihood centre.
struct mean {
  static constexpr std::string_view name = "mean";
  static constexpr bool from_values = false;
};

/// The median, the mean of the two middle scores where their number is even. The spread stays about the mean.
struct median {
  static constexpr std::string_view name = "median";
  static constexpr bool from_values = true;

  template <class Scalar>
  [[nodiscard]] double operator()(std::span<Scalar> scores) const {
    const auto middle = scores.begin() + static_cast<std::ptrdiff_t>(scores.size() / 2);
    std::nth_element(scores.begin(), middle, scores.end());
    const double upper = static_cast<double>(*middle);
    if (scores.size() % 2 == 1) return upper;
    const double lower = static_cast<double>(*std::max_element(scores.begin(), middle));
    return lower + (upper - lower) / 2;
  }
};

}  // namespace centre
}  // namespace telltale
