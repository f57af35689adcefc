// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/core/concepts.hpp>
#include <telltale/rule/gaussian_likelihood_ratio.hpp>
#include <telltale/rule/relative_likelihood.hpp>
#include <telltale/rule/threshold.hpp>

#include <cmath>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "oracle/rule_inputs.hpp"

#include <doctest/doctest.h>

using namespace telltale;

namespace {

using shadows = adversary<shadow_models<float>>;
using double_shadows = adversary<shadow_models<double>>;
using people = adversary<population<>>;
using labelled = adversary<labelled_records<>>;
using both = adversary<shadow_models<float>, population<signals, double>>;

template <class Rule, class Owned>
constexpr bool judges = DecisionRule<Rule, signals, Owned>;

static_assert(judges<threshold<where::given>, adversary<>> && judges<threshold<where::given>, both>);
static_assert(judges<threshold<where::mean_of_members>, labelled> && !judges<threshold<where::mean_of_members>, both>);
static_assert(judges<threshold<where::population_quantile>, people> &&
              !judges<threshold<where::population_quantile>, shadows>);
static_assert(judges<gaussian_likelihood_ratio<>, shadows> && judges<gaussian_likelihood_ratio<>, double_shadows> &&
              judges<gaussian_likelihood_ratio<preset::offline<preset::carlini_2022>>, both>);
static_assert(!judges<gaussian_likelihood_ratio<>, adversary<>> && !judges<gaussian_likelihood_ratio<>, people>);
static_assert(judges<relative_likelihood<>, both> && !judges<relative_likelihood<>, shadows> &&
              !judges<relative_likelihood<>, people>);

// A preset that lacks a policy is none, and one that replaces a policy is.
struct without_a_tail {
  static constexpr std::string_view name = "without a tail";
  static constexpr hypotheses::out_only hypotheses{};
  static constexpr centre::mean centre{};
  static constexpr spread::per_record spread{};
  static constexpr spread_floor::none floor{};
};
struct variation : preset::carlini_2022 {
  static constexpr spread::pooled_centred spread{};
};
static_assert(!GaussianPreset<without_a_tail> && GaussianPreset<variation>);
static_assert(!GaussianPreset<preset::rmia> && RelativePreset<preset::rmia> && !RelativePreset<preset::lira>);

// Policies without a value cost no byte.
static_assert(std::is_empty_v<gaussian_likelihood_ratio<>>);

// Share of pairs (member, non-member) in the right order, ties counting one half.
double area(const std::vector<double>& evidence, const std::vector<bool>& member) {
  double right = 0, pairs = 0;
  for (std::size_t i = 0; i < evidence.size(); ++i)
    for (std::size_t j = 0; j < evidence.size(); ++j)
      if (member[i] && !member[j]) {
        ++pairs;
        right += evidence[i] > evidence[j] ? 1 : evidence[i] == evidence[j] ? 0.5 : 0;
      }
  return right / pairs;
}

}  // namespace

TEST_CASE("membership that no score depends on gives an area of one half") {
  const std::size_t models = 16, records = 1200;
  random_stream stream(23, 0);
  oracle::shadow_scores<double> shadow;
  shadow.scores.assign(models, std::vector<double>(records));
  shadow.keep.assign(models, std::vector<std::uint8_t>(records));
  std::vector<double> target(records), probability(records);
  std::vector<bool> member(records);
  for (std::size_t i = 0; i < records; ++i) {
    const double difficulty = 3 * stream.normal();
    for (std::size_t m = 0; m < models; ++m) {
      shadow.scores[m][i] = difficulty + stream.normal();
      shadow.keep[m][i] = m < 4 ? m % 2 : stream.below(2) == 1;
    }
    target[i] = difficulty + stream.normal();
    member[i] = stream.below(2) == 1;
  }
  double members = 0;
  for (const bool m : member) members += m;
  const double others = static_cast<double>(records) - members;
  // Standard deviation of the area when nothing tells: sqrt((P + N + 1) / (12 P N)).
  const double bound = 5 * std::sqrt((members + others + 1) / (12 * members * others));
  CHECK(std::abs(area(oracle::judged(gaussian_likelihood_ratio<>{}, shadow, target), member) - 0.5) < bound);
  CHECK(std::abs(
            area(oracle::judged(gaussian_likelihood_ratio<preset::offline<preset::lira>>{}, shadow, target), member) -
            0.5) < bound);

  const auto sigmoid = [](double margin) { return 1 / (1 + std::exp(-margin)); };
  for (auto& scores : shadow.scores)
    for (double& s : scores) s = sigmoid(s);
  for (double& t : target) t = sigmoid(t);
  std::vector<double> z(400), evidence(records);
  for (double& s : z) s = sigmoid(3 * stream.normal());
  const oracle::shadow_views<double> views(shadow);
  const std::vector<std::span<const double>> by_shadow(models, z);
  const population<signals, double> people_of(signals{z}, by_shadow);
  relative_likelihood<>{}.fit(views.models(), people_of)(signals{target}, evidence);
  CHECK(std::abs(area(evidence, member) - 0.5) < bound);
  threshold<where::population_quantile>{}.fit(people_of)(signals{target}, evidence);
  CHECK(std::abs(area(evidence, member) - 0.5) < bound);
}

TEST_CASE("a target that saw its members is told apart by every rule of records") {
  // The control of the control: the same area is far from one half when membership moves the score.
  const std::size_t models = 16, records = 600;
  random_stream stream(29, 0);
  oracle::shadow_scores<double> shadow;
  shadow.scores.assign(models, std::vector<double>(records));
  shadow.keep.assign(models, std::vector<std::uint8_t>(records));
  std::vector<double> target(records);
  std::vector<bool> member(records);
  for (std::size_t i = 0; i < records; ++i) {
    const double difficulty = 3 * stream.normal();
    for (std::size_t m = 0; m < models; ++m) {
      shadow.keep[m][i] = m < 4 ? m % 2 : stream.below(2) == 1;
      shadow.scores[m][i] = difficulty + stream.normal() + 2 * shadow.keep[m][i];
    }
    member[i] = stream.below(2) == 1;
    target[i] = difficulty + stream.normal() + (member[i] ? 2 : 0);
  }
  CHECK(area(oracle::judged(gaussian_likelihood_ratio<>{}, shadow, target), member) > 0.85);
  CHECK(area(oracle::judged(gaussian_likelihood_ratio<preset::offline<preset::lira>>{}, shadow, target), member) > 0.8);
  CHECK(area(target, member) < 0.75);
}
