// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string_view>
#include <variant>

#include <boost/math/tools/toms748_solve.hpp>

#include <telltale/accounting/logarithms.hpp>
#include <telltale/accounting/mechanism.hpp>

namespace telltale::accounting {

/// log delta(epsilon) of mu-Gaussian differential privacy: telling N(0, 1) from N(mu, 1).
///
/// Formula: delta = Phi(mu/2 - epsilon/mu) - e^epsilon Phi(-mu/2 - epsilon/mu), exact for Gaussian noise with sigma =
/// 1/mu. In logarithms, so that nothing overflows.
/// Range: at most 0, minus infinity where the two terms are equal to rounding.
/// Cost: O(1).
/// Throws argument_error unless mu > 0 and epsilon >= 0 are finite.
/// Reference: Balle and Wang 2018, "Improving the Gaussian mechanism for differential privacy", theorem 8.
[[nodiscard]] inline double log_gaussian_delta(double mu, double epsilon) {
  detail::check_positive("log_gaussian_delta", "mu", mu);
  detail::check_epsilon("log_gaussian_delta", epsilon);
  return detail::log_gaussian_delta(mu, epsilon);
}

/// delta(epsilon) itself: e to the power of what `log_gaussian_delta` gives, otherwise as `log_gaussian_delta`. Range:
/// [0, 1].
[[nodiscard]] inline double gaussian_delta(double mu, double epsilon) {
  return std::exp(log_gaussian_delta(mu, epsilon));
}

/// The exact epsilon at delta of mu-Gaussian differential privacy; 0 where delta alone suffices.
///
/// Formula: the root of log_gaussian_delta, by TOMS 748, rounded up to the end of the last bracket. Composing mu_1,
/// mu_2, ... gives sqrt(sum of mu_i^2).
/// Range: at least 0.
/// Cost: at most 200 evaluations of log_gaussian_delta.
/// Throws argument_error unless mu > 0, its square is finite and delta is inside (0, 1).
template <std::floating_point Real>
[[nodiscard]] Real gaussian_epsilon(Real mu, Real delta) {
  detail::check_positive("gaussian_epsilon", "mu", mu);
  detail::check_delta("gaussian_epsilon", delta);
  const Real wanted = std::log(delta);
  const auto excess = [&](Real epsilon) {
    const Real log_delta = log_gaussian_delta(mu, epsilon);
    return std::isfinite(log_delta) ? log_delta - wanted : std::numeric_limits<Real>::lowest();
  };
  if (excess(0) <= 0) return 0;
  // Chernoff's bound on the privacy loss, which is N(mu^2/2, mu^2).
  const Real high = mu * (mu / 2) + mu * std::sqrt(-2 * wanted);
  detail::check_inside("gaussian_epsilon", "mu", mu, std::isfinite(high), "a value whose square is finite");
  std::uintmax_t iterations = 200;
  return boost::math::tools::toms748_solve(excess, Real{0}, high, boost::math::tools::eps_tolerance<Real>(50),
                                           iterations)
      .second;
}

/// The `epsilon` and the `delta` of a composition by Gaussian differential privacy, of which one was asked for, and its
/// `mu`.
struct gaussian_bound {
  double epsilon = 0, delta = 0, mu = 0;
  bool exact = false;  ///< false: rests on the central limit theorem, and may be below the true epsilon
};

/// Accountant by the central limit theorem of Gaussian differential privacy. **An approximation, not a bound**, unless
/// every part is `gaussian` with rate 1: with subsampling the truth is usually *above* it.
///
/// mu^2 = sum over parts of steps / sigma^2 (rate 1, exact) or rate^2 steps (e^(1/sigma^2) - 1) (rate < 1, the limit of
/// many steps with rate sqrt(steps) constant). O(parts). Throws argument_error for mechanisms other than `gaussian`,
/// and where mu overflows (sigma below about 0.04 with rate < 1).
/// Reference: Dong, Roth and Su 2022, "Gaussian differential privacy"; Bu, Dong, Long and Su 2020, "Deep learning with
/// Gaussian differential privacy".
struct central_limit {
  /// The mu of a composition alone; epsilon and delta stay 0.
  [[nodiscard]] static gaussian_bound mu(const composition& mechanisms) {
    constexpr std::string_view where = "central_limit";
    gaussian_bound result{.exact = true};
    double squares = 0;
    for (const mechanism& part : mechanisms.parts()) {
      const gaussian* each = std::get_if<gaussian>(&part);
      if (each == nullptr)
        detail::refuse(where, "mechanisms", "holds one that is not Gaussian; wanted Gaussian noise only");
      const double precision = 1 / each->sigma / each->sigma, steps = static_cast<double>(each->steps);
      squares += each->rate < 1 ? each->rate * each->rate * steps * std::expm1(precision) : steps * precision;
      result.exact = result.exact && each->rate == 1;
    }
    result.mu = std::sqrt(squares);
    detail::check_inside(where, "mu", result.mu, result.mu > 0 && std::isfinite(squares),
                         "a noise at which mu is finite and above 0");
    return result;
  }

  /// The epsilon at delta. Throws argument_error as `gaussian_epsilon` does, too.
  template <std::floating_point Real>
  [[nodiscard]] static gaussian_bound epsilon(const composition& mechanisms, Real delta) {
    gaussian_bound result = mu(mechanisms);
    result.delta = delta;
    result.epsilon = gaussian_epsilon(result.mu, delta);
    return result;
  }

  /// The delta at epsilon. Throws argument_error as `gaussian_delta` does, too.
  [[nodiscard]] static gaussian_bound delta(const composition& mechanisms, double epsilon) {
    gaussian_bound result = mu(mechanisms);
    result.epsilon = epsilon;
    result.delta = gaussian_delta(result.mu, epsilon);
    return result;
  }
};

}  // namespace telltale::accounting
