// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <string_view>

#include <telltale/core/error.hpp>
#include <telltale/core/requirements.hpp>

namespace telltale {

/// What the squared distance between a released update and a gradient is multiplied by. A policy has a `name`, and
/// `of(n)` is that factor for a batch of n.
namespace update_scale {

/// n: under the null the statistic then has the noncentral chi-square law exactly.
struct batch_size {
  static constexpr std::string_view name = "batch size";
  [[nodiscard]] static constexpr double of(double n) noexcept { return n; }
};

/// n - 1 beside a null law that is that of n: every p-value comes out too small, by which no ranking within one step
/// changes much.
struct batch_size_less_one {
  static constexpr std::string_view name = "batch size less one";
  [[nodiscard]] static constexpr double of(double n) noexcept { return n - 1; }
};

}  // namespace update_scale

/// What happens to a tiny p-value. A policy has a `name`, says in `cuts` whether it raises any, to its `value`, the
/// logarithm of a p-value, which is below 0 and finite: otherwise `check()` throws argument_error.
namespace p_value_floor {

/// Nothing: its logarithm is computed without ever forming it.
struct none {
  static constexpr std::string_view name = "none";
  static constexpr bool cuts = false;
  void check() const noexcept {}
};

/// The logarithm of a step's p-value is raised to `value`; a subject that this touches is counted: `floored()`. The
/// surest members become ties.
struct log_at_least {
  static constexpr std::string_view name = "log at least";
  static constexpr bool cuts = true;
  double value;

  void check() const {
    if (!(value < 0 && std::isfinite(value)))
      detail::refuse("p_value_floor::log_at_least", "value", "wanted a finite number below 0");
  }
};

}  // namespace p_value_floor

/// Which coordinates of the gradients are whitened. A policy has a `name`, says in `drops` whether it leaves any out,
/// and in `least_variance` what a kept one has to exceed: at least 0 and finite, otherwise `check()` throws
/// argument_error.
namespace coordinates {

/// All: one that is constant, or a linear combination of those before it, is refused by name.
struct all {
  static constexpr std::string_view name = "all";
  static constexpr bool drops = false;
  static constexpr double least_variance = 0;
  void check() const noexcept {}
};

/// Those that the coordinates before them do not determine, with a variance above `least_variance` (in squared units of
/// the gradients); the others are left out, as parameters that no record of the batch uses must be, and each is
/// counted: `dropped()`. The law has as many degrees of freedom fewer.
struct independent {
  static constexpr std::string_view name = "independent";
  static constexpr bool drops = true;
  double least_variance = 0;

  void check() const {
    if (!(least_variance >= 0 && std::isfinite(least_variance)))
      detail::refuse("coordinates::independent", "least_variance", "wanted a finite number of at least 0");
  }
};

}  // namespace coordinates

namespace req {

template <class Preset>
concept chooses_an_update_scale = requires {
  { Preset::scale.of(2.0) } -> std::convertible_to<double>;
};

template <class Preset>
concept chooses_a_p_value_floor = requires {
  { Preset::floor.cuts } -> std::convertible_to<bool>;
};

template <class Preset>
concept chooses_coordinates = requires {
  { Preset::coordinates.drops } -> std::convertible_to<bool>;
  { Preset::coordinates.least_variance } -> std::convertible_to<double>;
};

}  // namespace req

/// A named set of policies for `noncentral_chi_square`.
///
/// Required: `name`; `scale`, what a squared distance is multiplied by; `floor`, what happens to a tiny p-value;
/// `coordinates`, which are whitened.
template <class Preset>
concept ChiSquarePreset = req::names_itself<Preset> && req::chooses_an_update_scale<Preset> &&
                          req::chooses_a_p_value_floor<Preset> && req::chooses_coordinates<Preset>;

namespace preset {

/// Leemann, Pawelczyk and Kasneci 2023 by the formula: factor n, no floor, all coordinates.
struct leemann_2023 {
  static constexpr std::string_view name = "leemann_2023";
  static constexpr update_scale::batch_size scale{};
  static constexpr p_value_floor::none floor{};
  static constexpr coordinates::all coordinates{};
};

/// What the authors' code computes beside it (tleemann/gaussian_mip, gmip/glir.py; from description, not run): factor
/// n - 1, log p floored at -250 (another commit has -200). Its inverse of the covariance, `cholesky_inverse` of the
/// matrix itself instead of its factor, is a slip and not imitated.
struct leemann_2023_code : leemann_2023 {
  static constexpr std::string_view name = "leemann_2023_code";
  static constexpr update_scale::batch_size_less_one scale{};
  static constexpr p_value_floor::log_at_least floor{-250};
};

}  // namespace preset
}  // namespace telltale
