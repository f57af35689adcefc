// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/error.hpp>
#include <telltale/rule/relative_likelihood.hpp>
#include <telltale/rule/relative_likelihood/marginal.hpp>
#include <telltale/rule/relative_likelihood/presets.hpp>
#include <telltale/rule/shadow_layout.hpp>

namespace telltale::detail {

/// Whether sums of probabilities are all that a preset of RMIA asks of them, so that a model can be taken out again.
template <class Preset>
concept sums_suffice = RelativePreset<Preset> && !Preset::marginal.sorts;

/// RMIA against every model, with all others as shadows: the sums of all models once, less the target's own.
template <class Preset, class Scalar, class PopulationScalar>
class relative_targets {
  using marginal = std::remove_const_t<decltype(Preset::marginal)>;
  static constexpr bool online = Preset::hypotheses.in;

 public:
  relative_targets(std::string_view function, const relative_likelihood<Preset>& rule,
                   const shadow_models<Scalar>& models, const shadow_layout& layout,
                   per_model<PopulationScalar> population)
      : function_(function),
        rule_(rule),
        models_(models),
        population_(population),
        records_(layout.records),
        of_population_(population[0].size()) {
    constexpr models_wanted wanted = marginal::wanted(online);
    std::vector<std::uint32_t> in(layout.records);
    count_in(function, models.keep, 0, in);
    // One more of each than a rule wants, since one is the target.
    check_counts(function, in, layout.models, 0,
                 models_wanted{wanted.in + (wanted.in > 0), wanted.out + (wanted.out > 0)});
    for (std::size_t i = 0; i < records_.size(); ++i)
      records_[i] = {0, static_cast<double>(in[i]), 0, static_cast<double>(layout.models - in[i])};
    for (std::size_t m = 0; m < layout.models; ++m) {
      check_probabilities(function, "scores", of_model(m), models.scores[m], 0);
      check_probabilities(function, "population", of_model(m), population[m], 0);
      for (std::size_t i = 0; i < records_.size(); ++i)
        (models.keep[m][i] == 1 ? records_[i].in : records_[i].out) += static_cast<double>(models.scores[m][i]);
      for (std::size_t z = 0; z < of_population_.size(); ++z)
        of_population_[z] += static_cast<double>(population[m][z]);
    }
  }

  /// The evidence of every record, `target` being attacked by the others.
  template <class Evidence>
  void operator()(std::size_t target, std::span<Evidence> evidence) const {
    const double shadows = static_cast<double>(models_.scores.size() - 1);
    std::vector<double> ratios(of_population_.size());
    for (std::size_t z = 0; z < ratios.size(); ++z) {
      const double own = static_cast<double>(population_[target][z]);
      double rest = of_population_[z] - own;
      if (!(rest > least_share * of_population_[z]))
        rest = added_up(target, [&](std::size_t m) { return static_cast<double>(population_[m][z]); });
      ratios[z] = own / marginal::population(rest / shadows, rule_.a, online);
    }
    const sorted_values sorted = scaled_and_sorted(function_, std::move(ratios), rule_.gamma);
    std::vector<double> found(records_.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      const double own = static_cast<double>(models_.scores[target][i]);
      const std::uint8_t kept = models_.keep[target][i];
      probability_sums left = records_[i];
      double &side = kept == 1 ? left.in : left.out, all = side;
      --(kept == 1 ? left.in_count : left.out_count);
      side -= own;
      if (!(side > least_share * all))
        side = added_up(target, [&](std::size_t m) {
          return models_.keep[m][i] == kept ? static_cast<double>(models_.scores[m][i]) : 0;
        });
      if constexpr (online)
        found[i] = own / marginal::online(left);
      else
        found[i] = own / marginal::offline(left, rule_.a);
    }
    sorted.shares(found, found, Preset::tie.before);
    std::transform(found.begin(), found.end(), evidence.begin(), [](double e) { return static_cast<Evidence>(e); });
  }

 private:
  static constexpr double least_share = 1e-4;  // below, the difference of sums would lose digits

  template <class Probability>
  [[nodiscard]] [[gnu::noinline]] double added_up(std::size_t target, const Probability& of_model_m) const {
    double sum = 0;
    for (std::size_t m = 0; m < models_.scores.size(); ++m)
      if (m != target) sum += of_model_m(m);
    return sum;
  }

  std::string_view function_;
  const relative_likelihood<Preset>& rule_;
  const shadow_models<Scalar>& models_;
  per_model<PopulationScalar> population_;
  std::vector<probability_sums> records_;
  std::vector<double> of_population_;
};

}  // namespace telltale::detail
