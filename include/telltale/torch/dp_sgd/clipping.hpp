// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <concepts>
#include <string_view>

#include <ATen/ATen.h>

#include <telltale/accounting/mechanism.hpp>

namespace telltale {

namespace req {
template <class Candidate>
concept bounds_each_example = requires(const Candidate& clipping, const at::Tensor& squared_norms) {
  { clipping.factors(squared_norms) } -> std::convertible_to<at::Tensor>;
  { clipping.bound() } -> std::convertible_to<double>;
};
}  // namespace req

/// A rule that scales every example's gradient so that its norm is at most a bound.
///
/// Required: `bound()`, the norm C that none exceeds; and `factors(squared_norms)`, what each part of each gradient is
/// multiplied by, from the squared norms (examples x parameters), in the same shape. It sees one row at a time, in
/// effect: a factor that depended on other examples would void the promise.
template <class Candidate>
concept Clipping = req::bounds_each_example<Candidate>;

namespace clipping {

/// What every rule has: a bound C > 0. Throws argument_error for another.
class with_bound {
 public:
  /// `rule` names the rule in the message.
  explicit with_bound(std::string_view rule, double bound) : bound_(bound) {
    detail::check_positive(rule, "bound", bound);
  }

  [[nodiscard]] double bound() const noexcept { return bound_; }

 private:
  double bound_;
};

/// The gradient as a whole: min(1, C / |g|).
///
/// Reference: Abadi et al. 2016, algorithm 1. Other libraries divide by |g| + 1e-6, which differs in the seventh digit.
struct flat : with_bound {
  static constexpr std::string_view name = "flat";

  /// C, in the unit of the gradients. Throws argument_error unless it is positive and finite.
  explicit flat(double bound) : with_bound("clipping::flat", bound) {}

  [[nodiscard]] at::Tensor factors(const at::Tensor& squared_norms) const {
    return (bound() / squared_norms.sum(1, true).sqrt()).clamp_max(1).expand_as(squared_norms);
  }
};

/// Each of P parameters by itself: min(1, C / (sqrt(P) |g_p|)), so that the whole has at most norm C.
///
/// Reference: McMahan, Ramage, Talwar and Zhang 2018, "Learning differentially private recurrent language models".
struct per_layer : with_bound {
  static constexpr std::string_view name = "per layer";

  /// C, in the unit of the gradients. Throws argument_error unless it is positive and finite.
  explicit per_layer(double bound) : with_bound("clipping::per_layer", bound) {}

  [[nodiscard]] at::Tensor factors(const at::Tensor& squared_norms) const {
    const double share = bound() / std::sqrt(static_cast<double>(squared_norms.size(1)));
    return (share / squared_norms.sqrt()).clamp_max(1);
  }
};

/// Every gradient to nearly the same norm: C / (|g| + stability). No gradient is small enough to be left alone, so that
/// C becomes part of the learning rate.
///
/// Reference: Bu, Wang, Zha and Karypis 2023, "Automatic clipping: differentially private deep learning made easier and
/// stronger" (stability 0.01).
class automatic : public with_bound {
 public:
  static constexpr std::string_view name = "automatic";

  /// C, in the unit of the gradients, and what keeps the divisor from 0. Throws argument_error unless both are positive
  /// and finite.
  explicit automatic(double bound, double stability = 0.01)
      : with_bound("clipping::automatic", bound), stability_(stability) {
    detail::check_positive("clipping::automatic", "stability", stability);
  }

  [[nodiscard]] at::Tensor factors(const at::Tensor& squared_norms) const {
    return (bound() / (squared_norms.sum(1, true).sqrt() + stability_)).expand_as(squared_norms);
  }

 private:
  double stability_;
};

}  // namespace clipping
}  // namespace telltale
