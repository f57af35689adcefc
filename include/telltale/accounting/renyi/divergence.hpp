// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <variant>

#include <telltale/accounting/logarithms.hpp>
#include <telltale/accounting/mechanism.hpp>
#include <telltale/accounting/renyi/subsampled_gaussian.hpp>

namespace telltale::accounting {

/// The Renyi divergence of order a > 1 of one run of a mechanism, of all its `steps` together.
///
/// Formula: Gaussian, a/(2 sigma^2), or log A(a)/(a - 1) with subsampling, A the moment of the record-added direction,
/// the larger of the two; Laplace and randomised response, table II of Mironov; a composition, the sum of its parts.
/// Range: at least 0, in nats.
/// Cost: O(a) at integer orders, a few hundred terms otherwise; O(1) without subsampling.
/// Throws argument_error, of a composition, unless the order is above 1, and for an `approximate` with delta > 0, whose
/// divergence is infinite.
/// Reference: Mironov 2017, "Renyi differential privacy", table II (Laplace, randomised response); Mironov, Talwar and
/// Zhang 2019, "Renyi differential privacy of the sampled Gaussian mechanism".
[[nodiscard]] inline double renyi_divergence(const gaussian& each, double order) {
  const double one = each.rate < 1 ? detail::log_moment(each.rate, each.sigma, order) / (order - 1)
                                   : order * (0.5 / each.sigma / each.sigma);
  return static_cast<double>(each.steps) * one;
}

[[nodiscard]] inline double renyi_divergence(const laplace& each, double order) {
  const double above = std::log(order / (2 * order - 1)) + (order - 1) / each.scale;
  const double below = std::log((order - 1) / (2 * order - 1)) - order / each.scale;
  return static_cast<double>(each.steps) * detail::log_sum(above, below) / (order - 1);
}

[[nodiscard]] inline double renyi_divergence(const approximate& each, double order) {
  if (each.delta > 0)
    detail::refuse(
        "renyi_divergence", "mechanisms",
        "holds an approximate mechanism with delta > 0, whose Renyi divergence is infinite; wanted delta = 0 "
        "(the privacy loss accountant takes any)");
  const double log_yes = -std::log1p(std::exp(-each.epsilon)), log_no = log_yes - each.epsilon;
  return static_cast<double>(each.steps) *
         detail::log_sum(order * log_yes + (1 - order) * log_no, order * log_no + (1 - order) * log_yes) / (order - 1);
}

[[nodiscard]] inline double renyi_divergence(const composition& mechanisms, double order) {
  detail::check_inside("renyi_divergence", "order", order, order > 1 && std::isfinite(order), "a finite value above 1");
  double sum = 0;
  for (const mechanism& part : mechanisms.parts())
    sum += std::visit([order](const auto& each) { return renyi_divergence(each, order); }, part);
  return sum;
}

}  // namespace telltale::accounting
