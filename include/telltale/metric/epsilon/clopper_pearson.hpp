// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <string_view>

#include <telltale/metric/epsilon/method.hpp>
#include <telltale/metric/interval/quantile.hpp>

namespace telltale::metric::epsilon {

/// Upper limits of the two error rates, `fpr` and `fnr`, that hold together with probability >= 1 - error.
struct error_limits {
  double fpr, fnr;

  /// Each exact and one-sided at error / 2 (Clopper-Pearson), joined by the union bound.
  template <std::floating_point Real = double>
  [[nodiscard]] static error_limits of(const verdict_counts& counts, Real error) {
    const auto upper = [error](std::uint64_t wrong, std::uint64_t right) {
      return right == 0 ? Real{1}
                        : detail::beta_upper(static_cast<Real>(wrong) + 1, static_cast<Real>(right), error / 2);
    };
    return {upper(counts.false_positives, counts.true_negatives), upper(counts.false_negatives, counts.true_positives)};
  }
};

/// Exact: epsilon >= log((TPR - delta) / FPR) and log((TNR - delta) / FNR), each rate at its exact limit.
///
/// An (epsilon, delta)-private training has TPR <= e^epsilon FPR + delta and TNR <= e^epsilon FNR + delta for every
/// verdict. Both quotients rest on the same two limits, upper for FPR and for FNR, so looking both ways costs no error.
/// With n perfect trials a class it certifies at most about log(n / 3.7) at 95 %. Rests on independent trials: one
/// trained model for each record judged. Records that one model judges together are not; `one_run` is for those. O(1).
/// Reference: Jagielski, Ullman and Oprea 2020, "Auditing differentially private machine learning: how private is
/// private SGD?"; Nasr, Songi, Thakurta, Papernot and Carlini 2021, "Adversary instantiation". Throws argument_error
/// unless delta is in [0, 1) and the error inside (0, 1).
struct clopper_pearson {
  static constexpr std::string_view name = "clopper-pearson";
  static constexpr epsilon::guarantee guarantee = epsilon::guarantee::exact;
  static constexpr auto draws = experiment::trials;

  template <std::floating_point Real = double>
  [[nodiscard]] static Real low(const verdict_counts& counts, Real delta, Real error, Real above = 0) {
    detail::check_audit("epsilon::clopper_pearson::low", delta, error);
    const auto [fpr, fnr] = error_limits::of(counts, error);
    const auto quotient = [&](Real wrong, Real other) {
      const Real right = 1 - delta - other;
      return right > 0 ? std::log(right / wrong) : Real{0};
    };
    return std::max({above, quotient(fpr, fnr), quotient(fnr, fpr)});
  }
};

}  // namespace telltale::metric::epsilon
