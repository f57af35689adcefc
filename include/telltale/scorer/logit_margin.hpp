// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include <telltale/observation/classification.hpp>

namespace telltale {

/// How far the true class stands above all others together, in nats: the score of LiRA.
///
/// Threat model: the target's class probabilities of the record, and its true class.
/// Formula: z_y - log sum_{c != y} e^(z_c) = log(p_y / (1 - p_y)), from logits z or probabilities p. No floor: the true
/// class is left out of the sum, so the margin does not saturate as log(p_y + 1e-45) - log(1 - p_y + 1e-45) does at
/// 103.
/// Range: any real, 0 where the true class has probability 1/2.
/// Cost: one exp a class and one log a record.
/// Throws argument_error for what is no finite score, naming the record.
/// Reference: Carlini, Chien, Nasr, Song, Terzis and Tramer 2022, section IV-C (phi).
struct logit_margin {
  static constexpr std::string_view name = "logit margin";
  static constexpr auto needs = access_to::confidence;
  static constexpr auto holds = knowledge::truth;

  void operator()(const Classification auto& batch, std::span<double> out) const {
    using B = backend_of<decltype(batch)>;
    batch.by_block(out, [](const auto& z, auto y) { return B::gather(z, y) - B::logsumexp_except(z, y); });
  }
};

}  // namespace telltale
