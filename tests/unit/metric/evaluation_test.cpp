// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <telltale/metric/evaluation.hpp>
#include <telltale/metric/interval/none.hpp>

#include "samples.hpp"

#include <doctest/doctest.h>

using namespace telltale::metric;
using telltale::argument_error;

TEST_CASE("an evaluation holds what its parts give") {
  const auto data = samples::any(0, 500);
  const roc_curve curve(data.scores, data.member);
  const evaluation found = evaluate(data.scores, data.member, {{0.2, 0.0001}, 0.9, 0.5});
  CHECK(found.auc == auc(curve, 0.9));
  REQUIRE(found.tpr_at_fpr.size() == 2);
  CHECK(found.tpr_at_fpr[0].tpr == tpr_at_fpr(curve, 0.2, 0.9).tpr);
  CHECK(found.tpr_at_fpr[1].fpr == 0.0001);
  CHECK_FALSE(found.tpr_at_fpr[1].resolvable);
  CHECK(static_cast<const estimate&>(found.advantage) == advantage_at(curve, 0.5, 0.9).advantage);
  CHECK_FALSE(found.advantage.in_sample);
  CHECK(found.balanced_accuracy.threshold == 0.5);
  CHECK(found.members == curve.positives());
  CHECK(found.nonmembers == curve.negatives());
  CHECK(found.conventions.confidence == 0.9);
  CHECK(found.conventions.tpr_interval == "Clopper-Pearson, the threshold taken as given");
}

TEST_CASE("without intervals the values stay and every limit is absent") {
  const auto data = samples::any(0, 300);
  const evaluation bare = evaluate<fpr_rule::step, interval::none, interval::none>(data.scores, data.member,
                                                                                   {{0.2}, 0.9, 0.5}),
                   full = evaluate(data.scores, data.member, {{0.2}, 0.9, 0.5});
  CHECK(bare.auc.value == full.auc.value);
  CHECK(bare.tpr_at_fpr[0].tpr.value == full.tpr_at_fpr[0].tpr.value);
  CHECK(bare.advantage.value == full.advantage.value);
  for (const estimate& e : {bare.auc, bare.tpr_at_fpr[0].tpr, static_cast<const estimate&>(bare.advantage)}) {
    CHECK(std::isnan(e.low));
    CHECK(std::isnan(e.high));
  }
  CHECK(bare.conventions.auc_interval == "none");
  CHECK_THROWS_AS((void)interval::none::of(3, 2), argument_error);
  CHECK_THROWS_AS((void)interval::none::of(1, 2, 1.0), argument_error);
}

TEST_CASE("evidence that only ranks gets the best threshold marked as in-sample") {
  const auto data = samples::any(0, 500);
  for (const auto& cut : {std::optional<double>(), std::optional<double>(std::numeric_limits<double>::infinity())}) {
    const evaluation found = evaluate(data.scores, data.member, {{0.1}, 0.95, cut});
    CHECK(found.advantage.in_sample);
    CHECK(std::isnan(found.advantage.low));
    CHECK(std::isfinite(found.advantage.threshold));
  }
  CHECK_THROWS_AS((void)evaluate(data.scores, data.member, {{0.1}, 0.95, std::nan("")}), argument_error);
  CHECK_THROWS_AS((void)evaluate(data.scores, data.member, {{-0.1}, 0.95, {}}), argument_error);
  CHECK_THROWS_AS((void)evaluate(data.scores, data.member, {{0.1}, 95, {}}), argument_error);
}
