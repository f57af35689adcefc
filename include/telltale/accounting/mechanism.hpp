// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <telltale/core/error.hpp>

namespace telltale::accounting {

/// Gaussian noise on a sum that one record changes by at most C in Euclidean norm: DP-SGD when `rate` is below 1.
///
/// `sigma`: standard deviation of the noise divided by C (the noise multiplier), > 0. `rate`: each record takes part in
/// a step with this probability, independently (Poisson sampling), in (0, 1]; batches drawn in another way are *not*
/// covered. `steps`: how often it is run.
struct gaussian {
  double sigma, rate = 1;
  std::uint64_t steps = 1;
};

/// Laplace noise of scale `scale` > 0 on a sum that one record changes by at most 1 in absolute value, run `steps`
/// times.
struct laplace {
  double scale;
  std::uint64_t steps = 1;
};

/// Anything that is known to be (`epsilon`, `delta`)-differentially private, taken at its worst; with delta = 0,
/// randomised response, to which every purely private mechanism is a post-processing. epsilon >= 0, delta in [0, 1).
/// Run `steps` times.
struct approximate {
  double epsilon, delta = 0;
  std::uint64_t steps = 1;
};

/// One of the mechanisms that accountants know.
using mechanism = std::variant<gaussian, laplace, approximate>;

}  // namespace telltale::accounting

namespace telltale::detail {

inline void check_inside(std::string_view function, std::string_view argument, double value, bool inside,
                         std::string_view wanted) {
  // Scientific form, since the values that go wrong here are often too small for std::to_string.
  if (inside) return;
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  refuse(function, argument, "is " + std::string(text) + "; wanted " + std::string(wanted));
}

inline void check_positive(std::string_view function, std::string_view argument, double value) {
  check_inside(function, argument, value, value > 0 && std::isfinite(value), "a finite value above 0");
}

inline void check_delta(std::string_view function, double delta) {
  check_inside(function, "delta", delta, delta > 0 && delta < 1, "a value inside (0, 1)");
}

inline void check_epsilon(std::string_view function, double epsilon) {
  check_inside(function, "epsilon", epsilon, epsilon >= 0 && std::isfinite(epsilon), "a finite value of at least 0");
}

inline void check_mechanism(std::string_view function, const accounting::gaussian& each) {
  check_positive(function, "sigma", each.sigma);
  check_inside(function, "rate", each.rate, each.rate > 0 && each.rate <= 1, "a value in (0, 1]");
}

inline void check_mechanism(std::string_view function, const accounting::laplace& each) {
  check_positive(function, "scale", each.scale);
}

inline void check_mechanism(std::string_view function, const accounting::approximate& each) {
  check_epsilon(function, each.epsilon);
  check_inside(function, "delta", each.delta, each.delta >= 0 && each.delta < 1, "a value in [0, 1)");
}

}  // namespace telltale::detail

namespace telltale::accounting {

/// Mechanisms, like or unlike, run one after another on the same records; each may depend on what the earlier gave.
///
/// What every accountant takes: `composition(gaussian{1.1, 0.01, 10'000}, laplace{20})`. Neighbouring data sets differ
/// by one record that is added or removed. Throws argument_error for a parameter outside its range or no steps.
class composition {
 public:
  /// Of one mechanism or several, in order.
  template <class... Mechanism>
    requires(sizeof...(Mechanism) > 0 && (std::convertible_to<Mechanism, mechanism> && ...))
  composition(const Mechanism&... each) {
    (then(each), ...);
  }

  /// Appends one more.
  composition& then(const mechanism& next) {
    std::visit(
        [](const auto& each) {
          detail::check_mechanism("composition", each);
          if (each.steps == 0) detail::refuse("composition", "steps", "is 0; wanted at least 1");
        },
        next);
    parts_.push_back(next);
    return *this;
  }

  /// The mechanisms in order.
  [[nodiscard]] const std::vector<mechanism>& parts() const noexcept { return parts_; }

  /// All steps of all parts.
  [[nodiscard]] double steps() const noexcept {
    double sum = 0;
    for (const mechanism& part : parts_)
      sum += std::visit([](const auto& each) { return static_cast<double>(each.steps); }, part);
    return sum;
  }

 private:
  std::vector<mechanism> parts_;
};

}  // namespace telltale::accounting
