// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

#include <telltale/observation/classification.hpp>
#include <telltale/scorer/posteriors.hpp>

namespace telltale {

/// The largest class probabilities of a record in descending order: how sure the target is, and between how many.
///
/// Threat model: the target's class probabilities; which classes they belong to is not used, so that one attack model
/// serves all. Width: `Most`, or all classes where it is 0 or there are fewer.
/// Formula: p_(1) >= p_(2) >= ..., p_c = e^(z_c - log sum e^z), or as stored. Range: [0, 1]. These are signals for a
/// learned rule, and no column by itself means "larger is member".
/// Cost: one exp a class for the normaliser, one a value, a partial sort a record. Throws argument_error for what is
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
    const std::size_t columns = width(batch);
    detail::check_size("sorted_posteriors", "out", out.size(), batch.subjects() * columns);
    detail::for_each_answer(batch, [&](std::size_t row, auto scores, double total, bool stored) {
      const auto last = scores.begin() + static_cast<std::ptrdiff_t>(columns);
      std::partial_sort(scores.begin(), last, scores.end(), std::greater<>());
      for (std::size_t k = 0; k < columns; ++k) {
        const double z = static_cast<double>(scores[k]);
        out[row * columns + k] = stored ? z : std::exp(z - total);
      }
    });
  }
};

}  // namespace telltale
