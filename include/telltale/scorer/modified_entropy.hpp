// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include <telltale/observation/classification.hpp>

namespace telltale {

/// Entropy that knows the truth: small only where the target is sure and right. Negated, so that larger means member.
///
/// Threat model: the target's class probabilities of the record, and its true class.
/// Formula: (1 - p_y) log p_y + sum_{c != y} p_c log(1 - p_c), in nats.
/// Range: at most 0.
/// Cost: one exp and one division a class.
/// Throws argument_error for what is no finite score, naming the record.
/// Reference: Song and Mittal 2021, equation 8.
struct modified_entropy {
  static constexpr std::string_view name = "modified entropy";
  static constexpr auto needs = access_to::confidence;
  static constexpr auto holds = knowledge::truth;

  void operator()(const Classification auto& batch, std::span<double> out) const {
    using B = backend_of<decltype(batch)>;
    batch.by_block(out, [](const auto& z, auto y) {
      const auto target = B::belief_of(B::gather(z, y) - B::logsumexp_except(z, y));
      return -(target.rest * target.surprisal + B::surprise_except(z, y, target));
    });
  }
};

}  // namespace telltale
