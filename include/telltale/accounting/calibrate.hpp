// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/math/tools/toms748_solve.hpp>

#include <telltale/accounting/mechanism.hpp>

namespace telltale::accounting {

/// What a training may cost at most: `epsilon`, at least 0, at `delta`, inside (0, 1).
struct privacy_target {
  double epsilon, delta;
};

/// A parameter that meets a target, its `value`, and the `epsilon` that the accountant gives it, which is at most the
/// target's.
template <class Value>
struct calibrated {
  Value value{};
  double epsilon = 0;
  unsigned evaluations = 0;  ///< of the accountant
};

/// Anything that bounds epsilon: `renyi<>{}`, `privacy_loss{}`, `central_limit{}`.
///
/// Required: `epsilon(mechanisms, delta)`, which returns a struct with the `epsilon` that holds for a composition at
/// delta.
template <class A>
concept Accountant = requires(const A& accountant, const composition& mechanisms) {
  { accountant.epsilon(mechanisms, 1e-5).epsilon } -> std::convertible_to<double>;
};

}  // namespace telltale::accounting

namespace telltale::detail {

/// Asks an accountant about one setting after another and keeps the best of those that meet the target.
template <class Value, class A, class Make, class Better>
class calibration {
 public:
  calibration(std::string_view where, const A& accountant, const accounting::privacy_target& target, const Make& make,
              const Better& better)
      : where_(where), accountant_(accountant), target_(target), make_(make), better_(better) {
    check_epsilon(where, target.epsilon);
    check_delta(where, target.delta);
    if constexpr (requires { accountant_.error; })
      if (target.epsilon > 0) accountant_.error = std::min(accountant_.error, target.epsilon / 100);
  }

  /// By how much the setting misses the target; a setting that the accountant refuses misses it.
  [[nodiscard]] double excess(Value value) {
    ++evaluations_;
    const accounting::composition mechanisms = make_(value);
    double epsilon = 0;
    try {
      epsilon = accountant_.epsilon(mechanisms, target_.delta).epsilon;
    } catch (const argument_error& refusal) {
      refused_ = std::string(" (") + refusal.what() + ")";
      return very_far;
    }
    if (epsilon <= target_.epsilon && (!found_ || better_(value, best_.value))) {
      best_.value = value;
      best_.epsilon = epsilon;
      found_ = true;
    }
    return std::min(epsilon - target_.epsilon, very_far);
  }

  [[noreturn]] void unreachable(std::string_view tried) const {
    refuse(where_, "target", "cannot be reached: epsilon stays above it with " + std::string(tried) + refused_);
  }

  [[nodiscard]] accounting::calibrated<Value> best() const {
    accounting::calibrated<Value> result = best_;
    result.evaluations = evaluations_;
    return result;
  }

  /// Narrows a bracket of log(value) around the target until `close(low, high)`, in at most 60 evaluations.
  template <std::floating_point Real, class Close>
  void narrow(Real low, Real low_excess, Real high, Real high_excess, const Close& close) {
    std::uintmax_t iterations = 60;
    if (low_excess != 0 && high_excess != 0 && !close(low, high))
      boost::math::tools::toms748_solve([&](Real at) { return static_cast<Real>(excess(value_at<Value>(at))); }, low,
                                        high, low_excess, high_excess, close, iterations);
  }

  template <class Result>
  [[nodiscard]] static Result value_at(double log_value) {
    if constexpr (std::integral<Result>)
      return static_cast<Result>(std::llround(std::exp(log_value)));
    else
      return std::exp(log_value);
  }

 private:
  static constexpr double very_far = 1e9;

  std::string_view where_;
  A accountant_;
  accounting::privacy_target target_;
  const Make& make_;
  const Better& better_;
  accounting::calibrated<Value> best_;
  bool found_ = false;
  std::string refused_;
  unsigned evaluations_ = 0;
};

/// Whether two logarithms are those of values within 1e-7 of each other.
[[nodiscard]] inline bool close_values(double a, double b) noexcept { return std::abs(b - a) < 1e-7; }

[[nodiscard]] inline accounting::composition beside(accounting::gaussian training,
                                                    const std::vector<accounting::mechanism>& others) {
  accounting::composition result(training);
  for (const accounting::mechanism& each : others) result.then(each);
  return result;
}

}  // namespace telltale::detail

namespace telltale::accounting {

/// The smallest noise multiplier at which `steps` of DP-SGD, and the `others` beside them, cost at most the target.
///
/// The answer's epsilon was computed and is never above the target; the multiplier is within 1e-7 of the smallest that
/// the accountant can vouch for, as far as its error lets it be told; `privacy_loss` is asked for 1 % of the target or
/// less. Cost: TOMS 748 on log sigma between 2^-20 and 2^40; at most some 100 evaluations of the accountant, usually 15
/// to 25. Throws argument_error for a target or a parameter outside its range, and when no noise reaches the target.
template <Accountant A>
[[nodiscard]] calibrated<double> smallest_sigma(const A& accountant, privacy_target target, double rate,
                                                std::uint64_t steps, const std::vector<mechanism>& others = {}) {
  const auto make = [&](double sigma) { return detail::beside({sigma, rate, steps}, others); };
  const auto better = [](double a, double b) { return a < b; };
  detail::calibration<double, A, decltype(make), decltype(better)> search("smallest_sigma", accountant, target, make,
                                                                          better);
  constexpr double ln2 = 0.69314718055994530942;
  double at = 0, excess = search.excess(1), before = 0, excess_before = excess;
  if (excess > 0) {
    for (; excess > 0; excess = search.excess(std::exp(at))) {
      if (at > 40 * ln2) search.unreachable("a noise multiplier of 1e12");
      before = at;
      excess_before = excess;
      at += ln2;
    }
    search.narrow(before, excess_before, at, excess, detail::close_values);
  } else {
    for (; excess <= 0 && at > -20 * ln2; excess = search.excess(std::exp(at))) {
      before = at;
      excess_before = excess;
      at -= ln2;
    }
    if (excess > 0) search.narrow(at, excess, before, excess_before, detail::close_values);
  }
  return search.best();
}

/// The largest sampling rate, at most 1, at which `steps` with noise `sigma` cost at most the target; otherwise as
/// `smallest_sigma`, rates down to 1e-15 being tried.
template <Accountant A>
[[nodiscard]] calibrated<double> largest_rate(const A& accountant, privacy_target target, double sigma,
                                              std::uint64_t steps, const std::vector<mechanism>& others = {}) {
  const auto make = [&](double rate) { return detail::beside({sigma, std::min(rate, 1.0), steps}, others); };
  const auto better = [](double a, double b) { return a > b; };
  detail::calibration<double, A, decltype(make), decltype(better)> search("largest_rate", accountant, target, make,
                                                                          better);
  constexpr double ln2 = 0.69314718055994530942;
  double at = 0, excess = search.excess(1), before = 0, excess_before = excess;
  for (; excess > 0; excess = search.excess(std::exp(at))) {
    if (at < -50 * ln2) search.unreachable("a sampling rate of 1e-15");
    before = at;
    excess_before = excess;
    at -= ln2;
  }
  if (at < 0) search.narrow(at, excess, before, excess_before, detail::close_values);
  return search.best();
}

/// The most steps, at most 2^30, that cost at most the target; otherwise as `smallest_sigma`, and throws where one step
/// misses the target.
template <Accountant A>
[[nodiscard]] calibrated<std::uint64_t> most_steps(const A& accountant, privacy_target target, double sigma,
                                                   double rate, const std::vector<mechanism>& others = {}) {
  const auto make = [&](std::uint64_t steps) { return detail::beside({sigma, rate, steps}, others); };
  const auto better = [](std::uint64_t a, std::uint64_t b) { return a > b; };
  detail::calibration<std::uint64_t, A, decltype(make), decltype(better)> search("most_steps", accountant, target, make,
                                                                                 better);
  std::uint64_t steps = 1;
  double excess = search.excess(steps), before = excess;
  if (excess > 0) search.unreachable("one step");
  constexpr std::uint64_t limit = std::uint64_t{1} << 30;
  while (excess <= 0 && steps < limit) {
    before = excess;
    steps *= 2;
    excess = search.excess(steps);
  }
  const double high = std::log(static_cast<double>(steps)), low = std::log(static_cast<double>(steps / 2));
  if (excess > 0)
    search.narrow(low, before, high, excess,
                  [](double a, double b) { return std::llround(std::exp(b)) - std::llround(std::exp(a)) <= 1; });
  return search.best();
}

}  // namespace telltale::accounting
