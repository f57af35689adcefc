// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include <telltale/core/error.hpp>
#include <telltale/metric/epsilon/detail/gaussian_delta.hpp>
#include <telltale/metric/epsilon/method.hpp>
#include <telltale/metric/interval/quantile.hpp>

namespace telltale::metric::epsilon {

/// What an auditor of one run made of its `canaries`: guesses about some of them (`made`), of which some were right
/// (`correct`).
struct guesses {
  std::uint64_t canaries = 0, made = 0, correct = 0;

  /// Every record is a canary, every record judged a member a guess, and abstained from are the others.
  [[nodiscard]] static constexpr guesses of(const verdict_counts& counts) noexcept {
    return {counts.records(), counts.true_positives + counts.false_positives, counts.true_positives};
  }

  /// Throws argument_error for more guesses than canaries or more right than guesses.
  void check(std::string_view function) const {
    if (canaries == 0) detail::refuse(function, "canaries", "are 0; wanted at least 1");
    if (made > canaries)
      detail::refuse(function, "guesses",
                     "are " + std::to_string(made) + "; wanted at most the " + std::to_string(canaries) + " canaries");
    if (correct > made)
      detail::refuse(function, "correct",
                     "is " + std::to_string(correct) + "; wanted at most the " + std::to_string(made) + " guesses");
  }
};

/// Exact, from one trained model: of r guesses about canaries that were each included with probability 1/2,
/// independently of all else, an (epsilon, delta)-private training lets v or more be right with probability at most
///   p = P[B >= v] + 2 m delta max_{1 <= i <= v} P[v > B >= v - i] / i,   B ~ Binomial(r, 1 / (1 + e^-epsilon)),
/// m canaries; the bound is the largest epsilon with p < error.
///
/// The guesses may depend on the scores of all canaries, not on their membership; a canary without a guess costs
/// nothing. Records of a fixed-size or balanced plan were not tossed independently: the bound is then an approximation.
/// O(sqrt(r)) a p-value, some 20 of them. Reference: Steinke, Nasr and Jagielski 2023, "Privacy auditing with one (1)
/// training run". Throws argument_error for counts that make no sense, and unless delta is in [0, 1) and the error
/// inside (0, 1).
struct one_run {
  static constexpr std::string_view name = "one-run";
  static constexpr epsilon::guarantee guarantee = epsilon::guarantee::exact;
  static constexpr auto draws = experiment::one_run;

  /// p as above; it may exceed 1. epsilon >= 0, delta in [0, 1). Throws argument_error for counts that make no sense.
  template <std::floating_point Real = double>
  [[nodiscard]] static Real p_value(const guesses& seen, Real epsilon, Real delta) {
    seen.check("epsilon::one_run::p_value");
    return p_of(seen, epsilon, delta);
  }

  /// The largest epsilon that is rejected with error probability `error`, and `above` where that is no larger.
  template <std::floating_point Real = double>
  [[nodiscard]] static Real low(const guesses& seen, Real delta, Real error, Real above = 0) {
    seen.check("epsilon::one_run::low");
    detail::check_audit("epsilon::one_run::low", delta, error);
    const auto excess = [&](Real epsilon) { return p_of(seen, epsilon, delta) - error; };
    if (p_of(seen, above, Real{0}) >= error || excess(above) >= 0) return above;  // most candidates lose without delta
    Real rejected = above, high = std::max(Real{1}, 2 * above);
    while (excess(high) < 0) {
      rejected = high;
      high *= 2;
    }
    return detail::last_not_positive(excess, rejected, high);
  }

  template <std::floating_point Real = double>
  [[nodiscard]] static Real low(const verdict_counts& counts, Real delta, Real error, Real above = 0) {
    return low(guesses::of(counts), delta, error, above);
  }

 private:
  template <std::floating_point Real>
  [[nodiscard]] static Real p_of(const guesses& seen, Real epsilon, Real delta) {
    if (seen.correct == 0) return 1;
    const Real r = static_cast<Real>(seen.made), v = static_cast<Real>(seen.correct);
    const Real wrong = 1 / (1 + std::exp(epsilon)), right = 1 / (1 + std::exp(-epsilon));
    // I_right(v, r - v + 1) from the small probability, whose digits 1 - wrong would lose.
    Real p = boost::math::ibetac(r - v + 1, v, wrong, detail::in_double());
    if (delta > 0) p += 2 * static_cast<Real>(seen.canaries) * delta * best_mean_below(r, v, right, wrong);
    return p;
  }

  // max_i P[v > B >= v - i] / i: the largest mean of the i probabilities next below v. Away from v they rise to the
  // mode and fall behind it, so the mean is largest where the next probability first falls below it. Those more than 12
  // standard deviations + 50 above the mean are nothing, and would only start the recurrence at an underflow.
  template <std::floating_point Real>
  [[nodiscard]] static Real best_mean_below(Real r, Real v, Real right, Real wrong) {
    const Real far = std::ceil(r * right + 12 * std::sqrt(r * right * wrong) + 50), odds = wrong / right;
    Real k = std::min(v - 1, far), mass = binomial(k, r, wrong), sum = mass, mean = sum / (v - k);
    while (k > 0) {
      mass *= k / (r - k + 1) * odds;
      k -= 1;
      if (mass < mean && k < r * right) break;
      sum += mass;
      mean = std::max(mean, sum / (v - k));
    }
    return mean;
  }

  // P[B = k] = the density of Beta(r - k + 1, k + 1) at `wrong`, over r + 1.
  template <std::floating_point Real>
  [[nodiscard]] static Real binomial(Real k, Real r, Real wrong) {
    return boost::math::ibeta_derivative(r - k + 1, k + 1, wrong, detail::in_double()) / (r + 1);
  }
};

}  // namespace telltale::metric::epsilon
