// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/relative_likelihood/marginal.hpp>
#include <telltale/rule/relative_likelihood/presets.hpp>
#include <telltale/rule/shadow_layout.hpp>
#include <telltale/rule/sorted_values.hpp>

namespace telltale {
namespace detail {

/// gamma ratio_z for every z, rounded to double once: the pairwise form must compare with the same product.
[[nodiscard]] inline sorted_values scaled_and_sorted(std::string_view function, std::vector<double> ratios_z,
                                                     double gamma) {
  if (ratios_z.empty()) refuse(function, "population", "is empty");
  if (!(gamma > 0 && std::isfinite(gamma)))
    refuse(function, "gamma", "is " + std::to_string(gamma) + "; wanted a positive number");
  for (double& ratio : ratios_z) ratio *= gamma;
  check_finite(function, "population", ratios_z);
  return sorted_values(std::move(ratios_z));
}

}  // namespace detail

/// scores[i] = share of z with ratios_x[i] > gamma * ratios_z[z], the product being rounded to double before it is
/// compared; with `tie::at_least`, >=.
///
/// The ratios of the population are sorted once and searched: O((N + Z) log Z) time and O(Z) memory, never N x Z.
/// Throws `argument_error` if the population is empty, a ratio is not finite, gamma is not positive, or the extents of
/// ratios and scores differ.
template <class Tie = tie::strict>
void relative_likelihood_scores(std::span<const double> ratios_x, std::span<const double> ratios_z, double gamma,
                                std::span<double> scores, Tie tie_rule = {}) {
  constexpr std::string_view function = "relative_likelihood_scores";
  detail::check_size(function, "scores", scores.size(), ratios_x.size());
  detail::check_finite(function, "ratios_x", ratios_x);
  detail::scaled_and_sorted(function, {ratios_z.begin(), ratios_z.end()}, gamma)
      .shares(ratios_x, scores, tie_rule.before);
}

/// p(x) of every record and the sorted ratios of the population, ready to judge targets. It is aligned with the records
/// it was fitted to.
template <RelativePreset Preset>
class fitted_relative_likelihood {
 public:
  /// From p(x) of every record, the sorted ratios of the population, and the cut.
  fitted_relative_likelihood(std::vector<double> marginals, detail::sorted_values ratios_z, double beta)
      : marginals_(std::move(marginals)), ratios_z_(std::move(ratios_z)), beta_(beta) {}

  /// Evidence of every record from its true-class probability under the target, in (0, 1].
  ///
  /// Cost: O(N log Z), no allocation. Throws `argument_error` if the number of records differs from that of the fit, or
  /// naming the record whose value is no probability.
  void operator()(const signals& signal, std::span<double> evidence) const {
    detail::check_aligned(function, signal, evidence.size(), marginals_.size(), 1);
    detail::check_probabilities(function, "signal", "", signal.values, 0);
    for (std::size_t i = 0; i < marginals_.size(); ++i) evidence[i] = signal.values[i] / marginals_[i];
    ratios_z_.shares(evidence, evidence, Preset::tie.before);
  }

  /// The published beta is the user's: ranking only unless it is set.
  [[nodiscard]] double cut() const noexcept { return beta_; }

  /// p(x) of every record.
  [[nodiscard]] std::span<const double> marginals() const noexcept { return marginals_; }

 private:
  static constexpr std::string_view function = "relative_likelihood";

  std::vector<double> marginals_;
  detail::sorted_values ratios_z_;
  double beta_;
};

/// Compares a record with the records of a population, each against how likely it is on average: RMIA.
///
/// Threat model: shadow models of which the adversary knows the training sets, and a population that no model saw,
/// scored by the target and by the shadow models.
/// Formula: with true-class probabilities p(. | model),
///   ratio_x = p(x | target) / p(x), ratio_z likewise;
///   p(x) = (mean IN + mean OUT) / 2 online, ((1 + a) mean OUT + 1 - a) / 2 offline; p(z) always the offline form
///   (other forms are policies of `marginal`);
///   E = share of z with ratio_x > gamma ratio_z (the tie rule is a policy), ranking only unless `beta` is set.
/// Range: [0, 1], in multiples of 1 / Z.
/// Cost: one pass over the scores in tiles, then O((N + Z) log Z).
/// Memory: one double a record and one a z.
/// Reference: Zarifzadeh, Liu, Shokri, "Low-Cost High-Power Membership Inference Attacks", ICML 2024: the pairwise
/// likelihood ratio, its share over the population, and the offline approximation of p(x).
template <RelativePreset Preset = preset::rmia>
class relative_likelihood {
 public:
  using preset = Preset;  ///< the policies
  static constexpr std::string_view name =
      Preset::hypotheses.in ? "relative likelihood" : "relative likelihood, OUT only";
  static constexpr knowledge needs = knowledge::shadow_models | knowledge::population;

  /// Slope of p_in = a p_out + 1 - a, in [0, 1].
  double a = Preset::a;
  /// How many times likelier a record must be than a z to beat it; positive.
  double gamma = Preset::gamma;
  /// The cut: the share of the population that a member beats.
  double beta = ranking_only;

  /// Fits p(x), p(z) and the ratios of the population.
  ///
  /// Throws `argument_error` naming the model or record: extents that disagree; a mask that is not 0 or 1; no OUT model
  /// of a record (or, online, no IN model); a value outside (0, 1]; several values a record; an empty population; a,
  /// gamma or beta out of range.
  template <class Scalar, class PopulationScalar>
  [[nodiscard]] fitted_relative_likelihood<Preset> fit(const shadow_models<Scalar>& shadow,
                                                       const population<signals, PopulationScalar>& others) const {
    if (!(a >= 0 && a <= 1)) detail::refuse(function, "a", "is " + std::to_string(a) + "; wanted 0 to 1");
    if (std::isnan(beta)) detail::refuse(function, "beta", "is not a number");
    const detail::shadow_layout layout = detail::layout_of(function, shadow);
    if (layout.width != 1)
      detail::refuse(function, "scores",
                     "has " + std::to_string(layout.width) + " values a record; this rule takes one");
    const std::span<const double> by_target = others.by_target.values;
    detail::check_one_value(function, "population by target", others.by_target);
    detail::check_probabilities(function, "population by target", "", by_target, 0);
    if (others.by_shadow.size() != layout.models)
      detail::refuse(
          function, "population by shadow models",
          "has " + std::to_string(others.by_shadow.size()) + " models; scores has " + std::to_string(layout.models));
    for (std::size_t m = 0; m < layout.models; ++m)
      if (others.by_shadow[m].size() != by_target.size())
        detail::refuse(function, "population by shadow models",
                       detail::of_model(m) + "has " + std::to_string(others.by_shadow[m].size()) +
                           " records; the target has " + std::to_string(by_target.size()));
    using marginal = std::remove_const_t<decltype(Preset::marginal)>;
    constexpr bool online = Preset::hypotheses.in;
    constexpr std::string_view of_z = "population by shadow models";
    const auto fitted = [&](std::vector<double> ratios, std::vector<double> marginals) {
      for (std::size_t z = 0; z < ratios.size(); ++z) ratios[z] = by_target[z] / ratios[z];
      return fitted_relative_likelihood<Preset>(std::move(marginals),
                                                detail::scaled_and_sorted(function, std::move(ratios), gamma), beta);
    };
    if constexpr (marginal::sorts)
      return fitted(
          detail::sorted_marginals<marginal>(function, of_z, others.by_shadow, nullptr, by_target.size(), a),
          detail::sorted_marginals<marginal>(function, "scores", shadow.scores, &shadow.keep, layout.records, a));
    else
      return fitted(
          detail::population_marginals<marginal>(function, of_z, others.by_shadow, by_target.size(), a, online),
          detail::marginals<marginal, online>(function, shadow, layout, a));
  }

  /// The same, from a bag that owns both.
  template <class Owned>
  [[nodiscard]] auto fit(const Owned& owned) const
    requires requires {
      shadows_of(owned);
      population_of(owned);
    }
  {
    return fit(shadows_of(owned), population_of(owned));
  }

 private:
  static constexpr std::string_view function = "relative_likelihood";
};

}  // namespace telltale
