// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include <telltale/observation/classification.hpp>

namespace telltale {

/// The distance of the true class to the best other class, in nats.
///
/// Threat model: the target's class probabilities of the record, and its true class.
/// Formula: z_y - max_{c != y} z_c = log(p_y / max_{c != y} p_c).
/// Range: any real.
/// Cost: no exp from logits.
/// Throws argument_error for what is no finite score, naming the record.
/// Reference: Carlini et al. 2022, appendix; TensorFlow Privacy's "hinge" statistic.
struct hinge {
  static constexpr std::string_view name = "hinge";
  static constexpr auto needs = access_to::confidence;
  static constexpr auto holds = knowledge::truth;

  void operator()(const Classification auto& batch, std::span<double> out) const {
    using B = backend_of<decltype(batch)>;
    batch.by_block(out, [](const auto& z, auto y) { return B::gather(z, y) - B::max_except(z, y); });
  }
};

}  // namespace telltale
