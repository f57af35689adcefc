// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <string_view>

#include <telltale/core/requirements.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/centre.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/spread.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/spread_floor.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/tail.hpp>
#include <telltale/rule/hypotheses.hpp>

namespace telltale {

namespace req {

template <class Preset>
concept chooses_its_hypotheses = requires {
  { Preset::hypotheses.in } -> std::convertible_to<bool>;
};

template <class Preset>
concept chooses_a_centre = requires {
  { Preset::centre.from_values } -> std::convertible_to<bool>;
};

template <class Preset>
concept chooses_a_spread = requires {
  { Preset::spread.own } -> std::convertible_to<bool>;
  { Preset::spread.out_takes_in } -> std::convertible_to<bool>;
};

template <class Preset>
concept chooses_a_spread_floor = requires {
  { Preset::floor.needs_typical } -> std::convertible_to<bool>;
  { Preset::floor(1.0, 1.0) } -> std::convertible_to<double>;
};

template <class Preset>
concept chooses_a_tail = requires {
  { Preset::tail(1.0, 1.0) } -> std::convertible_to<double>;
};

}  // namespace req

/// A named choice of centre, spread, spread floor, tail and hypotheses.
template <class Preset>
concept GaussianPreset =
    req::names_itself<Preset> && req::chooses_its_hypotheses<Preset> && req::chooses_a_centre<Preset> &&
    req::chooses_a_spread<Preset> && req::chooses_a_spread_floor<Preset> && req::chooses_a_tail<Preset>;

namespace preset {

/// Ours: mean and population standard deviation of each record, no floor, one-sided tail.
struct lira {
  static constexpr std::string_view name = "telltale";
  static constexpr hypotheses::in_and_out hypotheses{};
  static constexpr centre::mean centre{};
  static constexpr spread::per_record spread{};
  static constexpr spread_floor::none floor{};
  static constexpr tail::log_survival tail{};
};

/// Carlini et al. 2022 with their code's numbers: median centre, 1e-30 added to the standard deviation about the mean.
///
/// The released code also cuts every record to the smallest number of IN and OUT models found, which drops scores
/// where the numbers are uneven; here all are used. Offline this preset is the paper's one-sided test.
struct carlini_2022 : lira {
  static constexpr std::string_view name = "carlini_2022";
  static constexpr centre::median centre{};
  static constexpr spread_floor::add floor{1e-30};
};

/// What the released code computes offline, which is not what the paper says: minus the log density of OUT, by which
/// a record that every model finds *harder* than usual also counts as a member. Online it equals `carlini_2022`.
struct carlini_2022_two_sided : carlini_2022 {
  static constexpr std::string_view name = "carlini_2022_two_sided";
  static constexpr tail::density tail{};
};

/// Carlini et al. 2022 with a fixed variance, advised below 64 models: pooled after centring, one spread for IN and
/// one for OUT.
struct carlini_2022_fixed_variance : carlini_2022 {
  static constexpr std::string_view name = "carlini_2022_fixed_variance";
  static constexpr spread::pooled_centred spread{};
};

/// The fixed variance as released: the standard deviation of all IN entries, without centring, for IN and OUT alike
/// (offline: of all OUT entries), and the two-sided tail.
struct carlini_2022_fixed_variance_code : carlini_2022_two_sided {
  static constexpr std::string_view name = "carlini_2022_fixed_variance_code";
  static constexpr spread::pooled_raw_of_in spread{};
};

}  // namespace preset
}  // namespace telltale
