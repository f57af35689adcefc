// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <vector>

#include <telltale/metric/tpr_at_fpr.hpp>

#include "oracle/roc.hpp"
#include "samples.hpp"

#include <doctest/doctest.h>

using namespace telltale::metric;
using telltale::argument_error;

TEST_CASE("the step rule gives the published rates") {
  // Origin: SACRO tests/attacks/test_metrics.py.
  const roc_curve sacro(std::vector<double>{.45, .9, .99}, std::vector<double>{.1, .6, .2});
  for (const double f : {0.0, 0.001, 0.1}) CHECK(tpr_at_fpr(sacro, f).tpr.value == 2.0 / 3);
  for (const double f : {0.4, 1.0}) CHECK(tpr_at_fpr(sacro, f).tpr.value == 1);
  // Origin: jax_privacy tests/auditing_test.py has the hull's .75 at .25; the step rule gives .5.
  const roc_curve jax(std::vector<double>{1, 3}, std::vector<double>{0, 2});
  CHECK(tpr_at_fpr(jax, 0).tpr.value == 0.5);
  CHECK(tpr_at_fpr(jax, 0.25).tpr.value == 0.5);
  CHECK(tpr_at_fpr(jax, 0.5).tpr.value == 1);
}

TEST_CASE("the step rule is the best of all thresholds that keep the rate") {
  for (std::uint64_t stream = 0; stream < 40; ++stream) {
    const auto data = samples::any(stream, 10 + stream);
    const oracle::classes classes(data.scores, data.member);
    const roc_curve curve(data.scores, data.member);
    for (const double f : {0.0, 0.03, 0.1, 0.25, 0.3, 0.5, 0.9, 1.0}) {
      const operating_point point = tpr_at_fpr(curve, f);
      CHECK(point.tpr.value == oracle::tpr_at_fpr(classes, f));
      CHECK(point.realised_fpr <= f);
      CHECK(point.true_positives == oracle::at_or_above(classes.members, point.threshold));
      CHECK(point.false_positives == oracle::at_or_above(classes.nonmembers, point.threshold));
    }
  }
}

TEST_CASE("a rate of exactly k of n allows k false positives whatever the rounding") {
  for (std::uint64_t n = 1; n <= 400; ++n)
    for (std::uint64_t k = 0; k <= n; ++k) {
      const double rate = static_cast<double>(k) / static_cast<double>(n);
      REQUIRE(fpr_rule::step::allowed(rate, n) == k);
      if (k > 0) REQUIRE(fpr_rule::step::allowed(std::nextafter(rate, 0), n) == k - 1);
    }
  CHECK(fpr_rule::step::allowed(0.29, 100) == 29);  // 0.29 * 100 is 28.999999999999996
}

TEST_CASE("a rate below one of the non-members is a row at no false positive that says so") {
  const roc_curve curve(std::vector<double>{5, 4, 1}, std::vector<double>{3, 2, 0, -1});
  const operating_point point = tpr_at_fpr(curve, 0.1);
  CHECK_FALSE(point.resolvable);
  CHECK(point.false_positives == 0);
  CHECK(point.realised_fpr == 0);
  CHECK(point.true_positives == 2);
  CHECK(point.threshold == 4);
  CHECK(tpr_at_fpr(curve, 0.25).resolvable);
  CHECK(tpr_at_fpr(curve, 0.25).tpr.value == 2.0 / 3);
  CHECK_FALSE(tpr_at_fpr(curve, 0).resolvable);
  // The top score is a non-member's: nothing is above, and the interval still says what 0 of 3 can mean.
  const operating_point none = tpr_at_fpr(roc_curve(std::vector<double>{1, 1, 1}, std::vector<double>{2, 0}), 0.1);
  CHECK(none.threshold == std::numeric_limits<double>::infinity());
  CHECK(none.tpr.low == 0);
  CHECK(none.tpr.high == doctest::Approx(1 - std::cbrt(0.025)).epsilon(1e-12));
}

TEST_CASE("rates and confidences outside their range are refused") {
  const roc_curve curve(std::vector<double>{1}, std::vector<double>{0});
  for (const double bad : {-0.1, 1.1, std::nan("")}) CHECK_THROWS_AS((void)tpr_at_fpr(curve, bad), argument_error);
  for (const double bad : {0.0, 1.0, std::nan("")}) CHECK_THROWS_AS((void)tpr_at_fpr(curve, 0.1, bad), argument_error);
}
