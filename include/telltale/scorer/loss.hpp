// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include <telltale/observation/classification.hpp>

namespace telltale {

/// The logarithm of the probability of the true class: minus the cross-entropy loss, so that larger means member.
///
/// Threat model: the target's class probabilities of the record, and its true class.
/// Formula: log p_y = z_y - log sum_c e^(z_c), in nats, exact near 0: losses far below 1e-16 stay distinct.
/// Range: at most 0.
/// Cost: one exp a class, one log a record.
/// Throws argument_error for what is no finite score, naming the record.
/// Reference: Yeom, Giacomelli, Fredrikson and Jha 2018, section 3.2.
struct loss {
  static constexpr std::string_view name = "loss";
  static constexpr auto needs = access_to::confidence;
  static constexpr auto holds = knowledge::truth;

  void operator()(const Classification auto& batch, std::span<double> out) const {
    using B = backend_of<decltype(batch)>;
    batch.by_block(out, [](const auto& z, auto y) { return B::log_probability(z, y); });
  }
};

}  // namespace telltale
