// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/metric/compare.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "samples.hpp"

#include <doctest/doctest.h>

using namespace telltale::metric;
using telltale::argument_error;
using telltale::membership;

namespace {

// Two attacks on the same records: a score that both see, and noise of each its own.
struct pair_of_attacks {
  std::vector<double> first, second;
  std::vector<membership> member;

  pair_of_attacks(std::uint64_t stream, std::size_t records, double shift, double first_noise, double second_noise) {
    telltale::random_stream random(31, stream);
    for (std::size_t i = 0; i < records; ++i) {
      member.push_back(i % 2 == 0 ? membership::in : membership::out);
      const double shared = random.normal() + (i % 2 == 0 ? shift : 0);
      first.push_back(shared + first_noise * random.normal());
      second.push_back(shared + second_noise * random.normal());
    }
  }
  [[nodiscard]] pooled_scores a() const { return {{first}, {member}, {}}; }
  [[nodiscard]] pooled_scores b() const { return {{second}, {member}, {}}; }
};

// Members and non-members normal with equal spread: Phi(shift / sqrt(2 (1 + noise^2))).
double area(double shift, double noise) { return std::erfc(-shift / (2 * std::sqrt(1 + noise * noise))) / 2; }

const pooled_options quick{{0.1}, 0.95, {199, 1, 1}};

}  // namespace

TEST_CASE("the difference is that of the two evaluations, and turns its sign with the order") {
  const pair_of_attacks data(1, 300, 1, 0.2, 1);
  const comparison there = compare(data.a(), data.b(), quick), back = compare(data.b(), data.a(), quick);
  const auto of = [&](const pooled_scores& scores) { return evaluate_pooled(scores, quick).pooled; };
  const evaluation a = of(data.a()), b = of(data.b());
  CHECK(there.auc.value == doctest::Approx(a.auc.value - b.auc.value).epsilon(1e-12));
  CHECK(there.tpr_at_fpr[0].value ==
        doctest::Approx(a.tpr_at_fpr[0].tpr.value - b.tpr_at_fpr[0].tpr.value).epsilon(1e-12));
  CHECK(there.auc.value == -back.auc.value);
  CHECK(there.auc.low == -back.auc.high);
  CHECK(there.tpr_at_fpr[0].low == -back.tpr_at_fpr[0].high);
  CHECK(there.fprs == quick.fprs);
  CHECK(there.records == 300);
  CHECK(there.targets == 1);
  CHECK(there.replicates == 199);
}

TEST_CASE("an attack compared with itself differs by exactly nothing") {
  const pair_of_attacks data(2, 100, 1, 0, 0);
  const comparison same = compare(data.a(), data.b(), quick);
  CHECK(same.auc == estimate{0, 0, 0});
  CHECK(same.tpr_at_fpr[0] == estimate{0, 0, 0});
  CHECK_FALSE(comparison::told_apart(same.auc));
}

TEST_CASE("every rule of an FPR can be compared by") {
  const pair_of_attacks data(5, 300, 1, 0.2, 1);
  const comparison found = compare<fpr_rule::hull>(data.a(), data.b(), quick);
  const auto rate = [&](const std::vector<double>& scores) {
    return tpr_at_fpr<fpr_rule::hull>(roc_curve(scores, data.member), 0.1).tpr.value;
  };
  CHECK(found.tpr_at_fpr[0].value == doctest::Approx(rate(data.first) - rate(data.second)).epsilon(1e-12));
  CHECK(found.tpr_at_fpr[0].value != compare(data.a(), data.b(), quick).tpr_at_fpr[0].value);
  CHECK(found.tpr_at_fpr[0].low < found.tpr_at_fpr[0].value);
}

TEST_CASE("pairing tells apart what two overlapping intervals do not") {
  const pair_of_attacks data(3, 2000, 1, 0.05, 0.5);
  const comparison found = compare(data.a(), data.b(), quick);
  const evaluation a = evaluate_pooled(data.a(), quick).pooled, b = evaluate_pooled(data.b(), quick).pooled;
  CHECK(comparison::told_apart(found.auc));
  CHECK(a.auc.low < b.auc.high);
}

TEST_CASE("intervals of a difference cover the truth, and equal attacks are seldom told apart") {
  const int experiments = 2000;
  const double error = std::sqrt(0.05 * 0.95 / experiments);
  for (const double noise : {0.8, 0.2}) {
    const double truth = area(1, 0.2) - area(1, noise);
    int held = 0, apart = 0;
    for (int e = 0; e < experiments; ++e) {
      const pair_of_attacks data(static_cast<std::uint64_t>(100 + e), 200, 1, 0.2, noise);
      const estimate found = compare(data.a(), data.b(), quick).auc;
      held += found.low <= truth && truth <= found.high;
      apart += comparison::told_apart(found);
    }
    MESSAGE("true difference ", truth, ": covered ", held, " of ", experiments, ", told apart ", apart);
    // The percentile interval is approximate: a percentage point of slack at 100 members and as many non-members.
    CHECK(held >= (0.94 - 3 * error) * experiments);
    if (truth == 0) CHECK(apart <= (0.06 + 3 * error) * experiments);
  }
}

TEST_CASE("attacks on other records or targets are refused") {
  const pair_of_attacks data(4, 100, 1, 0, 0);
  pair_of_attacks other = data;
  std::swap(other.member[0], other.member[1]);
  CHECK_THROWS_WITH_AS((void)compare(data.a(), other.b(), quick), doctest::Contains("other memberships"),
                       argument_error);
  const pooled_scores twice{{data.first, data.first}, {data.member, data.member}, {}};
  CHECK_THROWS_WITH_AS((void)compare(data.a(), twice, quick), doctest::Contains("second"), argument_error);
  CHECK_THROWS_WITH_AS((void)compare(data.a(), data.b(), {{1.5}, 0.95, {199, 1, 1}}), doctest::Contains("fpr"),
                       argument_error);
  const pooled_options few{{0.1}, 0.95, {10, 1, 1}};
  CHECK_THROWS_WITH_AS((void)compare(data.a(), data.b(), few), doctest::Contains("replicates"), argument_error);
}
