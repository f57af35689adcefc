// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <numbers>
#include <string_view>

#include <telltale/core/error.hpp>
#include <telltale/metric/epsilon/detail/gaussian_delta.hpp>
#include <telltale/metric/epsilon/method.hpp>
#include <telltale/metric/epsilon/one_run.hpp>
#include <telltale/metric/interval/quantile.hpp>

namespace telltale::metric::epsilon {

/// Exact for Gaussian trade-offs, from one trained model: the f-DP form of `one_run`, tighter than it.
///
/// mu-Gaussian differential privacy is rejected when c of c' guesses about m canaries are right more often than it
/// allows with probability `error`: from r = error c / m, h = error (c' - c) / m, for i = c - 1 ... 0,
///   h' = max(h, Phi(Phi^-1(r) - mu)),  r += i / (c' - i) (h' - h),  h = h',
/// and mu is rejected when r + h > c' / m in the end. The bound is the epsilon at delta of the largest rejected mu.
/// Canaries and guesses as for `one_run`; the assumption of `gaussian`.
/// Cost: O(c) a mu, some 40 of them; in practice the recursion ends early.
/// Throws argument_error for counts that make no sense, and unless delta and the error are inside (0, 1).
/// Reference: Mahloujifar, Melis and Chaudhuri 2024, "Auditing f-differential privacy in one run", as in jax_privacy.
struct one_run_gaussian {
  static constexpr std::string_view name = "one-run-gaussian";
  static constexpr epsilon::guarantee guarantee = epsilon::guarantee::exact_if_gaussian;
  static constexpr auto draws = experiment::one_run;

  /// Whether mu-Gaussian differential privacy is rejected with error probability `error`. mu >= 0.
  template <std::floating_point Real = double>
  [[nodiscard]] static bool rejects(const guesses& seen, Real mu, Real error) {
    seen.check("epsilon::one_run_gaussian::rejects");
    return is_rejected(seen, mu, error);
  }

  /// The largest epsilon that is rejected with error probability `error`, and `above` where that is no larger.
  template <std::floating_point Real = double>
  [[nodiscard]] static Real low(const guesses& seen, Real delta, Real error, Real above = 0) {
    constexpr std::string_view where = "epsilon::one_run_gaussian::low";
    seen.check(where);
    detail::check_audit(where, delta, error);
    if (!(delta > 0)) detail::refuse(where, "delta", "is 0; a Gaussian mechanism has an epsilon at delta > 0 only");
    Real rejected = detail::gaussian_mu(above, delta);
    if (!is_rejected(seen, rejected, error)) return above;
    Real high = std::max(Real{1}, 2 * rejected);
    while (is_rejected(seen, high, error)) {
      rejected = high;
      high *= 2;
    }
    while (high - rejected > 1e-10 * high) {
      const Real middle = (rejected + high) / 2;
      (is_rejected(seen, middle, error) ? rejected : high) = middle;
    }
    return std::max(above, detail::gaussian_epsilon(rejected, delta));
  }

  template <std::floating_point Real = double>
  [[nodiscard]] static Real low(const verdict_counts& counts, Real delta, Real error, Real above = 0) {
    return low(guesses::of(counts), delta, error, above);
  }

 private:
  template <std::floating_point Real>
  [[nodiscard]] static bool is_rejected(const guesses& seen, Real mu, Real error) {
    const Real m = static_cast<Real>(seen.canaries), made = static_cast<Real>(seen.made);
    const Real right = static_cast<Real>(seen.correct), limit = made / m;
    Real r = error * right / m, h = error * (made - right) / m;
    if (!(r > 0)) return false;
    normal_quantile z(r);
    for (Real i = right - 1; i >= 0; --i) {
      const Real next = std::erfc((mu - z.value()) * (0.5 * std::numbers::sqrt2)) / 2;
      if (next <= h) break;  // neither r nor h can change any more
      r += i / (made - i) * (next - h);
      h = next;
      if (r + h > limit) return true;  // both only grow
      z.move_to(r);
    }
    return r + h > limit;
  }

  // Phi^-1 of a slowly growing probability: a Newton step from the last value, from far away the library's quantile.
  class normal_quantile {
   public:
    explicit normal_quantile(double p) : p_(p), z_(exact(p)) {}

    [[nodiscard]] double value() const noexcept { return z_; }

    void move_to(double p) {
      const double density = std::exp(-z_ * z_ / 2) / std::sqrt(2 * std::numbers::pi), step = (p - p_) / density;
      if (std::abs(step) * (1 + std::abs(z_)) > 1e-2) {
        z_ = exact(p);
      } else {  // third order: what is left is below step^4 (1 + |z|)^3, and its sum over steps below 1e-6 of a step
        z_ += step * (1 + z_ * step / 2 + (2 * z_ * z_ + 1) * step * step / 6);
      }
      p_ = p;
      if (++moves_ % 64 == 0) z_ = exact(p);
    }

   private:
    [[nodiscard]] static double exact(double p) { return -detail::normal_upper(p); }

    double p_, z_;
    unsigned moves_ = 0;
  };
};

}  // namespace telltale::metric::epsilon
