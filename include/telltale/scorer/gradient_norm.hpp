// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <span>
#include <string>
#include <string_view>

#include <telltale/core/error.hpp>
#include <telltale/observation/gradients.hpp>

namespace telltale {

/// The norm of the gradient of a record's loss, negated: a model at rest on its training set has small gradients there.
///
/// Threat model: white box; the parameters, the record and its true class.
/// Formula: -|grad_theta loss(theta; x, y)|_order, order from 1 to infinity (the largest entry).
/// Range: at most 0.
/// Cost: the observation's.
/// Throws argument_error where `order` is below 1 or NaN, or the observation gives norms of order 2 only, and what the
/// observation throws.
/// Reference: Nasr, Shokri and Houmansadr 2019.
struct gradient_norm {
  static constexpr std::string_view name = "gradient norm";
  static constexpr auto needs = access_to::parameters;
  static constexpr auto holds = knowledge::record | knowledge::truth;

  double order = 2;

  void operator()(const Gradients auto& batch, std::span<double> out) const {
    if (!(order >= 1))
      detail::refuse("gradient_norm", "order", "is " + std::to_string(order) + "; wanted 1 to infinity");
    if constexpr (requires { batch.norms(order, out); }) {
      batch.norms(order, out);
      for (double& value : out) value = -value;
    } else {
      if (order != 2)
        detail::refuse("gradient_norm", "order",
                       "is " + std::to_string(order) + "; " + std::string(batch.name) + " gives norms of order 2 only");
      batch.squared_norms(out);
      for (double& value : out) value = -std::sqrt(value);
    }
  }
};

}  // namespace telltale
