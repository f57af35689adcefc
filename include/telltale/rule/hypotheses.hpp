// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace telltale {

/// Which of the two hypotheses about a record a rule models: `in`, `out`.
namespace hypotheses {

/// The online attacks: models trained with the record, and models trained without it.
struct in_and_out {
  static constexpr std::string_view name = "IN and OUT";
  static constexpr bool in = true, out = true;
};

/// The offline attacks: models trained without the record only, so that the record need not be known beforehand.
struct out_only {
  static constexpr std::string_view name = "OUT only";
  static constexpr bool in = false, out = true;
};

/// Models trained with the record only: how usual the score is among them. Published code offers it; what no member
/// would score either is then no evidence against membership.
struct in_only {
  static constexpr std::string_view name = "IN only";
  static constexpr bool in = true, out = false;
};

}  // namespace hypotheses

/// Named sets of policies. A policy is a static constexpr member of a preset, so that a variation is one line:
/// `struct mine : preset::carlini_2022 { static constexpr spread::pooled_centred spread{}; };`
namespace preset {

/// The offline form of a preset: the same policies without the IN hypothesis, by another member `hypotheses`.
template <class Preset>
struct offline : Preset {
  static constexpr hypotheses::out_only hypotheses{};
};

/// The same policies without the OUT hypothesis, by another member `hypotheses`.
template <class Preset>
struct in_only : Preset {
  static constexpr hypotheses::in_only hypotheses{};
};

}  // namespace preset
}  // namespace telltale
