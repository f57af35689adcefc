// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Quoted by docs/concepts/metrics.md.
#include <string_view>

#include <telltale/telltale.hpp>

using namespace telltale;

/// As if half the rate had been asked for: for readers who will quote the figure at twice the rate.
struct half_the_rate {
  static constexpr std::string_view name = "TPR at the largest achieved FPR <= f / 2";

  template <class Curve>
  static metric::curve_place place(const Curve& curve, double fpr) {
    return metric::fpr_rule::step::place(curve, fpr / 2);
  }
};
static_assert(metric::FprRule<half_the_rate>);

metric::evaluation judged(std::span<const double> scores, std::span<const membership> member) {
  const metric::evaluation found = metric::evaluate<half_the_rate>(scores, member);
  return found;
}
