// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <telltale/observation/classification.hpp>

namespace telltale {

/// All class probabilities of a record, in the order of the classes.
///
/// Threat model: the target's class probabilities. Width: the classes.
/// Range: [0, 1]. These are signals for a learned rule, mostly one for each true class: no column by itself means
/// "larger is member".
/// Formula: p_c = e^(z_c - log sum e^z), or as stored.
/// Cost: two exp a class.
/// Throws argument_error for what is no answer of a classifier, naming the record.
/// Reference: Shokri et al. 2017, section V.
struct posteriors {
  static constexpr std::string_view name = "posteriors";
  static constexpr auto needs = access_to::confidence;

  [[nodiscard]] static std::size_t width(const Classification auto& batch) { return batch.classes(); }

  void operator()(const Classification auto& batch, std::span<double> out) const {
    using B = backend_of<decltype(batch)>;
    batch.by_rows(out, width(batch), [](const auto& z, std::span<double> rows) { B::posteriors(z, rows); });
  }
};

}  // namespace telltale
