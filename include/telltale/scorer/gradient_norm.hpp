// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <span>
#include <string_view>

#include <telltale/observation/gradients.hpp>

namespace telltale {

/// The norm of the gradient of a record's loss, negated: a model at rest on its training set has small gradients there.
///
/// Threat model: white box; the parameters, the record and its true class.
/// Formula: -|grad_theta loss(theta; x, y)|_2. Range: at most 0.
/// Cost and what is thrown: the observation's. Reference: Nasr, Shokri and Houmansadr 2019, section III.
struct gradient_norm {
  static constexpr std::string_view name = "gradient norm";
  static constexpr auto needs = access_to::parameters;
  static constexpr auto holds = knowledge::record | knowledge::truth;

  void operator()(const Gradients auto& batch, std::span<double> out) const {
    batch.squared_norms(out);
    for (double& value : out) value = -std::sqrt(value);
  }
};

}  // namespace telltale
