// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/metric/auc_clustered.hpp>
#include <telltale/metric/evaluate_pools.hpp>
#include <telltale/metric/evaluation.hpp>

#include "oracle/mean_models.hpp"
#include "oracle/rule_inputs.hpp"

#include <doctest/doctest.h>

using namespace telltale::metric;
using oracle::refusal;
using telltale::membership;

namespace {

const std::vector<double> fprs{0.1, 0.02};

struct flat {
  std::vector<double> scores;
  std::vector<membership> member;

  explicit flat(const std::vector<scored_pool>& pools) {
    for (const scored_pool& pool : pools)
      for (std::size_t i = 0; i < pool.evidence.size(); ++i) {
        scores.push_back(static_cast<double>(pool.evidence[i]));
        member.push_back(pool.keep[i] ? membership::in : membership::out);
      }
  }
};

// The influence of every score by its definition, every pair looked at, and sums over whatever units.
struct slow {
  double value = 0;
  std::vector<double> influence;
  std::vector<std::size_t> pool, record, target;

  slow(const std::vector<scored_pool>& pools, int figure) {
    const flat all(pools);
    std::size_t records = 0, targets = 0;
    for (std::size_t p = 0; p < pools.size(); ++p) {
      for (std::size_t i = 0; i < pools[p].evidence.size(); ++i) {
        pool.push_back(p);
        record.push_back(records + i % pools[p].records);
        target.push_back(targets + i / pools[p].records);
      }
      records += pools[p].records;
      targets += pools[p].targets();
    }
    const std::size_t n = all.scores.size();
    const auto is_in = [&](std::size_t i) { return all.member[i] == membership::in; };
    const double members = static_cast<double>(std::count(all.member.begin(), all.member.end(), membership::in)),
                 others = static_cast<double>(n) - members;
    influence.resize(n);
    if (figure == 0) {
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
          if (is_in(i) != is_in(j)) {
            const double ahead = (all.scores[i] > all.scores[j]) + 0.5 * (all.scores[i] == all.scores[j]);
            influence[i] += (is_in(i) ? ahead : 1 - ahead) / members / others;
          }
      for (std::size_t i = 0; i < n; ++i) value += is_in(i) ? influence[i] : 0;
      for (std::size_t i = 0; i < n; ++i) influence[i] -= value / (is_in(i) ? members : others);
      return;
    }
    const roc_curve curve(all.scores, all.member);
    const operating_point at = tpr_at_fpr(curve, fprs[static_cast<std::size_t>(figure) - 1]);
    value = at.tpr.value;
    const double passed = static_cast<double>(at.false_positives), reach = std::max(1.0, std::pow(passed, 0.8));
    const auto rate = [&](double count) {
      return tpr_at_fpr<fpr_rule::linear>(curve, std::clamp(count / others, 0.0, 1.0)).tpr.value;
    };
    const double slope = (rate(passed + reach) - rate(passed - reach)) /
                         (std::min(1.0, (passed + reach) / others) - std::max(0.0, (passed - reach) / others));
    for (std::size_t i = 0; i < n; ++i) {
      const double above = all.scores[i] >= at.threshold;
      influence[i] = is_in(i) ? (above - value) / members : -slope * (above - at.realised_fpr) / others;
    }
  }

  [[nodiscard]] double variance(const std::vector<std::size_t>& unit) const {
    std::map<std::size_t, double> sums;
    for (std::size_t i = 0; i < unit.size(); ++i) sums[unit[i]] += influence[i];
    double squares = 0;
    for (const auto& [of, sum] : sums) squares += sum * sum;
    return squares * static_cast<double>(sums.size()) / (static_cast<double>(sums.size()) - 1);
  }
  [[nodiscard]] double of_scores() const {
    double squares = 0;
    for (const double each : influence) squares += each * each;
    return squares;
  }
};

std::size_t units(const std::vector<std::size_t>& of) { return *std::max_element(of.begin(), of.end()) + 1; }

struct coverage {
  double clustered[3] = {0, 0, 0}, width[3] = {0, 0, 0}, alone[3] = {0, 0, 0};
};

// How often intervals hold the truth, and how often they would if all scores were independent.
coverage coverage_of(std::size_t count, std::size_t models, bool null, double between, const double (&truth)[3]) {
  constexpr int trials = 300;
  coverage found;
  for (std::uint64_t t = 0; t < trials; ++t) {
    const auto pools = oracle::mean_model_pools(9000 + t * count, count, models, 16, null, between);
    const auto views = oracle::views(pools);
    const pools_evaluation e = evaluate_pools<fpr_rule::linear>(views, fprs);
    const flat all(views);
    const evaluation independent = evaluate(all.scores, all.member, {fprs, 0.95, {}});
    for (std::size_t k = 0; k < 3; ++k) {
      const auto holds = [&](const estimate& x) { return x.low <= truth[k] && truth[k] <= x.high; };
      const estimate x = k ? e.tpr_at_fpr[k - 1].tpr : e.auc;
      found.clustered[k] += holds(x) / double{trials};
      found.alone[k] += holds(k ? independent.tpr_at_fpr[k - 1].tpr : independent.auc) / double{trials};
      found.width[k] += (x.high - x.low) / trials;
    }
  }
  for (std::size_t k = 0; k < 3; ++k)
    MESSAGE(count, " pools, ", models, " models, null ", null, ", figure ", k, ": covered ", found.clustered[k],
            ", width ", found.width[k], ", as if independent ", found.alone[k]);
  return found;
}

// 0.95 less 3.5 standard errors of 300 experiments.
constexpr double least_covered = 0.906;

}  // namespace

TEST_CASE("values are those of one curve of all scores, by every rule") {
  const auto pools = oracle::mean_model_pools(1, 3, 32, 8, false);
  const auto views = oracle::views(pools);
  const flat all(views);
  const evaluation one = evaluate(all.scores, all.member, {fprs, 0.95, {}});
  const pools_evaluation many = evaluate_pools(views, fprs);
  CHECK(many.auc.value == doctest::Approx(one.auc.value).epsilon(1e-14));
  CHECK(many.members == one.members);
  CHECK(many.nonmembers == one.nonmembers);
  CHECK(many.clustering == "by record and by target");
  const roc_curve curve(all.scores, all.member);
  for (std::size_t f = 0; f < 2; ++f) {
    const operating_point a = one.tpr_at_fpr[f], b = many.tpr_at_fpr[f];
    CHECK(a.tpr.value == b.tpr.value);
    CHECK(a.realised_fpr == b.realised_fpr);
    CHECK(a.threshold == b.threshold);
    CHECK(a.false_positives == b.false_positives);
    CHECK(a.true_positives == b.true_positives);
    CHECK(evaluate_pools<fpr_rule::linear>(views, fprs).tpr_at_fpr[f].tpr.value ==
          doctest::Approx(tpr_at_fpr<fpr_rule::linear>(curve, fprs[f]).tpr.value).epsilon(1e-14));
  }
}

TEST_CASE("variances are those of influences summed by hand") {
  for (const std::size_t count : {1u, 3u, 5u})
    for (const bool null : {false, true}) {
      const auto pools = oracle::mean_model_pools(40, count, 32, 6, null);
      const auto views = oracle::views(pools);
      const pools_evaluation fast = evaluate_pools(views, fprs);
      for (int k = 0; k < 3; ++k) {
        const slow by_hand(views, k);
        const estimate found = k ? fast.tpr_at_fpr[static_cast<std::size_t>(k) - 1].tpr : fast.auc;
        const double by_record = by_hand.variance(by_hand.record);
        double variance = 0, freedom = 0;
        if (count >= 4) {
          variance = by_hand.variance(by_hand.pool);
          freedom = static_cast<double>(count) - 1;
        } else {
          const double by_target = by_hand.variance(by_hand.target);
          variance = std::max({by_record + by_target - by_hand.of_scores(), by_record, by_target});
          freedom = static_cast<double>(std::min(units(by_hand.record), units(by_hand.target))) - 1;
        }
        CHECK(found.value == doctest::Approx(by_hand.value).epsilon(1e-12));
        const estimate expected = interval::on_logit_scale(by_hand.value, std::sqrt(variance),
                                                           telltale::detail::students_t_upper(freedom, 0.025));
        CHECK(found.low == doctest::Approx(expected.low).epsilon(1e-9));
        CHECK(found.high == doctest::Approx(expected.high).epsilon(1e-9));
      }
    }
}

TEST_CASE("one pool with one target is clustered by record, close to auc_clustered") {
  telltale::random_stream random(3, 3);
  std::vector<float> evidence(400);
  std::vector<std::uint8_t> keep(400);
  for (std::size_t i = 0; i < 400; ++i) {
    keep[i] = i % 2;
    evidence[i] = static_cast<float>(random.normal() + keep[i]);
  }
  const std::vector<scored_pool> views{{evidence, keep, 400}};
  const pools_evaluation found = evaluate_pools(views, fprs);
  CHECK(found.clustering == "by record");
  const flat all(views);
  const estimate other = auc_clustered({{all.scores}, {all.member}, {}});
  CHECK(found.auc.low == doctest::Approx(other.low).epsilon(1e-3));
  CHECK(found.auc.high == doctest::Approx(other.high).epsilon(1e-3));
}

TEST_CASE("intervals cover the truth of dependent scores, by record and target and by pool") {
  // The truth of the pipeline itself, from 1,500 pools with one threshold.
  const auto many = oracle::mean_model_pools(1000000, 1500, 32, 16, false);
  const pools_evaluation all = evaluate_pools<fpr_rule::linear>(oracle::views(many), fprs);
  const double truth[3] = {all.auc.value, all.tpr_at_fpr[0].tpr.value, all.tpr_at_fpr[1].tpr.value};
  CHECK(all.tpr_at_fpr[0].tpr.high - all.tpr_at_fpr[0].tpr.low < 0.01);
  for (const std::size_t count : {2u, 6u}) {
    const coverage found = coverage_of(count, 32, false, 0, truth);
    for (std::size_t k = 0; k < 3; ++k) CHECK(found.clustered[k] >= least_covered);
    CHECK(found.width[0] < 0.07);
    CHECK(found.width[1] < 0.15);
  }
}

TEST_CASE("intervals by pool cover where pools differ, and those of independent scores do not") {
  const auto many = oracle::mean_model_pools(2000000, 1500, 32, 16, false, 0.4);
  const pools_evaluation all = evaluate_pools<fpr_rule::linear>(oracle::views(many), fprs);
  const double truth[3] = {all.auc.value, all.tpr_at_fpr[0].tpr.value, all.tpr_at_fpr[1].tpr.value};
  const coverage found = coverage_of(6, 32, false, 0.4, truth);
  for (std::size_t k = 0; k < 3; ++k) CHECK(found.clustered[k] >= least_covered);
  for (std::size_t k = 1; k < 3; ++k) CHECK(found.alone[k] < least_covered);
}

TEST_CASE("the null control is covered: TPR is FPR on records that nobody was trained on") {
  const double truth[3] = {0.5, fprs[0], fprs[1]};
  for (const std::size_t count : {2u, 6u}) {
    const coverage found = coverage_of(count, 32, true, 0, truth);
    for (std::size_t k = 0; k < 3; ++k) CHECK(found.clustered[k] >= least_covered);
  }
}

TEST_CASE("scores that tell everything or nothing still have an interval") {
  std::vector<float> evidence{1, 0, 1, 0, 0, 1, 0, 1};
  const std::vector<std::uint8_t> keep{1, 0, 1, 0, 0, 1, 0, 1};
  const auto found = [&] { return evaluate_pools(std::vector<scored_pool>{{evidence, keep, 4}}, fprs); };
  pools_evaluation apart = found();
  CHECK(apart.auc.value == 1);
  CHECK(apart.auc.low == doctest::Approx(std::sqrt(0.025)));  // four records are two disjoint pairs
  CHECK(apart.tpr_at_fpr[0].tpr.value == 1);
  CHECK(apart.tpr_at_fpr[0].tpr.low == doctest::Approx(std::pow(0.025, 0.25)));
  CHECK(apart.tpr_at_fpr[0].threshold == 1);
  CHECK_FALSE(apart.tpr_at_fpr[0].resolvable);
  std::fill(evidence.begin(), evidence.end(), 2.0F);
  apart = found();
  CHECK(apart.auc.value == 0.5);
  CHECK(apart.auc.low < 0.5);
  CHECK(apart.tpr_at_fpr[0].tpr.value == 0);
  CHECK(apart.tpr_at_fpr[0].tpr.high == doctest::Approx(1 - std::pow(0.025, 0.25)));
  CHECK(std::isinf(apart.tpr_at_fpr[0].threshold));
}

TEST_CASE("pools that do not fit together are refused by name") {
  std::vector<float> evidence{1, 2, 3, 4};
  std::vector<std::uint8_t> keep{1, 0, 1, 0};
  const auto said = [&](std::size_t records) {
    return refusal([&] { (void)evaluate_pools(std::vector<scored_pool>{{evidence, keep, records}}, fprs); });
  };
  CHECK(said(2) == "nothing was thrown");
  CHECK(said(3) == "evaluate_pools: pools[0].evidence: has 4 elements, which is not a row or more for 3 records");
  CHECK(oracle::has(said(0), "not a row or more"));
  keep = {1, 1, 1, 1};
  CHECK(said(2) == "evaluate_pools: pools: hold only members; wanted both classes");
  keep = {1, 2, 1, 0};
  CHECK(said(2) == "evaluate_pools: pools[0].keep: element 1 is 2; wanted 0 or 1");
  keep = {1, 0};
  CHECK(oracle::has(said(2), "pools[0].keep: has 2 elements; wanted 4"));
  keep = {1, 0, 1, 0};
  evidence[2] = std::numeric_limits<float>::infinity();
  CHECK(oracle::has(said(2), "pools[0].evidence"));
  CHECK(refusal([&] { (void)evaluate_pools({}, fprs); }) == "evaluate_pools: pools: is empty; wanted at least 1");
  const std::vector<double> wrong{1.5};
  CHECK(oracle::has(refusal([&] { (void)evaluate_pools({}, wrong); }), "fpr"));
}
