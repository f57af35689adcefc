// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/detail/parallel.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/gaussian_likelihood_ratio.hpp>
#include <telltale/rule/relative_likelihood.hpp>
#include <telltale/rule/shadow_layout.hpp>
#include <telltale/study/leave_one_out/gaussian_targets.hpp>
#include <telltale/study/leave_one_out/relative_targets.hpp>

namespace telltale::detail {

inline constexpr std::string_view leave_one_out_name = "leave_one_out";

template <class Scalar, class Evidence>
[[nodiscard]] shadow_layout check_leave_one_out(const shadow_models<Scalar>& models, std::span<Evidence> evidence) {
  const shadow_layout layout = layout_of(leave_one_out_name, models);
  if (layout.models < 2) refuse(leave_one_out_name, "models", "is 1; wanted a target and at least one shadow model");
  check_size(leave_one_out_name, "evidence", evidence.size(), layout.models * layout.records);
  return layout;
}

/// `judge(target, row of its evidence)` for every target, on threads.
template <class Evidence, class Judge>
void for_each_target(const shadow_layout& layout, std::span<Evidence> evidence, unsigned threads, const Judge& judge) {
  in_parallel(layout.models, threads, [&] {
    return [&](std::size_t target) { judge(target, evidence.subspan(target * layout.records, layout.records)); };
  });
}

/// Fits the rule again for every target: what any rule can do. `fit(models left, index of the target)`.
template <class Scalar, class Evidence, class Fit>
void fit_for_each_target(const shadow_models<Scalar>& models, std::span<Evidence> evidence, unsigned threads,
                         const Fit& fit) {
  const shadow_layout layout = check_leave_one_out(models, evidence);
  for_each_target(layout, evidence, threads, [&](std::size_t target, std::span<Evidence> row) {
    const auto others = [&](const auto& of_models) {
      std::vector<typename std::decay_t<decltype(of_models)>::value_type> left(of_models.begin(), of_models.end());
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(target));
      return left;
    };
    const auto scores = others(models.scores);
    const auto keep = others(models.keep);
    const std::vector<double> asked(models.scores[target].begin(), models.scores[target].end());
    std::vector<double> found(layout.records);
    fit(shadow_models<Scalar>(scores, keep), target)(signals{asked, layout.width}, found);
    std::transform(found.begin(), found.end(), row.begin(), [](double e) { return static_cast<Evidence>(e); });
  });
}

}  // namespace telltale::detail

namespace telltale::study {

/// Attacks each model of a campaign with all others as the adversary's shadow models: M + 1 models, trained once, are
/// M + 1 targets of M shadow models each.
///
/// `evidence` is targets x records, row by row, larger meaning member, as float or double. Which plans allow this
/// `plan_rule` says. LiRA about means and RMIA take each target out of sums over all models, O(1) a score; other rules
/// are fitted again for each target, on `threads` threads (0: one per core), which change nothing but the time.
/// Memory: 48 bytes a record beside the evidence, more where a rule is
/// fitted again. Throws argument_error for one model, an evidence of another size, and what the rule refuses; a record
/// must have one IN and one OUT model more than the rule asks for, since one of them is the target.
/// Reference: Tobaben, Ito, Jaelkoe, He and Honkela 2025, "Impact of dataset properties on membership inference
/// vulnerability of deep transfer learning" (from description); Carlini et al. 2022 attack their models in the same
/// way.
template <class Rule, class Scalar, std::floating_point Evidence>
void leave_one_out(const Rule& rule, const shadow_models<Scalar>& models, std::span<Evidence> evidence,
                   unsigned threads = 0) {
  detail::fit_for_each_target(models, evidence, threads, [&](const shadow_models<Scalar>& left, std::size_t) {
    if constexpr (requires { rule.fit(left, 1U); })
      return rule.fit(left, 1U);
    else
      return rule.fit(left);
  });
}

/// The same for a rule that compares with a population, scored by every model. Throws as well for other numbers of
/// models or records in it.
template <class Rule, class Scalar, class PopulationScalar, std::floating_point Evidence>
void leave_one_out(const Rule& rule, const shadow_models<Scalar>& models, per_model<PopulationScalar> population,
                   std::span<Evidence> evidence, unsigned threads = 0) {
  detail::check_size(detail::leave_one_out_name, "population", population.size(), models.scores.size());
  detail::fit_for_each_target(models, evidence, threads, [&](const shadow_models<Scalar>& left, std::size_t target) {
    const std::vector<double> asked(population[target].begin(), population[target].end());
    std::vector<std::span<const PopulationScalar>> others(population.begin(), population.end());
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(target));
    return rule.fit(left, telltale::population<signals, PopulationScalar>(signals{asked}, others));
  });
}

/// LiRA where moments are all it asks for: 20 to 70 ns a score whatever the number of models, against 700 ns when it is
/// fitted again for each of 513.
template <detail::moments_suffice Preset, class Scalar, std::floating_point Evidence>
void leave_one_out(const gaussian_likelihood_ratio<Preset>& rule, const shadow_models<Scalar>& models,
                   std::span<Evidence> evidence, unsigned threads = 0) {
  const detail::shadow_layout layout = detail::check_leave_one_out(models, evidence);
  if (layout.width != 1)
    return detail::fit_for_each_target(
        models, evidence, threads, [&](const shadow_models<Scalar>& left, std::size_t) { return rule.fit(left, 1U); });
  const detail::gaussian_targets<Preset, Scalar> targets(detail::leave_one_out_name, models, layout, threads);
  detail::for_each_target(layout, evidence, threads, targets);
}

/// RMIA where sums are all it asks for: 40 to 80 ns a score, the population sorted once for each target.
template <detail::sums_suffice Preset, class Scalar, class PopulationScalar, std::floating_point Evidence>
void leave_one_out(const relative_likelihood<Preset>& rule, const shadow_models<Scalar>& models,
                   per_model<PopulationScalar> population, std::span<Evidence> evidence, unsigned threads = 0) {
  constexpr std::string_view where = detail::leave_one_out_name;
  const detail::shadow_layout layout = detail::check_leave_one_out(models, evidence);
  if (layout.width != 1)
    detail::refuse(where, "scores", "has " + std::to_string(layout.width) + " values a record; this rule takes one");
  if (!(rule.a >= 0 && rule.a <= 1)) detail::refuse(where, "a", "is " + std::to_string(rule.a) + "; wanted 0 to 1");
  detail::check_size(where, "population", population.size(), layout.models);
  if (population[0].empty()) detail::refuse(where, "population", "is empty");
  for (std::size_t m = 0; m < layout.models; ++m)
    detail::check_size(where, "population[" + std::to_string(m) + "]", population[m].size(), population[0].size());
  const detail::relative_targets<Preset, Scalar, PopulationScalar> targets(where, rule, models, layout, population);
  detail::for_each_target(layout, evidence, threads, targets);
}

}  // namespace telltale::study
