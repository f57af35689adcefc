// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/metric/resampled.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <vector>

#include <boost/math/special_functions/erf.hpp>

#include "oracle/coverage.hpp"
#include "oracle/roc.hpp"
#include "oracle/scipy_bootstrap.hpp"
#include "samples.hpp"

#include <doctest/doctest.h>

using namespace telltale::metric;
using telltale::argument_error;
using telltale::random_stream;

namespace {

using fpr_rule::step;
using interval::bca, interval::percentile, interval::reflected_percentile;

/// AUC and TPRs of the sample in which a score appears as often as it was drawn: members, then non-members, by rank.
std::vector<double> slow_replicate(oracle::classes data, std::uint64_t seed, std::uint64_t b,
                                   const std::vector<double>& fprs) {
  random_stream random(seed, b);
  oracle::classes drawn;
  for (const auto& [from, to] : {std::pair(&data.members, &drawn.members), {&data.nonmembers, &drawn.nonmembers}}) {
    std::sort(from->begin(), from->end(), std::greater<>());
    for (std::size_t i = 0; i < from->size(); ++i) to->push_back((*from)[random.below(from->size())]);
  }
  std::vector<double> figures{oracle::auc(drawn)};
  for (const double f : fprs) figures.push_back(oracle::tpr_at_fpr(drawn, f));
  return figures;
}

/// Acceleration by leaving out each record in turn and looking again at what is left.
double slow_acceleration(const oracle::classes& data, const std::function<double(const roc_curve&)>& figure) {
  double squares = 0, cubes = 0;
  for (const bool of_members : {true, false}) {
    const auto& all = of_members ? data.members : data.nonmembers;
    const double n = static_cast<double>(all.size());
    std::vector<double> without;
    double mean = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      std::vector<double> left = all;
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(i));
      without.push_back(figure(of_members ? roc_curve(left, data.nonmembers) : roc_curve(data.members, left)));
      mean += without.back() / n;
    }
    for (const double w : without) {
      const double l = (n - 1) * (mean - w) / n;
      squares += l * l;
      cubes += l * l * l;
    }
  }
  return squares > 1e-20 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
}

double upper(double z) { return std::erfc(z / std::sqrt(2.0)) / 2; }
double upper_quantile(double tail) { return std::sqrt(2.0) * boost::math::erfc_inv(2 * tail); }

}  // namespace

TEST_CASE("percentile limits equal those of resampled lists evaluated one by one") {
  for (std::uint64_t stream = 0; stream < 12; ++stream) {
    CAPTURE(stream);
    const auto data = samples::any(stream, 12 + 2 * stream);
    const oracle::classes classes(data.scores, data.member);
    const resampling_options options{{{0.5, 0.15}, 0.9, {}}, {99, 7, 2}};
    const evaluation found = evaluate_resampled<step, percentile, percentile>(data.scores, data.member, options);
    std::vector<std::vector<double>> columns(3);
    for (std::uint64_t b = 0; b < 99; ++b) {
      const auto figures = slow_replicate(classes, 7, b, options.fprs);
      for (std::size_t k = 0; k < 3; ++k) columns[k].push_back(figures[k]);
    }
    for (std::size_t k = 0; k < 3; ++k) {
      std::sort(columns[k].begin(), columns[k].end());
      const double low = columns[k][4], high = columns[k][94];  // the fifth of 99 from either end
      if (low == high) continue;                                // the exact bounds have a test of their own
      const estimate limits = k == 0 ? found.auc : found.tpr_at_fpr[k - 1].tpr;
      CHECK(limits.low == doctest::Approx(low).epsilon(1e-14));
      CHECK(limits.high == doctest::Approx(high).epsilon(1e-14));
    }
    CHECK(found.auc.value == oracle::auc(classes));
    CHECK(found.tpr_at_fpr[1].tpr.value == oracle::tpr_at_fpr(classes, 0.15));
  }
}

TEST_CASE_TEMPLATE("accelerations equal those of leaving out each record", Rule, step, fpr_rule::below,
                   fpr_rule::linear, fpr_rule::hull) {
  for (std::uint64_t stream = 0; stream < 16; ++stream) {
    CAPTURE(stream);
    const auto data = samples::any(stream, 12 + 3 * stream);
    const oracle::classes classes(data.scores, data.member);
    if (classes.members.size() < 2) continue;
    const roc_curve curve(data.scores, data.member);
    CHECK(telltale::detail::acceleration_of_auc(curve) ==
          doctest::Approx(slow_acceleration(classes, [](const roc_curve& c) { return c.auc(); })).epsilon(1e-9));
    for (const double f : {0.04, 0.2, 0.5}) {
      const double slow = slow_acceleration(
          classes, [f](const roc_curve& c) { return tpr_at_fpr<Rule, interval::none>(c, f).tpr.value; });
      CHECK(telltale::detail::acceleration_of_rate<Rule>(curve, f) == doctest::Approx(slow).epsilon(1e-9));
    }
  }
}

TEST_CASE("BCa takes the levels that SciPy takes") {
  namespace scipy = oracle::scipy_bootstrap;
  const roc_curve curve(scipy::members, scipy::nonmembers);
  CHECK(telltale::detail::acceleration_of_auc(curve) == doctest::Approx(scipy::auc.acceleration).epsilon(1e-10));
  CHECK(telltale::detail::acceleration_of_rate<step>(curve, 0.2) ==
        doctest::Approx(scipy::tpr_at_20_percent.acceleration).epsilon(1e-10));
  std::vector<double> replicates;
  for (int i = 0; i < 999; ++i) replicates.push_back(std::round(std::pow(i / 998.0, 0.7) * 1000) / 1000);
  const std::vector<double> sorted = replicates;
  const auto rank = [&](double limit) {
    return static_cast<double>(std::lower_bound(sorted.begin(), sorted.end(), limit) - sorted.begin() + 1);
  };
  const double rate = tpr_at_fpr(curve, 0.2).tpr.value;
  for (const auto& [value, levels] : {std::pair(curve.auc(), scipy::auc), std::pair(rate, scipy::tpr_at_20_percent)}) {
    const estimate found = bca::of({value, replicates, levels.acceleration}, 0.95);
    // The first of equal replicates is found, and SciPy counts the value not as a replicate: two ranks.
    CHECK(std::abs(rank(found.low) - std::floor(1000 * levels.low)) <= 2);
    CHECK(std::abs(rank(found.high) - std::ceil(1000 * levels.high)) <= 2);
    // The plain percentile interval lies elsewhere.
    CHECK(std::abs(rank(percentile::of({value, replicates}, 0.95).low) - std::floor(1000 * levels.low)) > 10);
  }
}

TEST_CASE("BCa without bias or acceleration is the percentile interval, and extreme ones stay among the replicates") {
  std::vector<double> replicates;
  for (int i = 1; i <= 999; ++i) replicates.push_back(i);
  CHECK(bca::of({500, replicates, 0}, 0.95) == percentile::of({500, replicates}, 0.95));
  CHECK(percentile::of({500, replicates}, 0.95) == estimate{500, 25, 975});
  const estimate below_all = bca::of({0, replicates, 0}, 0.95), above_all = bca::of({1000, replicates, 0}, 0.95);
  CHECK(below_all == estimate{0, 1, 1});
  CHECK(above_all == estimate{1000, 999, 999});
  CHECK(bca::of({500, replicates, 0.9}, 0.95).high == 999);  // beyond the pole of the acceleration
  CHECK(bca::of({500, replicates, -0.9}, 0.95).low == 1);
}

TEST_CASE("the number of threads changes nothing and the seed does") {
  const auto data = samples::any(0, 400);
  resampling_options options{{{0.1, 0.01}, 0.95, 0.5}, {199, 3, 1}};
  const evaluation one = evaluate_resampled(data.scores, data.member, options);
  for (const unsigned threads : {2u, 3u, 0u}) {
    options.resampling.threads = threads;
    const evaluation many = evaluate_resampled(data.scores, data.member, options);
    CHECK(many.auc == one.auc);
    for (std::size_t f = 0; f < 2; ++f) CHECK(many.tpr_at_fpr[f].tpr == one.tpr_at_fpr[f].tpr);
  }
  options.resampling.seed = 4;
  CHECK_FALSE(evaluate_resampled(data.scores, data.member, options).auc == one.auc);
  // What is not resampled is what `evaluate` gives.
  const evaluation plain = evaluate(data.scores, data.member, options);
  CHECK(static_cast<const estimate&>(one.advantage) == static_cast<const estimate&>(plain.advantage));
  CHECK(one.members == plain.members);
  CHECK(one.conventions.auc_interval == "BCa bootstrap, members and non-members apart, 199 replicates, seed 3");
}

TEST_CASE("replicates that are all equal give exact bounds and not a point") {
  const roc_curve apart(std::vector<double>(30, 1.0), std::vector<double>(40, 0.0));
  const evaluation found = evaluate_resampled(apart);
  CHECK(found.auc == interval::disjoint_pairs::of(1, 30, 0.95));
  CHECK(found.tpr_at_fpr[0].tpr == interval::clopper_pearson::of(30, 30));
  const roc_curve tied(std::vector<double>(30, 1.0), std::vector<double>(40, 1.0));
  CHECK(evaluate_resampled(tied).auc == interval::disjoint_pairs::of(0.5, 30, 0.95));
  const roc_curve alone(std::vector<double>{1.0}, std::vector<double>{2.0});
  CHECK(evaluate_resampled<step, bca, bca>(alone).auc.value == 0);
}

TEST_CASE("BCa of the AUC covers at small and large counts, the percentile interval less so near 1") {
  struct setting {
    std::size_t members, nonmembers;
    double area;
  };
  const int experiments = 2000;
  for (const auto& [p, n, area] : {setting{20, 20, 0.5}, {20, 20, 0.9}, {50, 50, 0.8}, {100, 100, 0.98}}) {
    oracle::tally corrected, plain;
    const double shift = -2 * boost::math::erfc_inv(2 * area);
    for (int e = 0; e < experiments; ++e) {
      random_stream random(77, static_cast<std::uint64_t>(e));
      const auto members = samples::normal(random, p, shift);
      const roc_curve curve(members, samples::normal(random, n, 0));
      const resampling_options options{{{}, 0.95, {}}, {199, static_cast<std::uint64_t>(e), 1}};
      corrected.add(evaluate_resampled(curve, options).auc, area);
      plain.add(evaluate_resampled<step, percentile>(curve, options).auc, area);
    }
    MESSAGE(p, " / ", n, ", AUC ", area, ": coverage and width, BCa ", corrected.held(), " ", corrected.width(),
            ", percentile ", plain.held(), " ", plain.width());
    // BCa is right to second order only: a percentage point of slack.
    CHECK(corrected.held() >= 0.94 - 3 * corrected.error());
    CHECK(corrected.width() < 1.25 * plain.width());
    if (area > 0.85) CHECK(plain.held() < corrected.held());
  }
}

TEST_CASE("the reflected percentile interval of a TPR covers where ten non-members may pass, and not where one may") {
  struct setting {
    std::size_t records;
    double area, fpr;
    double wanted;  // coverage; below nominal it is what the comments promise
  };
  const int experiments = 2000;
  for (const auto& [n, area, fpr, wanted] :
       {setting{50, 0.8, 0.2, 0.95}, {50, 0.95, 0.2, 0.95}, {50, 0.6, 0.2, 0.95}, {100, 0.8, 0.01, 0.9}}) {
    oracle::tally reflected, plain, given;
    const double shift = -2 * boost::math::erfc_inv(2 * area), truth = upper(upper_quantile(fpr) - shift);
    for (int e = 0; e < experiments; ++e) {
      random_stream random(78, static_cast<std::uint64_t>(e));
      const auto members = samples::normal(random, n, shift);
      const roc_curve curve(members, samples::normal(random, n, 0));
      const resampling_options options{{{fpr}, 0.95, {}}, {199, static_cast<std::uint64_t>(e), 1}};
      reflected.add(evaluate_resampled(curve, options).tpr_at_fpr[0].tpr, truth);
      plain.add(evaluate_resampled<step, percentile, percentile>(curve, options).tpr_at_fpr[0].tpr, truth);
      given.add(tpr_at_fpr(curve, fpr).tpr, truth);
    }
    MESSAGE(n, " / ", n, ", TPR ", truth, " at FPR ", fpr, ": coverage and width, reflected ", reflected.held(), " ",
            reflected.width(), ", percentile ", plain.held(), " ", plain.width(),
            ", Clopper-Pearson at the given threshold ", given.held(), " ", given.width());
    CHECK(reflected.held() >= wanted - 3 * reflected.error(wanted));
    CHECK(reflected.held() >= plain.held());
    CHECK(reflected.width() < 1.3 * plain.width());
    // An interval that takes the threshold as given leaves out what the non-members do to it.
    CHECK(given.held() < reflected.held());
  }
}

TEST_CASE("what cannot be resampled is refused") {
  const auto data = samples::any(0, 50);
  const auto with = [&](std::vector<double> fprs, double confidence, std::size_t replicates) {
    (void)evaluate_resampled(data.scores, data.member, {{std::move(fprs), confidence, {}}, {replicates, 1, 1}});
  };
  CHECK_THROWS_WITH_AS(with({0.1}, 0.95, 38), doctest::Contains("replicates"), argument_error);
  CHECK_THROWS_WITH_AS(with({1.1}, 0.95, 99), doctest::Contains("fpr"), argument_error);
  CHECK_THROWS_WITH_AS(with({0.1}, 1, 99), doctest::Contains("confidence"), argument_error);
  CHECK_THROWS_AS((void)evaluate_resampled(data.scores, std::vector<telltale::membership>{}), argument_error);
}
