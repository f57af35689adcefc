// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include <telltale/observation/classification.hpp>

namespace telltale {

/// Whether the target predicts the true class: 1 or 0.
///
/// Threat model: the predicted label alone, and the true class.
/// Formula: [arg max_c z_c = y], the first of equal maxima being the prediction.
/// Range: 0 or 1.
/// Cost: no arithmetic.
/// Throws argument_error for what no classifier answers, naming the record.
/// Reference: the gap attack of Yeom et al. 2018, section 3.1; Song and Mittal 2021, equation 3.
struct correctness {
  static constexpr std::string_view name = "correctness";
  static constexpr auto needs = access_to::label;
  static constexpr auto holds = knowledge::truth;

  void operator()(const Classification auto& batch, std::span<double> out) const {
    using B = backend_of<decltype(batch)>;
    batch.by_block(out, [](const auto& z, auto y) { return B::is_predicted(z, y); });
  }
};

}  // namespace telltale
