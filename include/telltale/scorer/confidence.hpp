// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include <telltale/observation/classification.hpp>

namespace telltale {

/// The probability that the target gives to the true class.
///
/// Threat model: the target's class probabilities of the record, and its true class.
/// Formula: p_y = e^(z_y) / sum_c e^(z_c).
/// Range: [0, 1]; it rounds to 1 above a margin of 37, where the margin itself still tells records apart.
/// Cost: one exp a class, two transcendental calls a record.
/// Throws argument_error for what is no finite score.
/// Reference: Salem, Zhang, Humbert, Berrang, Fritz and Backes 2019; the likelihood of RMIA (Zarifzadeh 2024, eq. 2).
struct confidence {
  static constexpr std::string_view name = "confidence";
  static constexpr auto needs = access_to::confidence;
  static constexpr auto holds = knowledge::truth;

  void operator()(const Classification auto& batch, std::span<double> out) const {
    using B = backend_of<decltype(batch)>;
    batch.by_block(out, [](const auto& z, auto y) { return exp(B::log_probability(z, y)); });
  }
};

}  // namespace telltale
