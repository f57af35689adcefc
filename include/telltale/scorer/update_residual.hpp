// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/observation/updates.hpp>

namespace telltale {

/// What a released update leaves of itself once a record's gradient is taken away, beside that gradient.
///
/// Threat model: released updates, the record and its true class (from which the adversary computes its gradient).
/// Formula: for each step the row n, m - g, g, with m the released mean of n gradients and g the record's own. Width:
/// steps (1 + 2 d).
/// Range: n at least 2, the others any finite reals in the gradients' unit. Evidence is made of it by a rule that knows
/// how gradients scatter: `noncentral_chi_square`.
/// Cost: O(subjects x steps x d).
/// Throws argument_error when `out` has another size or a gradient is not finite.
/// Reference: Leemann, Pawelczyk, Kasneci, "Gaussian Membership Inference Privacy", NeurIPS 2023.
struct update_residual {
  static constexpr std::string_view name = "update residual + gradient";
  static constexpr auto needs = access_to::update;
  static constexpr auto holds = knowledge::record | knowledge::truth;

  /// Values a step in d dimensions.
  [[nodiscard]] static constexpr std::size_t width_of_step(std::size_t dimensions) noexcept {
    return 1 + 2 * dimensions;
  }
  [[nodiscard]] std::size_t width(const Updates auto& batch) const {
    return batch.steps() * width_of_step(batch.dimensions());
  }

  void operator()(const Updates auto& batch, std::span<double> out) const {
    const std::size_t dimensions = batch.dimensions(), steps = batch.steps();
    detail::check_size("update_residual", "out", out.size(), batch.subjects() * width(batch));
    const auto gradients = batch.gradients();
    double* to = out.data();
    for (std::size_t row = 0; row < gradients.rows(); ++row, to += width_of_step(dimensions)) {
      const auto& update = batch.released(row % steps);
      const auto* const gradient = gradients.row(row);
      to[0] = static_cast<double>(update.batch_size);
      for (std::size_t d = 0; d < dimensions; ++d) {
        const double g = gradient[d * gradients.class_stride()];
        if (!std::isfinite(g))
          detail::refuse("update_residual", "gradients",
                         "subject " + std::to_string(row / steps) + " has a gradient that is not finite");
        to[1 + d] = static_cast<double>(update.mean[d]) - g;
        to[1 + dimensions + d] = g;
      }
    }
  }
};

}  // namespace telltale
