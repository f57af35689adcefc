// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <string_view>

#include <telltale/core/requirements.hpp>
#include <telltale/rule/hypotheses.hpp>
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
};

}  // namespace req

/// A named choice of hypotheses, tie rule, a and gamma.
template <class Preset>
concept RelativePreset = req::names_itself<Preset> && req::says_which_models_it_has<Preset> &&
                         req::gives_a_and_gamma<Preset> && req::chooses_a_tie_rule<Preset>;

namespace preset {

/// Ours, which is the paper's: a = 0.3, gamma = 1, ties do not count.
struct rmia {
  static constexpr std::string_view name = "telltale";
  static constexpr hypotheses::in_and_out hypotheses{};
  static constexpr tie::strict tie{};
  static constexpr double a = 0.3;
  static constexpr double gamma = 1;
};

}  // namespace preset
}  // namespace telltale
