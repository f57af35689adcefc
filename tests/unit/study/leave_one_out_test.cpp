// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <telltale/campaign/plan.hpp>
#include <telltale/core/random.hpp>
#include <telltale/metric/auc_clustered.hpp>
#include <telltale/rule/reference_quantile.hpp>
#include <telltale/study/leave_one_out.hpp>

#include "oracle/null_control.hpp"
#include "oracle/rule_inputs.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using oracle::shadow_scores;
using oracle::shadow_views;

namespace {

struct of_both : preset::lira {
  static constexpr spread::per_record_of_both spread{};
};
struct pooled : preset::lira {
  static constexpr spread::pooled_centred spread{};
};
struct pooled_of_both : preset::lira {
  static constexpr spread::pooled_centred_of_both spread{};
};
struct offline_rmia : preset::rmia {
  static constexpr hypotheses::out_only hypotheses{};
};

// A rule of which nothing is known but that it can be fitted: the slow twin of every fast form.
template <class Rule>
struct refitted {
  Rule rule{};

  [[nodiscard]] auto fit(const auto&... owned) const { return rule.fit(owned...); }
};

// Scores of uneven masks, a multiple of `grid` if that is positive. Six models of each record make sure that it has
// three of each side at least, with scores that differ.
template <class Scalar>
shadow_scores<Scalar> campaign(std::size_t models, std::size_t records, std::uint64_t seed, double grid = 0,
                               double offset = 0) {
  random_stream random(seed);
  shadow_scores<Scalar> drawn{std::vector(models, std::vector<Scalar>(records)),
                              std::vector(models, std::vector<std::uint8_t>(records)), 1};
  for (std::size_t i = 0; i < records; ++i) {
    const double share = 0.1 + 0.8 * random.uniform();
    for (std::size_t m = 0; m < models; ++m) {
      drawn.keep[m][i] = random.uniform() < share;
      double score = offset + 3 * random.uniform() + (drawn.keep[m][i] ? 2 * random.uniform() : 0.0);
      if (grid > 0) score = grid * std::floor(score / grid);
      drawn.scores[m][i] = static_cast<Scalar>(score);
    }
    std::uint8_t side = 0;
    double score = offset;
    for (const std::uint32_t m : random.choose(6, models)) {
      drawn.keep[m][i] = side;
      drawn.scores[m][i] = static_cast<Scalar>(score++);
      side = 1 - side;
    }
  }
  return drawn;
}

template <class Rule, class Scalar>
std::vector<double> found(const Rule& rule, const shadow_scores<Scalar>& all, unsigned threads = 1) {
  const shadow_views<Scalar> views(all);
  std::vector<double> evidence(all.scores.size() * all.records());
  study::leave_one_out(rule, views.models(), std::span(evidence), threads);
  return evidence;
}

void check_same(const std::vector<double>& fast, const std::vector<double>& slow, double error) {
  REQUIRE(fast.size() == slow.size());
  double worst = 0;
  for (std::size_t i = 0; i < fast.size(); ++i)
    worst = std::max(worst, std::abs(fast[i] - slow[i]) / (1 + std::abs(slow[i])));
  CHECK(worst <= error);
}

// Probabilities of records and of a population, whose members score higher.
struct probabilities {
  shadow_scores<double> models;
  std::vector<std::vector<double>> population;
  std::vector<std::span<const double>> population_rows;

  probabilities(std::size_t count, std::size_t records, std::size_t of_population, std::uint64_t seed)
      : models(campaign<double>(count, records, seed)), population(count, std::vector<double>(of_population)) {
    random_stream random(seed, 7);
    const auto squash = [](double score) { return 1 / (1 + std::exp(-score)); };
    for (auto& row : models.scores)
      for (double& p : row) p = squash(p - 3);
    for (auto& row : population)
      for (double& p : row) p = squash(2 * random.normal());
    population_rows.assign(population.begin(), population.end());
  }

  template <class Rule>
  [[nodiscard]] std::vector<double> found(const Rule& rule, unsigned threads = 1) const {
    const shadow_views<double> views(models);
    std::vector<double> evidence(models.scores.size() * models.records());
    study::leave_one_out(rule, views.models(), per_model<double>(population_rows), std::span(evidence), threads);
    return evidence;
  }
};

std::string refusal_of(const shadow_scores<double>& all) {
  return oracle::refusal([&] { (void)found(gaussian_likelihood_ratio<>{}, all); });
}

}  // namespace

TEST_CASE_TEMPLATE("LiRA by moments is LiRA fitted again for each target", P, preset::lira, of_both, pooled,
                   pooled_of_both) {
  const gaussian_likelihood_ratio<P> rule;
  const refitted<gaussian_likelihood_ratio<P>> slow;
  for (std::size_t models = 7; models < 30; models += 17) {
    CAPTURE(models);
    const auto doubles = campaign<double>(models, 700, models);
    check_same(found(rule, doubles), found(slow, doubles), 1e-11);
    const auto floats = campaign<float>(models, 90, models + 1, 0.25, -30);
    check_same(found(rule, floats), found(slow, floats), 1e-11);
  }
}

TEST_CASE("taking out the one model that spreads keeps the digits of the others") {
  auto all = campaign<double>(9, 40, 3);
  for (std::size_t i = 0; i < 40; ++i) all.scores[i % 9][i] = 1e7;
  check_same(found(gaussian_likelihood_ratio<>{}, all), found(refitted<gaussian_likelihood_ratio<>>{}, all), 1e-9);
}

TEST_CASE("presets that moments do not suffice for and several queries are fitted again") {
  const auto all = campaign<double>(9, 50, 5);
  CHECK_FALSE(detail::moments_suffice<preset::carlini_2022>);
  CHECK_FALSE(detail::moments_suffice<preset::offline<preset::lira>>);
  const gaussian_likelihood_ratio<preset::carlini_2022> median;
  CHECK(found(median, all) == found(refitted<gaussian_likelihood_ratio<preset::carlini_2022>>{}, all));
  const auto queries = oracle::random_shadows<double>(30, 20, 3, 2);
  std::vector<double> fast(30 * 20), slow(30 * 20);
  const shadow_views<double> views(queries);
  study::leave_one_out(gaussian_likelihood_ratio<of_both>{}, views.models(), std::span(fast));
  study::leave_one_out(refitted<gaussian_likelihood_ratio<of_both>>{}, views.models(), std::span(slow));
  CHECK(fast == slow);
}

TEST_CASE_TEMPLATE("RMIA by sums is RMIA fitted again for each target", P, preset::rmia, offline_rmia,
                   preset::rmia_leakpro_2026_06) {
  const probabilities all(11, 300, 250, 4);
  const auto fast = all.found(relative_likelihood<P>{}), slow = all.found(refitted<relative_likelihood<P>>{});
  check_same(fast, slow, 1e-12);  // shares of the population: a ratio that rounding moves past another would be 1/250
  CHECK(all.found(relative_likelihood<P>{}, 3) == fast);
}

TEST_CASE("a probability that is nearly all of its record's sum keeps the digits of the others") {
  probabilities all(8, 60, 100, 6);
  for (std::size_t i = 0; i < 60; ++i)
    for (std::size_t m = 0; m < 8; ++m) all.models.scores[m][i] *= m == i % 8 ? 1 : 1e-12;
  check_same(all.found(relative_likelihood<>{}), all.found(refitted<relative_likelihood<>>{}), 1e-12);
}

TEST_CASE("any rule of shadow models attacks every target, and the threads change no bit") {
  const auto all = campaign<double>(8, 120, 8);
  const reference_quantile<> rule;
  const auto evidence = found(rule, all);
  // Target 3 by hand: the share of its record's OUT models, without itself, that it reaches.
  std::vector<std::span<const double>> scores;
  std::vector<std::span<const std::uint8_t>> keep;
  for (std::size_t m = 0; m < 8; ++m)
    if (m != 3) {
      scores.emplace_back(all.scores[m]);
      keep.emplace_back(all.keep[m]);
    }
  std::vector<double> by_hand(120);
  rule.fit(shadow_models<double>(scores, keep))(signals{all.scores[3]}, by_hand);
  CHECK(std::vector<double>(evidence.begin() + 3 * 120, evidence.begin() + 4 * 120) == by_hand);
  CHECK(found(rule, all, 3) == evidence);
  const auto lira = found(gaussian_likelihood_ratio<pooled>{}, all);
  CHECK(found(gaussian_likelihood_ratio<pooled>{}, all, 3) == lira);
  std::vector<float> narrow(8 * 120);
  const shadow_views<double> views(all);
  study::leave_one_out(gaussian_likelihood_ratio<pooled>{}, views.models(), std::span(narrow));
  for (std::size_t i = 0; i < narrow.size(); ++i) CHECK(narrow[i] == static_cast<float>(lira[i]));
}

TEST_CASE("leave-one-out holds the null control where each model has so many records of each class") {
  const std::size_t models = 32, pool = 200, attacked = 600;
  std::vector<int> classes(pool + attacked);
  for (std::size_t i = 0; i < classes.size(); ++i) classes[i] = static_cast<int>(i % 20);  // 40 records of each
  const auto plan = membership_plan::draw(31, models, classes.size(), plan_rule::shots_per_class{20, classes});
  const oracle::null_campaign campaign = oracle::scores_of_null_records(plan, pool, 32);
  shadow_scores<double> all{campaign.scores, {}, 1};
  for (std::size_t m = 0; m < models; ++m)
    all.keep.emplace_back(plan.keep(m).begin() + static_cast<std::ptrdiff_t>(pool), plan.keep(m).end());
  const auto check = [&](const std::vector<double>& evidence, const char* name) {
    metric::pooled_scores scores;
    std::vector<std::vector<membership>> member(models);
    for (std::size_t t = 0; t < models; ++t) {
      for (const std::uint8_t in : all.keep[t]) member[t].push_back(in ? membership::in : membership::out);
      scores.scores.push_back(std::span(evidence).subspan(t * attacked, attacked));
      scores.member.emplace_back(member[t]);
    }
    const metric::estimate auc = metric::auc_clustered(scores, 0.999);
    INFO(name, " AUC ", auc.value, " [", auc.low, ", ", auc.high, "]");
    CHECK(auc.low < 0.5);
    CHECK(auc.high > 0.5);
    CHECK(auc.high - auc.low < 0.05);
  };
  check(found(gaussian_likelihood_ratio<>{}, all), "LiRA");
  check(found(gaussian_likelihood_ratio<of_both>{}, all), "LiRA, spread of both");
  check(found(gaussian_likelihood_ratio<pooled_of_both>{}, all), "LiRA, one spread");
}

TEST_CASE("what cannot be attacked is refused by name") {
  auto all = campaign<double>(7, 20, 9);
  for (std::size_t m = 0; m < 7; ++m) all.keep[m][4] = m < 2;
  CHECK(refusal_of(all) == "leave_one_out: keep: record 4 has 2 IN and 5 OUT models; wanted at least 3 of each");
  all = campaign<double>(7, 20, 9);
  for (std::size_t m = 0; m < 7; ++m) all.scores[m][11] = all.keep[m][11];
  CHECK(oracle::has(refusal_of(all), "leave_one_out: scores: record 11: without model 0 the scores of one side have"));
  all.scores[2][3] = std::numeric_limits<double>::quiet_NaN();
  CHECK(oracle::has(refusal_of(all), "model 2: record 3 is"));
  all = {{{1, 2}}, {{0, 1}}, 1};
  CHECK(refusal_of(all) == "leave_one_out: models: is 1; wanted a target and at least one shadow model");

  probabilities some(8, 30, 20, 1);
  const auto refusal = [&](const relative_likelihood<>& rule = {}) {
    return oracle::refusal([&] { (void)some.found(rule); });
  };
  relative_likelihood<> rule;
  rule.a = 1.5;
  CHECK(refusal(rule) == "leave_one_out: a: is 1.500000; wanted 0 to 1");
  some.population_rows[3] = some.population_rows[3].first(19);
  CHECK(refusal() == "leave_one_out: population[3]: has 19 elements; wanted 20");
  some.population_rows.pop_back();
  CHECK(refusal() == "leave_one_out: population: has 7 elements; wanted 8");
  some = probabilities(8, 30, 20, 1);
  some.models.scores[5][7] = 1.5;
  CHECK(oracle::has(refusal(), "model 5: record 7 is 1.5"));
  std::vector<double> few(3);
  const auto good = campaign<double>(7, 20, 9);
  const shadow_views<double> views(good);
  CHECK(oracle::has(
      oracle::refusal([&] { study::leave_one_out(gaussian_likelihood_ratio<>{}, views.models(), std::span(few)); }),
      "leave_one_out: evidence: has 3 elements; wanted 140"));
}
