// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <string_view>

#include <telltale/core/requirements.hpp>
#include <telltale/rule/hypotheses.hpp>
#include <telltale/rule/relative_likelihood/marginal_policy.hpp>
#include <telltale/rule/relative_likelihood/tie.hpp>

namespace telltale {

namespace req {

template <class Preset>
concept gives_a_and_gamma = requires {
  { Preset::a } -> std::convertible_to<double>;
  { Preset::gamma } -> std::convertible_to<double>;
};

template <class Preset>
concept chooses_a_tie_rule = requires {
  { Preset::tie.before(1.0, 1.0) } -> std::convertible_to<bool>;
};

template <class Preset>
concept says_which_models_it_has = requires {
  { Preset::hypotheses.in } -> std::convertible_to<bool>;
} && Preset::hypotheses.out;

template <class Preset>
concept chooses_a_marginal = requires {
  { Preset::marginal.sorts } -> std::convertible_to<bool>;
} && (!Preset::marginal.sorts || !Preset::hypotheses.in);

}  // namespace req

/// A named set of policies for `relative_likelihood`.
///
/// Required: `name`; `hypotheses`, whether IN is modelled beside OUT; `tie`, whether a ratio of exactly gamma counts;
/// `marginal`, what a probability is divided by; `a`, the slope of p_in = a p_out + 1 - a; `gamma`, how many times
/// likelier a record must be than a z to beat it.
template <class Preset>
concept RelativePreset =
    req::names_itself<Preset> && req::says_which_models_it_has<Preset> && req::gives_a_and_gamma<Preset> &&
    req::chooses_a_tie_rule<Preset> && req::chooses_a_marginal<Preset>;

namespace preset {

/// Ours, which is the paper's: a = 0.3, gamma = 1, ties do not count.
struct rmia {
  static constexpr std::string_view name = "telltale";
  static constexpr hypotheses::in_and_out hypotheses{};
  static constexpr tie::strict tie{};
  static constexpr marginal::halves marginal{};
  static constexpr double a = 0.3;
  static constexpr double gamma = 1;
};

/// LeakPro's RMIA as of 2026: a = 0.33, gamma = 2, and another p(x). It compares ratio_x / ratio_z with gamma where we
/// compare ratio_x with gamma ratio_z: the same for a gamma that is a power of two, and elsewhere up to rounding. Its
/// softmax has a temperature of 2, which belongs to the scores: `release::temperature`.
struct rmia_leakpro_2026_06 : rmia {
  static constexpr std::string_view name = "leakpro_2026_06";
  static constexpr marginal::all_models_plus_1e_6 marginal{};
  static constexpr double a = 0.33;
  static constexpr double gamma = 2;
};

/// Privacy Meter's RMIA as of April 2025, which has no online form.
struct rmia_privacy_meter_2025_04_zero_padded : rmia {
  static constexpr std::string_view name = "privacy_meter_2025_04_zero_padded";
  static constexpr hypotheses::out_only hypotheses{};
  static constexpr marginal::zero_padded_largest marginal{};
};

}  // namespace preset
}  // namespace telltale
