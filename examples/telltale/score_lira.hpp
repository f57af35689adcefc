// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <telltale/core/signals.hpp>
#include <telltale/rule/gaussian_likelihood_ratio.hpp>

#include "score_rule.hpp"

namespace tool {

/// What the command line calls each policy of the Gaussian likelihood ratio.
constexpr std::string_view word(telltale::centre::mean) { return "mean"; }
constexpr std::string_view word(telltale::centre::median) { return "median"; }
constexpr std::string_view word(telltale::spread::per_record) { return "per-record"; }
constexpr std::string_view word(telltale::spread::pooled_centred) { return "pooled-centred"; }
constexpr std::string_view word(telltale::spread::pooled_raw) { return "pooled-raw"; }
constexpr std::string_view word(telltale::spread::pooled_raw_of_in) { return "pooled-raw-of-in"; }
constexpr std::string_view word(telltale::tail::log_survival) { return "log-survival"; }
constexpr std::string_view word(telltale::tail::density) { return "density"; }

template <class... Policy>
struct policies {};

using centres = policies<telltale::centre::mean, telltale::centre::median>;
using spreads = policies<telltale::spread::per_record, telltale::spread::pooled_centred, telltale::spread::pooled_raw,
                         telltale::spread::pooled_raw_of_in>;
using tails = policies<telltale::tail::log_survival, telltale::tail::density>;

/// Calls `use` with the policy of that name: from a word at run time to a type.
template <class First, class... Rest, class Use>
telltale::evidence with_policy(policies<First, Rest...>, std::string_view name, const Use& use) {
  if constexpr (sizeof...(Rest) > 0)
    if (name != word(First{})) return with_policy(policies<Rest...>{}, name, use);
  return use(First{});
}

/// Any of the library's spread floors, chosen at run time.
struct chosen_floor {
  static constexpr std::string_view name = "chosen at run time";
  static constexpr bool needs_typical = true;
  std::variant<telltale::spread_floor::none, telltale::spread_floor::add, telltale::spread_floor::at_least,
               telltale::spread_floor::relative>
      floor{};

  void check() const {
    std::visit([](const auto& chosen) { chosen.check(); }, floor);
  }
  [[nodiscard]] double operator()(double spread, double typical) const {
    return std::visit([&](const auto& chosen) { return chosen(spread, typical); }, floor);
  }
};

struct lira_settings {
  std::string centre, spread, tail;
  chosen_floor floor;
};

template <class Hypotheses, class Centre, class Spread, class Tail>
struct chosen_policies : telltale::preset::lira {
  static constexpr Hypotheses hypotheses{};
  static constexpr Centre centre{};
  static constexpr Spread spread{};
  static constexpr Tail tail{};
  static constexpr chosen_floor floor{};
};

/// Fits the rule with these policies to the shadow models and judges the target.
template <class Preset>
telltale::evidence judge_by(const score_inputs& inputs, const chosen_floor& floor) {
  return std::visit(
      [&]<class Scalar>(telltale::per_model<Scalar> scores) {
        const telltale::shadow_models<Scalar> shadow(scores, inputs.keep);
        const auto fitted = telltale::gaussian_likelihood_ratio<Preset>{floor}.fit(shadow);
        telltale::evidence result{std::vector<double>(inputs.records()), fitted.cut(), fitted.floored()};
        fitted(inputs.target, result.values);
        return result;
      },
      inputs.shadow);
}

/// Both are large templates, and have a translation unit each.
[[nodiscard]] telltale::evidence judge_online(const score_inputs& inputs, const lira_settings& settings);
[[nodiscard]] telltale::evidence judge_offline(const score_inputs& inputs, const lira_settings& settings);

}  // namespace tool
