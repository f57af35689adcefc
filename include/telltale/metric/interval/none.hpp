// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include <telltale/metric/interval/estimate.hpp>
#include <telltale/metric/roc.hpp>

namespace telltale::metric::interval {

/// The value alone: NaN for both limits, of a proportion and of an AUC.
///
/// For figures whose interval comes from elsewhere, such as resampling. A policy, as `clopper_pearson` is. O(1). Throws
/// argument_error when n is 0, k > n or the confidence is outside (0, 1).
struct none {
  static constexpr std::string_view name = "none";

  [[nodiscard]] static estimate of(std::uint64_t successes, std::uint64_t trials, double confidence = 0.95) {
    detail::check_proportion("interval::none::of", successes, trials, confidence);
    return without_limits(static_cast<double>(successes) / static_cast<double>(trials));
  }
  [[nodiscard]] static estimate of(const roc_curve& curve, double confidence = 0.95) {
    detail::check_confidence("interval::none::of", confidence);
    return without_limits(curve.auc());
  }

 private:
  [[nodiscard]] static estimate without_limits(double value) noexcept {
    constexpr double absent = std::numeric_limits<double>::quiet_NaN();
    return {value, absent, absent};
  }
};

}  // namespace telltale::metric::interval
