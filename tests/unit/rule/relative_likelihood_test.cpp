// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/relative_likelihood.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "oracle/relative_likelihood.hpp"
#include "oracle/rule_inputs.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using oracle::has;
using oracle::refusal;
using oracle::shadow_scores;
using oracle::shadow_views;

namespace {

struct ties_count : preset::rmia {
  static constexpr tie::at_least tie{};
};

template <class Rule, class Scalar>
std::vector<double> judged(const Rule& rule, const shadow_scores<Scalar>& shadow, const std::vector<double>& target,
                           const std::vector<std::vector<Scalar>>& population_shadow,
                           const std::vector<double>& population_target) {
  const shadow_views<Scalar> views(shadow);
  const std::vector<std::span<const Scalar>> by_shadow(population_shadow.begin(), population_shadow.end());
  std::vector<double> evidence(shadow.records());
  const auto owned = owning(views.models(), population<signals, Scalar>(signals{population_target}, by_shadow));
  rule.fit(owned)(signals{target}, evidence);
  return evidence;
}

// The toy of the peers' note: two OUT models, three records, four records of the population.
const shadow_scores<double> toy{{{0.5, 0.55, 0.4}, {0.7, 0.65, 0.6}}, {{0, 0, 0}, {0, 0, 0}}, 1};
const std::vector<std::vector<double>> toy_z{{0.75, 0.6, 0.5, 0.3}, {0.85, 0.4, 0.7, 0.3}};

template <class Rule>
std::vector<double> judged_toy(const Rule& rule) {
  return judged(rule, toy, {0.9, 0.6, 0.3}, toy_z, {0.8, 0.5, 0.7, 0.2});
}

using offline = relative_likelihood<preset::offline<preset::rmia>>;

// Positive ratios on a coarse grid: ties and duplicates everywhere.
std::vector<double> ratios(std::size_t count, std::uint64_t seed, std::uint64_t grid) {
  random_stream stream(seed, 5);
  std::vector<double> values(count);
  for (double& v : values) v = static_cast<double>(1 + stream.below(grid)) / 7;
  return values;
}

}  // namespace

TEST_CASE("known answers of RMIA on the toy of the peers' note") {
  // Worked by hand and with NumPy from the published formula.
  offline rule;
  CHECK(judged_toy(rule) == std::vector<double>{1, 0.5, 0.25});
  rule.gamma = 1.2;
  CHECK(judged_toy(rule) == std::vector<double>{1, 0.25, 0.25});
  rule.gamma = 1;
  rule.a = 0;
  CHECK(judged_toy(rule) == std::vector<double>{1, 0.5, 0.25});
}

TEST_CASE("the marginal of the research note") {
  // p = 0.9, mean OUT 0.5, a = 0.3: p(x) = 0.675, ratio 1.33333.
  const shadow_scores<double> shadow{{{0.4}, {0.6}}, {{0}, {0}}, 1};
  const shadow_views<double> views(shadow);
  const std::vector<double> z{0.5};
  const std::vector<std::span<const double>> by_shadow{z, z};
  const auto fitted = offline{}.fit(views.models(), population<signals, double>(signals{z}, by_shadow));
  CHECK(fitted.marginals()[0] == doctest::Approx(0.675).epsilon(1e-15));
  CHECK(0.9 / fitted.marginals()[0] == doctest::Approx(1.33333).epsilon(1e-5));
  CHECK(fitted.cut() == ranking_only);
}

TEST_CASE("a tie in exact binary fractions counts only under the rule that says so") {
  // With a = 1 p(x) is the mean OUT. Ratios 2, 1, 1/2 of the records and 1, 1, 2, 1/4 of the population, all exact.
  const shadow_scores<double> shadow{{{0.25, 0.5, 0.5}, {0.25, 0.5, 0.5}}, {{0, 0, 0}, {0, 0, 0}}, 1};
  const std::vector<std::vector<double>> z{{0.5, 0.25, 0.25, 1}, {0.5, 0.25, 0.25, 1}};
  const std::vector<double> target{0.5, 0.5, 0.25}, target_z{0.5, 0.25, 0.5, 0.25};
  offline strict;
  strict.a = 1;
  CHECK(judged(strict, shadow, target, z, target_z) == std::vector<double>{0.75, 0.25, 0.25});
  relative_likelihood<preset::offline<ties_count>> at_least;
  at_least.a = 1;
  CHECK(judged(at_least, shadow, target, z, target_z) == std::vector<double>{1, 0.75, 0.25});
  strict.gamma = at_least.gamma = 0.5;
  CHECK(judged(strict, shadow, target, z, target_z) == std::vector<double>{1, 0.75, 0.25});
  CHECK(judged(at_least, shadow, target, z, target_z) == std::vector<double>{1, 1, 0.75});
}

TEST_CASE("sort and search equals the pairwise form with ties and duplicates") {
  for (const std::size_t z_count : std::vector<std::size_t>{1, 2, 3, 7, 8, 100, 1023, 1024, 1025})
    for (const std::uint64_t grid : std::vector<std::uint64_t>{1, 3, 50, 100000})
      for (const double gamma : {1.0, 1.2, 3.0, 0.1}) {
        CAPTURE(z_count);
        CAPTURE(grid);
        CAPTURE(gamma);
        std::vector<double> x = ratios(203, 1 + z_count, grid);
        const std::vector<double> z = ratios(z_count, 2, grid);
        // Values that equal a rounded product exactly.
        for (std::size_t i = 0; i < 20; ++i) x[i] = gamma * z[i % z_count];
        std::vector<double> scores(x.size());
        relative_likelihood_scores(x, z, gamma, scores);
        CHECK(scores == oracle::pairwise_shares(x, z, gamma, false));
        relative_likelihood_scores(x, z, gamma, scores, tie::at_least{});
        CHECK(scores == oracle::pairwise_shares(x, z, gamma, true));
      }
}

TEST_CASE("online and offline marginals agree with the definition under uneven masks") {
  for (const std::size_t models : std::vector<std::size_t>{4, 9, 64}) {
    auto shadow = oracle::random_shadows<float>(models, 1100, 1, models);
    for (auto& scores : shadow.scores)
      for (float& s : scores) s = s / 8 + 0.01F;
    const shadow_views<float> views(shadow);
    const std::vector<float> z(3, 0.5F);
    const std::vector<double> z_target(3, 0.5);
    const std::vector<std::span<const float>> by_shadow(models, z);
    const population<signals, float> others(signals{z_target}, by_shadow);
    const auto on = relative_likelihood<>{}.fit(views.models(), others);
    offline rule;
    rule.a = 0.7;
    const auto off = rule.fit(views.models(), others);
    for (std::size_t i = 0; i < shadow.records(); ++i) {
      CHECK(std::abs(on.marginals()[i] - static_cast<double>(oracle::marginal(shadow, i, true, 0.7L))) < 1e-14);
      CHECK(std::abs(off.marginals()[i] - static_cast<double>(oracle::marginal(shadow, i, false, 0.7L))) < 1e-14);
    }
  }
}

TEST_CASE("what is no probability is refused by record") {
  for (const double bad : {0.0, -0.5, 1.0000001, std::numeric_limits<double>::quiet_NaN()}) {
    auto shadow = toy;
    shadow.scores[1][2] = bad;
    CHECK(has(refusal([&] {
                (void)judged(offline{}, shadow, {0.9, 0.6, 0.3}, toy_z, {0.8, 0.5, 0.7, 0.2});
              }),
              "scores: model 1: record 2 is "));
    auto z = toy_z;
    z[0][3] = bad;
    CHECK(has(refusal([&] {
                (void)judged(offline{}, toy, {0.9, 0.6, 0.3}, z, {0.8, 0.5, 0.7, 0.2});
              }),
              "population by shadow models: model 0: record 3 is "));
    CHECK(refusal([&] {
            (void)judged(offline{}, toy, {0.9, bad, 0.3}, toy_z, {0.8, 0.5, 0.7, 0.2});
          }) != "nothing was thrown");
    CHECK(refusal([&] {
            (void)judged(offline{}, toy, {0.9, 0.6, 0.3}, toy_z, {0.8, 0.5, bad, 0.2});
          }) != "nothing was thrown");
  }
  CHECK(judged(offline{}, toy, {1, 0.6, 0.3}, toy_z, {1, 0.5, 0.7, 0.2})[0] > 0);
}

TEST_CASE("settings and extents out of range are refused by name") {
  const auto with = [](double a, double gamma) {
    return refusal([&] {
      offline rule;
      rule.a = a;
      rule.gamma = gamma;
      (void)judged_toy(rule);
    });
  };
  CHECK(has(with(1.5, 1), "a: is 1.5"));
  CHECK(has(with(-0.1, 1), "a: is -0.1"));
  CHECK(has(with(0.3, 0), "gamma: is 0"));
  CHECK(has(refusal([] { (void)judged_toy(relative_likelihood<>{}); }), "record 0 has 0 IN and 2 OUT models"));
  CHECK(has(refusal([] {
              (void)judged(offline{}, toy, {0.9, 0.6}, toy_z, {0.8, 0.5, 0.7, 0.2});
            }),
            "signal: has 2 values; the rule was fitted to 3 records"));
  CHECK(has(refusal([] { (void)judged(offline{}, toy, {0.9, 0.6, 0.3}, {}, {0.8}); }), "has 0 models; scores has 2"));
  CHECK(has(refusal([] {
              (void)judged(offline{}, toy, {0.9, 0.6, 0.3}, toy_z, {0.8});
            }),
            "model 0: has 4 records; the target has 1"));
  CHECK(has(refusal([] { (void)judged(offline{}, toy, {0.9, 0.6, 0.3}, {{}, {}}, {}); }), "population: is empty"));
  const shadow_scores<double> wide{{{0.5, 0.5}, {0.5, 0.5}}, {{0}, {0}}, 2};
  CHECK(has(refusal([&] {
              (void)judged(offline{}, wide, {0.9, 0.9}, toy_z, {0.8, 0.5, 0.7, 0.2});
            }),
            "has 2 values a record; this rule takes one"));
  std::vector<double> scores(2);
  const std::vector<double> three(3, 1.0);
  CHECK(has(refusal([&] { relative_likelihood_scores(three, three, 1, scores); }), "has 2 elements; wanted 3"));
}
