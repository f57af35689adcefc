// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/metric/fpr_rule.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

#include <telltale/metric/hull.hpp>
#include <telltale/metric/tpr_at_fpr.hpp>

#include "samples.hpp"

#include <doctest/doctest.h>

using namespace telltale::metric;

namespace {

template <class Rule>
double tpr(const roc_curve& curve, double fpr) {
  return tpr_at_fpr<Rule>(curve, fpr).tpr.value;
}

// The best that mixing any two thresholds reaches at a rate, by trying all pairs of points.
double best_of_pairs(const roc_curve& curve, double fpr) {
  const double p = static_cast<double>(curve.positives()), n = static_cast<double>(curve.negatives());
  double best = 0;
  for (std::size_t a = 0; a < curve.size(); ++a)
    for (std::size_t b = a; b < curve.size(); ++b) {
      const double fa = curve.false_positives()[a] / n, fb = curve.false_positives()[b] / n;
      if (fa > fpr + 1e-15 || fb < fpr - 1e-15) continue;
      const double share = fb > fa ? (fpr - fa) / (fb - fa) : 1;
      best = std::max(best, ((1 - share) * curve.true_positives()[a] + share * curve.true_positives()[b]) / p);
    }
  return best;
}

}  // namespace

TEST_CASE("each rule reads its own rate off the same curve") {
  const roc_curve curve(std::vector<double>{1, 3}, std::vector<double>{0, 2});
  // Origin of the hull's rates: jax_privacy tests/auditing_test.py.
  const double rates[] = {0, 0.25, 0.5, 0.75, 1}, hull[] = {0.5, 0.75, 1, 1, 1}, step[] = {0.5, 0.5, 1, 1, 1};
  // By hand: the points are (0, 0), (0, .5), (.5, .5), (.5, 1), (1, 1).
  const double linear[] = {0.5, 0.5, 1, 1, 1}, below[] = {-1, 0.5, 0.5, 1, 1};
  for (std::size_t i = 0; i < 5; ++i) {
    CAPTURE(rates[i]);
    CHECK(tpr<fpr_rule::hull>(curve, rates[i]) == hull[i]);
    CHECK(tpr<fpr_rule::step>(curve, rates[i]) == step[i]);
    CHECK(tpr<fpr_rule::linear>(curve, rates[i]) == linear[i]);
    if (i > 0) CHECK(tpr<fpr_rule::below>(curve, rates[i]) == below[i]);
  }
  CHECK_THROWS_WITH_AS((void)tpr<fpr_rule::below>(curve, 0), doctest::Contains("no false-positive rate is below"),
                       telltale::argument_error);
}

TEST_CASE("the published rates of six scores under every rule") {
  // Origin: SACRO tests/attacks/test_metrics.py, by the step rule: 2/3 at 0, 0.001 and 0.1; 1 at 0.4 and 1. The points
  // are (0, 0), (0, 1/3), (0, 2/3), (1/3, 2/3), (1/3, 1), (2/3, 1), (1, 1); the other rules follow by hand.
  const roc_curve curve(std::vector<double>{.45, .9, .99}, std::vector<double>{.1, .6, .2});
  const double rates[] = {0, 0.001, 0.1, 1.0 / 3, 0.4, 1};
  const double step[] = {2.0 / 3, 2.0 / 3, 2.0 / 3, 1, 1, 1}, below[] = {-1, 2.0 / 3, 2.0 / 3, 2.0 / 3, 1, 1};
  const double hull[] = {2.0 / 3, 2.0 / 3 + 0.001, 2.0 / 3 + 0.1, 1, 1, 1};
  for (std::size_t i = 0; i < std::size(rates); ++i) {
    CAPTURE(rates[i]);
    CHECK(tpr<fpr_rule::step>(curve, rates[i]) == step[i]);
    CHECK(tpr<fpr_rule::linear>(curve, rates[i]) == step[i]);
    CHECK(tpr<fpr_rule::hull>(curve, rates[i]) == doctest::Approx(hull[i]).epsilon(1e-14));
    if (i > 0) CHECK(tpr<fpr_rule::below>(curve, rates[i]) == below[i]);
  }
}

TEST_CASE("the line between points is that of SACRO-ML") {
  // Origin: sacroml 2.0.1, metrics._tpr_at_fpr(y, s, f, fpr_perc=False) with NumPy 1.24, SciPy 1.10, scikit-learn 1.2.
  const roc_curve curve(std::vector<double>{.9, .8, .8, .6, .3}, std::vector<double>{.8, .7, .6, .6, .4, .1});
  const double rates[] = {0, .05, .1, 1.0 / 6, .25, 1.0 / 3, .4, .5, .6, 2.0 / 3, .75, .9, 1};
  const double found[] = {.2, .32, .44, .6, .6, .6, .64, .7, .76, .8, .8, 1, 1};
  for (std::size_t i = 0; i < std::size(rates); ++i) {
    CAPTURE(rates[i]);
    CHECK(tpr<fpr_rule::linear>(curve, rates[i]) == doctest::Approx(found[i]).epsilon(1e-14));
  }
}

TEST_CASE("the hull is the best mixture of any two thresholds and its area the largest") {
  // Origin: jax_privacy tests/auditing_test.py (13/16); pairs ordered rightly are 11/16.
  const roc_curve jax(std::vector<double>{0, 4, 6, 7}, std::vector<double>{1, 2, 3, 5});
  CHECK(hull_auc(jax) == 13.0 / 16);
  CHECK(jax.auc() == 11.0 / 16);
  for (std::uint64_t stream = 0; stream < 40; ++stream) {
    const auto data = samples::any(stream, 10 + stream);
    const roc_curve curve(data.scores, data.member);
    CHECK(hull_auc(curve) >= curve.auc());
    CHECK(hull_auc(curve) >= 0.5);
    double area = 0, before = tpr<fpr_rule::hull>(curve, 0);
    const auto n = static_cast<double>(curve.negatives());
    for (double k = 0; k <= n; k += 0.5) {
      const double rate = tpr<fpr_rule::hull>(curve, k / n);
      CHECK(rate == doctest::Approx(best_of_pairs(curve, k / n)).epsilon(1e-12));
      if (k > 0) area += 0.5 / n * (before + rate) / 2;
      before = rate;
    }
    CHECK(area == doctest::Approx(hull_auc(curve)).epsilon(1e-12));
  }
}

TEST_CASE("the rules keep their order, and the interval of a mixture holds its value") {
  for (std::uint64_t stream = 0; stream < 40; ++stream) {
    const auto data = samples::any(stream, 10 + stream);
    const roc_curve curve(data.scores, data.member);
    for (const double f : {0.01, 0.03, 0.1, 0.25, 0.3, 0.5, 0.9, 1.0}) {
      CHECK(tpr<fpr_rule::below>(curve, f) <= tpr<fpr_rule::step>(curve, f));
      CHECK(tpr<fpr_rule::step>(curve, f) <= tpr<fpr_rule::linear>(curve, f));
      CHECK(tpr<fpr_rule::linear>(curve, f) <= tpr<fpr_rule::hull>(curve, f) + 1e-15);
      CHECK(tpr_at_fpr<fpr_rule::below>(curve, f).realised_fpr < f);
      const operating_point mixed = tpr_at_fpr<fpr_rule::hull>(curve, f);
      CHECK(mixed.tpr.low <= mixed.tpr.value);
      CHECK(mixed.tpr.value <= mixed.tpr.high);
      CHECK(std::abs(mixed.realised_fpr - f) < (std::isnan(mixed.threshold) ? 1e-15 : 1.0));
    }
  }
}

TEST_CASE("useless scores have a hull above guessing, which is why it has no interval") {
  double sum = 0;
  for (std::uint64_t stream = 0; stream < 200; ++stream) {
    telltale::random_stream random(9, stream);
    sum += hull_auc(roc_curve(samples::normal(random, 50, 0), samples::normal(random, 50, 0))) / 200;
  }
  CHECK(sum > 0.53);
}

TEST_CASE("the interval of a mixture covers a known rate") {
  // Members uniform on [0, 1] scored by themselves, thresholds fixed by the non-members: the true rate is known.
  int held = 0;
  const int experiments = 2000;
  for (int e = 0; e < experiments; ++e) {
    telltale::random_stream random(13, static_cast<std::uint64_t>(e));
    std::vector<double> members(60);
    for (double& s : members) s = random.uniform();
    const roc_curve curve(members, std::vector<double>{0.2, 0.4, 0.6, 0.8});
    // Between the thresholds that let one and two of four non-members pass, but a member's own score may lie between.
    const curve_place place = fpr_rule::linear::place(curve, 0.375);
    const double truth =
        (1 - place.share) * (1 - curve.thresholds()[place.from]) + place.share * (1 - curve.thresholds()[place.to]);
    const estimate found = tpr_at_fpr<fpr_rule::linear>(curve, 0.375).tpr;
    held += found.low <= truth && truth <= found.high;
  }
  CHECK(held >= 0.95 * experiments - 3 * std::sqrt(0.05 * 0.95 * experiments));
}
