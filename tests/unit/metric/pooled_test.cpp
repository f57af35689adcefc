// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include <boost/math/special_functions/erf.hpp>

#include <telltale/metric/pooled.hpp>

#include "audits.hpp"
#include "oracle/clustered.hpp"

#include <doctest/doctest.h>

using namespace telltale::metric;
using samples::audit;
using samples::draw;
using telltale::argument_error;
using telltale::membership;
using telltale::random_stream;

namespace {

/// Figures of a weighted audit, each target on its own and all together, by the slow forms.
struct slow_figures {
  std::vector<double> pooled, averaged;  // AUC, TPR at each FPR, advantage at the cuts
  bool defined = true;

  slow_figures(const pooled_scores& data, const std::vector<std::uint32_t>& weights, const std::vector<double>& fprs) {
    const auto add = [&](std::vector<double>& sum, const oracle::classes& sample, double share) {
      sum.resize(fprs.size() + 2);
      defined = defined && !sample.members.empty() && !sample.nonmembers.empty();
      if (!defined) return;
      sum[0] += share * oracle::auc(sample);
      for (std::size_t f = 0; f < fprs.size(); ++f) sum[f + 1] += share * oracle::tpr_at_fpr(sample, fprs[f]);
    };
    const double share = 1 / static_cast<double>(data.targets());
    double tp = 0, fp = 0, in = 0, out = 0;
    for (std::size_t t = 0; t < data.targets(); ++t) {
      const pooled_scores one{{data.scores[t]}, {data.member[t]}, {}};
      const oracle::classes sample = oracle::pooled(one, weights);
      add(averaged, sample, share);
      if (!defined) return;
      const auto tp_here = static_cast<double>(oracle::at_or_above(sample.members, data.cut_of(t)));
      const auto fp_here = static_cast<double>(oracle::at_or_above(sample.nonmembers, data.cut_of(t)));
      const auto in_here = static_cast<double>(sample.members.size()),
                 out_here = static_cast<double>(sample.nonmembers.size());
      averaged.back() += share * (tp_here / in_here - fp_here / out_here);
      tp += tp_here;
      fp += fp_here;
      in += in_here;
      out += out_here;
    }
    add(pooled, oracle::pooled(data, weights), 1);
    pooled.back() = tp / in - fp / out;
  }
};

std::vector<double> values_of(const evaluation& found) {
  std::vector<double> values{found.auc.value};
  for (const auto& point : found.tpr_at_fpr) values.push_back(point.tpr.value);
  values.push_back(found.advantage.value);
  return values;
}

std::vector<estimate> estimates_of(const evaluation& found) {
  std::vector<estimate> all{found.auc};
  for (const auto& point : found.tpr_at_fpr) all.push_back(point.tpr);
  all.push_back(found.advantage);
  return all;
}

}  // namespace

TEST_CASE("values and bootstrap limits equal those of resampled lists evaluated one by one") {
  for (std::uint64_t stream = 0; stream < 6; ++stream) {
    CAPTURE(stream);
    // Few records, so that some resamples lack a class and are drawn again.
    const audit data(stream, stream == 0 ? 4 : 14, 3, 1, 0.8, draw::independent, stream % 2 ? 0.5 : 0);
    pooled_scores pooled = data.pooled();
    pooled.cuts = stream % 3 ? std::vector<double>{0.5} : std::vector<double>{0.2, 0.5, 0.8};
    pooled_options options;
    options.fprs = {0.5, 0.15};
    options.confidence = 0.9;
    options.resampling = {99, 7, 2};
    const pooled_evaluation fast = evaluate_pooled(pooled, options);

    const slow_figures once(pooled, std::vector<std::uint32_t>(pooled.records(), 1), options.fprs);
    std::vector<std::vector<double>> columns(8);
    for (std::uint64_t b = 0; b < 99; ++b) {
      random_stream random(7, b);
      std::vector<std::uint32_t> weights(pooled.records());
      for (;;) {
        std::fill(weights.begin(), weights.end(), 0u);
        for (std::size_t i = 0; i < weights.size(); ++i) ++weights[random.below(weights.size())];
        const slow_figures replicate(pooled, weights, options.fprs);
        if (!replicate.defined) continue;
        for (std::size_t k = 0; k < 4; ++k) {
          columns[k].push_back(replicate.pooled[k]);
          columns[4 + k].push_back(replicate.averaged[k]);
        }
        break;
      }
    }
    for (std::size_t k = 0; k < 8; ++k) {
      CAPTURE(k);
      const evaluation& found = k < 4 ? fast.pooled : fast.averaged;
      const estimate limits = estimates_of(found)[k % 4];
      const double value = k < 4 ? once.pooled[k] : once.averaged[k - 4];
      CHECK(values_of(found)[k % 4] == doctest::Approx(value).epsilon(1e-12));
      std::sort(columns[k].begin(), columns[k].end());
      double low = columns[k][4], high = columns[k][94];  // the fifth of 99 from either end, at 5 % in each tail
      if (low == high) continue;                          // the exact bounds have a test of their own
      if (k % 4 == 1 || k % 4 == 2) {
        const double reach = std::max(value - low, high - value);
        low = std::max(0.0, value - reach);
        high = std::min(1.0, value + reach);
      }
      CHECK(limits.low == doctest::Approx(low).epsilon(1e-12));
      CHECK(limits.high == doctest::Approx(high).epsilon(1e-12));
    }
    CHECK(fast.pooled.balanced_accuracy.low == doctest::Approx((1 + fast.pooled.advantage.low) / 2));
  }
}

TEST_CASE_TEMPLATE("every rule of an FPR is asked again in each replicate", Rule, fpr_rule::below, fpr_rule::linear,
                   fpr_rule::hull) {
  const audit data(3, 20, 2, 1, 0.8, draw::independent, 0.5);
  const pooled_scores pooled = data.pooled();
  const pooled_options options{{0.2}, 0.9, {99, 7, 2}};
  const pooled_evaluation fast = evaluate_pooled<Rule>(pooled, options);
  CHECK(fast.pooled.conventions.tpr_rule == Rule::name);
  const auto rates = [&](const std::vector<std::uint32_t>& weights) {
    const auto rate = [](const oracle::classes& sample) {
      return tpr_at_fpr<Rule, interval::none>(roc_curve(sample.members, sample.nonmembers), 0.2).tpr.value;
    };
    double mean = 0;
    for (std::size_t t = 0; t < 2; ++t)
      mean += rate(oracle::pooled({{data.scores[t]}, {data.member[t]}, {}}, weights)) / 2;
    return std::pair(rate(oracle::pooled(pooled, weights)), mean);
  };
  std::vector<double> all, averaged;
  for (std::uint64_t b = 0; b < 99; ++b) {
    random_stream random(7, b);
    std::vector<std::uint32_t> weights(20);
    for (std::size_t i = 0; i < 20; ++i) ++weights[random.below(20)];
    const auto [everything, mean] = rates(weights);
    all.push_back(everything);
    averaged.push_back(mean);
  }
  const auto [value, mean] = rates(std::vector<std::uint32_t>(20, 1));
  const estimate wanted = interval::reflected_percentile::of({value, all}, 0.9),
                 wanted_mean = interval::reflected_percentile::of({mean, averaged}, 0.9);
  for (const auto& [found, slow] :
       {std::pair(fast.pooled.tpr_at_fpr[0].tpr, wanted), std::pair(fast.averaged.tpr_at_fpr[0].tpr, wanted_mean)}) {
    CHECK(found.value == doctest::Approx(slow.value).epsilon(1e-12));
    CHECK(found.low == doctest::Approx(slow.low).epsilon(1e-12));
    CHECK(found.high == doctest::Approx(slow.high).epsilon(1e-12));
  }
}

TEST_CASE("the number of threads changes nothing and the seed does") {
  const audit data(1, 60, 4, 1, 0.8, draw::independent);
  pooled_options options;
  options.resampling = {199, 3, 1};
  options.fprs = {0.1, 0.01};
  const auto one = estimates_of(evaluate_pooled(data.pooled(), options).pooled);
  for (const unsigned threads : {2u, 3u, 8u, 0u}) {
    options.resampling.threads = threads;
    const auto many = estimates_of(evaluate_pooled(data.pooled(), options).pooled);
    for (std::size_t k = 0; k < 3; ++k) CHECK(many[k] == one[k]);
  }
  options.resampling.seed = 4;
  CHECK_FALSE(estimates_of(evaluate_pooled(data.pooled(), options).pooled)[0] == one[0]);
}

TEST_CASE("pooled intervals cover the population's figures") {
  // Score = record effect + noise + shift, both normal with variance 1, memberships drawn for each target.
  const double spread = std::sqrt(2.0), shift = 1.5;
  const auto upper = [](double z) { return std::erfc(z / std::sqrt(2.0)) / 2; };
  const auto upper_quantile = [](double tail) { return std::sqrt(2.0) * boost::math::erfc_inv(2 * tail); };
  const double figures[] = {upper(-shift / (spread * spread)), upper(upper_quantile(0.1) - shift / spread),
                            upper(upper_quantile(0.01) - shift / spread),
                            upper((0.75 - shift) / spread) - upper(0.75 / spread)};
  double truth[8];
  for (std::size_t k = 0; k < 8; ++k) truth[k] = figures[k % 4];

  const int trials = 2000;
  std::vector<std::vector<estimate>> found;
  for (int trial = 0; trial < trials; ++trial) {
    const audit data(static_cast<std::uint64_t>(trial) + 1000, 200, 5, 1, shift, draw::independent);
    pooled_scores pooled = data.pooled();
    pooled.cuts = {0.75};
    pooled_options options;
    options.fprs = {0.1, 0.01};
    options.resampling = {199, static_cast<std::uint64_t>(trial), 0};
    const pooled_evaluation one = evaluate_pooled(pooled, options);
    found.push_back(estimates_of(one.pooled));
    for (const estimate& e : estimates_of(one.averaged)) found.back().push_back(e);
  }
  // One false positive of 100 in each target: that step is optimistic however many targets are averaged, so the
  // interval can only be held against what the average tends to, which is above the population's rate.
  truth[6] = 0;
  for (const auto& trial : found) truth[6] += trial[6].value / trials;
  CHECK(truth[6] > figures[2] + 0.01);

  for (std::size_t k = 0; k < 8; ++k) {
    CAPTURE(k);
    double covered = 0, width = 0;
    for (const auto& trial : found) {
      covered += (trial[k].low <= truth[k] && truth[k] <= trial[k].high) / static_cast<double>(trials);
      width += (trial[k].high - trial[k].low) / trials;
    }
    MESSAGE("figure ", k, ": covered ", covered, ", width ", width);
    CHECK(covered >= 0.95 - 3 * std::sqrt(0.95 * 0.05 / trials));
    CHECK(width < 0.2);
  }
}

TEST_CASE("replicates that are all equal give exact bounds over records and not a point") {
  const std::size_t n = 20;
  std::vector<double> scores(n);
  std::vector<membership> member(n);
  for (std::size_t r = 0; r < n; ++r) {
    member[r] = r < n / 2 ? membership::in : membership::out;
    scores[r] = r < n / 2 ? 1 : 0;
  }
  pooled_scores pooled{{scores, scores}, {member, member}, {0.5}};
  const evaluation apart = evaluate_pooled(pooled).pooled;
  CHECK(apart.auc.value == 1);
  CHECK(apart.auc.low == doctest::Approx(std::pow(0.025, 0.1)));
  CHECK(apart.tpr_at_fpr[0].tpr.value == 1);
  CHECK(apart.tpr_at_fpr[0].tpr.low == doctest::Approx(std::pow(0.025, 0.1)));
  CHECK(apart.tpr_at_fpr[0].tpr.high == 1);
  CHECK(apart.advantage.value == 1);
  CHECK(apart.advantage.low < 0.5);
  CHECK(apart.advantage.high == 1);
  std::fill(scores.begin(), scores.end(), 1.0);
  const evaluation tied = evaluate_pooled(pooled).averaged;
  CHECK(tied.auc.value == 0.5);
  CHECK(tied.auc.low < 0.5);
  CHECK(tied.auc.high > 0.5);
  CHECK(tied.tpr_at_fpr[0].tpr.value == 0);
  CHECK(tied.tpr_at_fpr[0].tpr.high == doctest::Approx(1 - std::pow(0.025, 0.1)));
}

TEST_CASE("pooling resolves rates that single targets cannot and each figure says what it rests on") {
  const audit data(2, 100, 30, 1, 1, draw::independent);
  const pooled_evaluation found = evaluate_pooled(data.pooled());
  const operating_point& pooled = found.pooled.tpr_at_fpr[2];  // 0.001, of 1,500 and of 50 non-members
  const operating_point& averaged = found.averaged.tpr_at_fpr[2];
  CHECK(pooled.resolvable);
  CHECK(pooled.false_positives == 1);
  CHECK_FALSE(averaged.resolvable);
  CHECK(averaged.false_positives == 0);
  CHECK(averaged.tpr.value == doctest::Approx(static_cast<double>(averaged.true_positives) / 1500));
  CHECK(std::isnan(averaged.threshold));
  CHECK(found.pooled.members == 1500);
  CHECK(found.averaged.nonmembers == 1500);
  CHECK(found.targets == 30);
  CHECK(found.records == 100);
  // No cut: the best thresholds of these very scores, and no interval.
  CHECK(found.pooled.advantage.in_sample);
  CHECK(std::isnan(found.averaged.advantage.low));
  CHECK(std::isfinite(found.pooled.advantage.threshold));
}

TEST_CASE("a bootstrap that cannot say what is asked is refused") {
  const audit data(2, 100, 2, 1, 1, draw::independent);
  pooled_options options;
  options.confidence = 0.999;
  options.resampling.replicates = 1999;
  const auto family = evaluate_pooled(data.pooled(), options).pooled.auc;
  options.confidence = 0.95;
  const auto single = evaluate_pooled(data.pooled(), options).pooled.auc;
  CHECK(family.low < single.low);
  CHECK(family.high > single.high);
  options.confidence = 0.999;
  options.resampling.replicates = 1998;
  CHECK_THROWS_AS((void)evaluate_pooled(data.pooled(), options), argument_error);
  options = {};
  options.fprs = {2};
  CHECK_THROWS_AS((void)evaluate_pooled(data.pooled(), options), argument_error);
  // One different member for each of forty targets: no resample has them all.
  const std::size_t n = 40;
  std::vector<double> scores(n);
  std::vector<std::vector<membership>> rows(n, std::vector<membership>(n));
  pooled_scores lonely;
  for (std::size_t t = 0; t < n; ++t) {
    rows[t][t] = membership::in;
    lonely.scores.emplace_back(scores);
    lonely.member.emplace_back(rows[t]);
  }
  CHECK_THROWS_AS((void)evaluate_pooled(lonely), argument_error);
}
