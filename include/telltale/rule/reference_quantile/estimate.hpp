// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <telltale/core/adversary.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/requirements.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/gaussian_likelihood_ratio.hpp>
#include <telltale/rule/reference_quantile/share_of_models.hpp>

namespace telltale {

/// How the distribution of a record's scores under the models that did not see it is estimated from a few of them.
///
/// A policy names itself and fits shadow models: `fit(shadow, threads)` gives a value with a call that fills the
/// estimated probability of a score at most the record's.
namespace estimate {

/// The share of the OUT models with a score at most the record's: multiples of 1 / M, ties counted in full.
struct empirical {
  static constexpr std::string_view name = "quantile of the reference models";

  template <class Scalar>
  [[nodiscard]] share_of_models<Scalar> fit(const shadow_models<Scalar>& shadow, unsigned threads) const {
    return share_of_models<Scalar>(shadow, threads);
  }
};

/// Phi((t - mean OUT) / deviation OUT), the deviation over n: resolves rates that few models cannot count to.
struct gaussian {
  static constexpr std::string_view name = "Gaussian quantile of the reference models";

  /// The Gaussians of `gaussian_likelihood_ratio` that it takes: OUT only, and Phi(z) as `tail`.
  struct policies : preset::offline<preset::lira> {
    static constexpr std::string_view name = "Gaussian quantile";
    static constexpr tail::saturating_cumulative tail{};
  };

  template <class Scalar>
  [[nodiscard]] fitted_gaussians<policies> fit(const shadow_models<Scalar>& shadow, unsigned threads) const {
    return gaussian_likelihood_ratio<policies>{}.fit(shadow, threads);
  }
};

}  // namespace estimate

namespace req {

template <class Estimate>
concept estimates_a_distribution =
    requires(const Estimate& estimate, const shadow_models<float>& shadow, const signals& signal,
             std::span<double> evidence) { estimate.fit(shadow, 1U)(signal, evidence, 1U); };

}  // namespace req

/// A named way to estimate how a record's scores are distributed under the OUT models.
template <class Candidate>
concept DistributionEstimate = req::names_itself<Candidate> && req::estimates_a_distribution<Candidate>;

}  // namespace telltale
