// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
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
constexpr std::string_view word(telltale::spread::pooled_residuals) { return "pooled-residuals"; }
constexpr std::string_view word(telltale::spread::own_from_64_models) { return "own-from-64-models"; }
constexpr std::string_view word(telltale::spread::own_from_32_scores) { return "own-from-32-scores"; }
constexpr std::string_view word(telltale::tail::log_survival) { return "log-survival"; }
constexpr std::string_view word(telltale::tail::density) { return "density"; }
constexpr std::string_view word(telltale::tail::log_cumulative) { return "log-cumulative"; }
constexpr std::string_view word(telltale::tail::saturating_cumulative) { return "saturating-cumulative"; }
constexpr std::string_view word(telltale::queries::averaged) { return "averaged"; }
constexpr std::string_view word(telltale::queries::shared_covariance) { return "shared-covariance"; }
constexpr std::string_view word(telltale::queries::full_covariance) { return "full-covariance"; }
constexpr std::string_view word(telltale::models_used::all) { return "all"; }
constexpr std::string_view word(telltale::models_used::smallest_number) { return "smallest-number"; }
constexpr std::string_view word(telltale::missing_models::refused) { return "refused"; }
constexpr std::string_view word(telltale::missing_models::column_mean) { return "column-mean"; }
constexpr std::string_view word(telltale::missing_models::zero) { return "zero"; }

template <class... Policy>
struct policies {};

using centres = policies<telltale::centre::mean, telltale::centre::median>;
using spreads = policies<telltale::spread::per_record, telltale::spread::pooled_centred, telltale::spread::pooled_raw,
                         telltale::spread::pooled_raw_of_in, telltale::spread::pooled_residuals,
                         telltale::spread::own_from_64_models, telltale::spread::own_from_32_scores>;

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

/// Likewise the other policies that cost little beside the scores they judge; every one of them that was a type would
/// double what is compiled.
struct chosen_tail {
  static constexpr std::string_view name = "chosen at run time";
  std::variant<telltale::tail::log_survival, telltale::tail::density, telltale::tail::log_cumulative,
               telltale::tail::saturating_cumulative>
      tail{};

  [[nodiscard]] double operator()(double z, double spread) const {
    return std::visit([&](const auto& chosen) { return chosen(z, spread); }, tail);
  }
  [[nodiscard]] double operator()(const telltale::joint_distance& distance) const {
    return std::visit([&](const auto& chosen) { return chosen(distance); }, tail);
  }
};

struct chosen_missing {
  static constexpr std::string_view name = "chosen at run time";
  static constexpr bool fills = true;
  std::variant<telltale::missing_models::refused, telltale::missing_models::column_mean, telltale::missing_models::zero>
      missing{};

  [[nodiscard]] std::size_t least(bool own) const {
    return std::visit([&](const auto& chosen) { return chosen.least(own); }, missing);
  }
  [[nodiscard]] double operator()(double mean) const {
    return std::holds_alternative<telltale::missing_models::zero>(missing) ? 0 : mean;
  }
};

struct chosen_covariance {
  static constexpr std::string_view name = "chosen at run time";
  static constexpr bool joint = true;
  bool of_each_record = false;

  [[nodiscard]] bool own() const { return of_each_record; }
};

struct lira_settings {
  std::string centre, spread, queries, models;
  chosen_floor floor;
  chosen_tail tail;
  chosen_missing missing;
};

template <class Hypotheses, class Centre, class Spread>
struct chosen_policies : telltale::preset::lira {
  static constexpr Hypotheses hypotheses{};
  static constexpr Centre centre{};
  static constexpr Spread spread{};
  static constexpr chosen_tail tail{};
  static constexpr chosen_floor floor{};
  static constexpr chosen_missing missing{};
};

template <class Hypotheses, class Centre>
struct chosen_joint_policies : telltale::preset::lira {
  static constexpr Hypotheses hypotheses{};
  static constexpr Centre centre{};
  static constexpr chosen_tail tail{};
  static constexpr chosen_floor floor{};
  static constexpr chosen_covariance queries{};
};

/// Fits the rule to the shadow models and judges the target.
template <class Preset>
telltale::evidence judge_by(const score_inputs& inputs, const lira_settings& settings) {
  telltale::gaussian_likelihood_ratio<Preset> rule;
  rule.floor = settings.floor;
  rule.tail = settings.tail;
  if constexpr (Preset::queries.joint)
    rule.queries = {settings.queries == word(telltale::queries::full_covariance{})};
  else
    rule.missing = settings.missing;
  return std::visit(
      [&]<class Scalar>(telltale::per_model<Scalar> scores) {
        const auto judge = [&](const telltale::shadow_models<Scalar>& shadow, std::size_t dropped) {
          const auto fitted = rule.fit(shadow);
          telltale::evidence result{std::vector<double>(inputs.records()), fitted.cut(), fitted.floored(),
                                    fitted.filled(), dropped};
          fitted(inputs.target, result.values);
          return result;
        };
        const telltale::shadow_models<Scalar> shadow(scores, inputs.keep);
        if (settings.models == word(telltale::models_used::all{})) return judge(shadow, 0);
        const telltale::cut_shadow_models<Scalar> cut(shadow, Preset::hypotheses.in, Preset::hypotheses.out);
        return judge(cut.models(), cut.dropped());
      },
      inputs.shadow);
}

/// The same with every policy taken from the settings.
template <class Hypotheses>
telltale::evidence judge_with(const score_inputs& inputs, const lira_settings& settings) {
  return with_policy(centres{}, settings.centre, [&](auto centre) {
    if (settings.queries != word(telltale::queries::averaged{}))
      return judge_by<chosen_joint_policies<Hypotheses, decltype(centre)>>(inputs, settings);
    return with_policy(spreads{}, settings.spread, [&](auto spread) {
      return judge_by<chosen_policies<Hypotheses, decltype(centre), decltype(spread)>>(inputs, settings);
    });
  });
}

/// Both are large templates, and have a translation unit each.
[[nodiscard]] telltale::evidence judge_online(const score_inputs& inputs, const lira_settings& settings);
[[nodiscard]] telltale::evidence judge_offline(const score_inputs& inputs, const lira_settings& settings);

}  // namespace tool
