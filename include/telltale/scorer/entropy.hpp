// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include <telltale/observation/classification.hpp>

namespace telltale {

/// How sure the target is, whatever the truth: the negated entropy of its class probabilities.
///
/// Threat model: the target's class probabilities; the true class is not needed.
/// Formula: sum_c p_c log p_c, in nats.
/// Range: [-log classes, 0].
/// Cost: one exp a class and one log a record.
/// Throws argument_error for what is no finite score, naming the record.
/// Reference: Salem et al. 2019; Song and Mittal 2021, section 3.2.
struct entropy {
  static constexpr std::string_view name = "entropy";
  static constexpr auto needs = access_to::confidence;

  void operator()(const Classification auto& batch, std::span<double> out) const {
    using B = backend_of<decltype(batch)>;
    batch.by_block(out, [](const auto& z, auto) { return -B::entropy(z); });
  }
};

}  // namespace telltale
