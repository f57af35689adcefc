// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

#include <telltale/observation/classification.hpp>

namespace telltale {

/// The largest class probabilities of a record in descending order: how sure the target is, and between how many.
///
/// Threat model: the target's class probabilities; which classes they belong to is not used, so that one attack model
/// serves all. Width: `Most`, or all classes where it is 0 or there are fewer.
/// Formula: p_(1) >= p_(2) >= ..., p_c = e^(z_c - log sum e^z), or as stored.
/// Range: [0, 1]. These are signals for a learned rule, and no column by itself means "larger is member".
/// Cost: one exp a class for the normaliser, one a value, a partial sort a record.
/// Throws argument_error for what is
/// no answer of a classifier, naming the record.
/// Reference: Salem et al. 2019 (the three largest).
template <std::size_t Most = 0>
struct sorted_posteriors {
  static constexpr std::string_view name = Most == 0 ? "sorted posteriors" : "largest posteriors, sorted";
  static constexpr auto needs = access_to::confidence;

  [[nodiscard]] static std::size_t width(const Classification auto& batch) {
    return Most == 0 ? batch.classes() : std::min(Most, batch.classes());
  }

  void operator()(const Classification auto& batch, std::span<double> out) const {
    using B = backend_of<decltype(batch)>;
    const std::size_t columns = width(batch);
    batch.by_rows(out, columns,
                  [&](const auto& z, std::span<double> rows) { B::largest_posteriors(z, columns, rows); });
  }
};

}  // namespace telltale
