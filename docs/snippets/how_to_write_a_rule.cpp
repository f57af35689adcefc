// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Quoted by docs/how_to/write_a_rule.md.
#include <cmath>
#include <cstddef>
#include <span>
#include <string_view>

#include <telltale/telltale.hpp>

using namespace telltale;

/// What fitting gives: a record's signal in standard deviations of the population.
struct fitted_z_score {
  double mean, deviation;

  void operator()(const signals& signal, std::span<double> evidence) const {
    for (std::size_t i = 0; i < evidence.size(); ++i) evidence[i] = (signal.values[i] - mean) / deviation;
  }
  double cut() const { return 1.645; }  // 5 % of a normal law lie above it
};

/// A threshold at 5 % false alarms, if the population's signals are normal.
struct z_score {
  static constexpr std::string_view name = "standard deviations above the population";
  static constexpr auto needs = knowledge::population;

  template <class Scalar>
  fitted_z_score fit(const population<signals, Scalar>& owned) const {
    double sum = 0, squares = 0;
    for (const double value : owned.by_target.values) sum += value, squares += value * value;
    const double n = double(owned.by_target.values.size()), mean = sum / n;
    return {mean, std::sqrt(squares / n - mean * mean)};
  }
};

static_assert(DecisionRule<z_score, signals, adversary<population<>>>);

evidence judged(const classification<eigen<float>>& answers, std::span<const double> scores_of_population) {
  const auto attack = compose(logit_margin{}, z_score{});
  const evidence found = attack(answers, owning(population{signals{scores_of_population}}));
  return found;
}
