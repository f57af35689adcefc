// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>

#include <telltale/core/requirements.hpp>

namespace telltale {

namespace req {
template <class Policy>
concept states_the_rate_of_each_step = requires(const Policy& policy, std::size_t step) {
  { policy.steps } -> std::convertible_to<std::size_t>;
  { policy.rate(step) } -> std::convertible_to<double>;
};
}  // namespace req

/// How many steps are taken, and at which rate.
///
/// Required: `name`; `steps`, how many; and `rate(step)`, the learning rate of one, counted from 0.
template <class Policy>
concept StepSchedule = req::names_itself<Policy> && req::states_the_rate_of_each_step<Policy>;

/// A learning rate that falls by a factor at two steps.
struct two_drops {
  static constexpr std::string_view name = "two drops";

  double learning_rate = 1e-4;              ///< until the first drop
  std::size_t steps = 400;                  ///< in all
  std::array<std::size_t, 2> at{200, 300};  ///< the first steps with a smaller rate, from 0
  double factor = 0.5;                      ///< by which the rate falls, twice

  /// learning_rate x factor^(drops so far).
  [[nodiscard]] constexpr double rate(std::size_t step) const noexcept {
    double rate = learning_rate;
    for (const std::size_t drop : at)
      if (step >= drop) rate *= factor;
    return rate;
  }
};

}  // namespace telltale
