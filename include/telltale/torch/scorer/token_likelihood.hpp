// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include <telltale/core/facts.hpp>
#include <telltale/torch/observation/token_likelihoods.hpp>

namespace telltale {

/// How likely a sequence-to-sequence generator finds the picture, given its caption: training makes members likely.
///
/// Threat model: inner steps; the record and its caption.
/// Formula: (1 / K) sum_k log p(x_k | x_1 ... x_(k-1), caption) over the K tokens of the picture, the negative of the
/// loss that training lowers. Range: at most 0, in nats. Cost: one pass of the model a picture. Throws what the
/// observation throws. Reference: Yeom, Giacomelli, Fredrikson and Jha 2018, whose loss attack this is for a sequence.
struct token_likelihood {
  static constexpr std::string_view name = "token likelihood";
  static constexpr auto needs = access_to::inner_steps;
  static constexpr auto holds = knowledge::record | knowledge::caption;

  void operator()(const TokenLikelihoods auto& batch, std::span<double> out) const { batch.mean_log_likelihoods(out); }
};

}  // namespace telltale
