// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <vector>

#include <telltale/metric/auc.hpp>
#include <telltale/metric/auc_clustered.hpp>

#include "audits.hpp"
#include "oracle/clustered.hpp"

#include <doctest/doctest.h>

using namespace telltale::metric;
using samples::audit;
using samples::draw;
using telltale::argument_error;
using telltale::membership;

namespace {

double fast_variance(const pooled_scores& pooled) {
  return telltale::detail::clustered_area(telltale::detail::ranked_scores(pooled.scores, pooled.member),
                                          pooled.records())
      .variance;
}

roc_curve flat(const audit& data) {
  std::vector<double> scores;
  std::vector<membership> member;
  for (std::size_t t = 0; t < data.scores.size(); ++t) {
    scores.insert(scores.end(), data.scores[t].begin(), data.scores[t].end());
    member.insert(member.end(), data.member[t].begin(), data.member[t].end());
  }
  return roc_curve(scores, member);
}

struct coverage {
  double clustered = 0, unclustered = 0, width = 0, unclustered_width = 0;

  coverage(int trials, std::size_t records, std::size_t targets, double effect, draw how, double confidence) {
    for (int trial = 0; trial < trials; ++trial) {
      const audit data(static_cast<std::uint64_t>(trial), records, targets, effect, 0, how);
      const estimate with = auc_clustered(data.pooled(), confidence), without = auc(flat(data), confidence);
      clustered += (with.low <= 0.5 && 0.5 <= with.high) / static_cast<double>(trials);
      unclustered += (without.low <= 0.5 && 0.5 <= without.high) / static_cast<double>(trials);
      width += (with.high - with.low) / trials;
      unclustered_width += (without.high - without.low) / trials;
    }
  }
};

}  // namespace

TEST_CASE("the clustered variance equals the components summed pair by pair") {
  for (std::uint64_t stream = 0; stream < 20; ++stream) {
    const audit data(stream, 12 + stream, 1 + stream % 5, 1, 0.5, stream % 2 ? draw::independent : draw::same_for_all,
                     stream % 3 ? 0.5 : 0);
    const double slow = oracle::obuchowski_variance(data.pooled());
    CHECK(std::abs(fast_variance(data.pooled()) - slow) <= 1e-12 * slow);
    CHECK(auc_clustered(data.pooled()).value == flat(data).auc());
  }
}

TEST_CASE("one target gives DeLong's variance") {
  const audit data(3, 80, 1, 1, 0.5, draw::independent);
  CHECK(fast_variance(data.pooled()) == doctest::Approx(delong_components(flat(data)).variance()).epsilon(1e-12));
}

TEST_CASE("under strong record effects the clustered interval covers where the unclustered one does not") {
  // The same records are members of every target, so a record's lucky effect counts ten times.
  const coverage same(2000, 100, 10, 2, draw::same_for_all, 0.95);
  MESSAGE("clustered ", same.clustered, " ", same.width, ", unclustered ", same.unclustered, " ",
          same.unclustered_width);
  CHECK(same.clustered >= 0.935);  // three standard errors below 95 %
  CHECK(same.unclustered < 0.7);
  CHECK(same.width > 1.5 * same.unclustered_width);
  CHECK(same.width < 0.3);
}

TEST_CASE("memberships drawn anew for each target need no clustering under the null and the interval costs nothing") {
  // A record's contributions have independent signs then, whatever its effect.
  const coverage anew(2000, 100, 10, 2, draw::independent, 0.95);
  MESSAGE("clustered ", anew.clustered, " ", anew.width, ", unclustered ", anew.unclustered, " ",
          anew.unclustered_width);
  CHECK(anew.clustered >= 0.935);
  CHECK(std::abs(anew.width / anew.unclustered_width - 1) < 0.05);
}

TEST_CASE("the family-wise interval at an error of one in ten thousand holds in every one of a thousand nulls") {
  const coverage family(1000, 100, 8, 2, draw::same_for_all, 1 - 1e-4);
  CHECK(family.clustered >= 0.998);
  CHECK(family.width < 0.6);
}

TEST_CASE("no variance between records falls back on disjoint pairs") {
  const std::vector<double> high{1, 1, 0, 0}, low{0, 0, 1, 1};
  using enum membership;
  const std::vector<membership> first{in, in, out, out}, second{out, out, in, in};
  const estimate apart = auc_clustered({{high, low}, {first, second}, {}});
  CHECK(apart.value == 1);
  CHECK(apart.high == 1);
  CHECK(apart.low == doctest::Approx(std::sqrt(0.025)));  // four records make two disjoint pairs
  const estimate reversed = auc_clustered({{low, high}, {first, second}, {}});
  CHECK(reversed.value == 0);
  CHECK(reversed.high == doctest::Approx(1 - std::sqrt(0.025)));
  // Each record has the same score in and out: its contributions cancel and the AUC is 1/2 whatever the records.
  const estimate cancelled = auc_clustered({{high, high}, {first, second}, {}});
  CHECK(cancelled.value == 0.5);
  CHECK(cancelled.low < cancelled.high);
}

TEST_CASE("pooled scores that do not fit together are refused by name") {
  const std::vector<double> three{1, 2, 3}, two{1, 2};
  using enum membership;
  const std::vector<membership> mixed{in, out, in}, short_one{in, out}, all_in{in, in, in};
  CHECK_THROWS_WITH_AS((void)auc_clustered({{}, {}, {}}), "auc_clustered: scores: has no target; wanted at least one",
                       argument_error);
  CHECK_THROWS_WITH_AS((void)auc_clustered({{three, two}, {mixed, short_one}, {}}),
                       "auc_clustered: scores[1]: has 2 elements; wanted 3", argument_error);
  CHECK_THROWS_WITH_AS((void)auc_clustered({{three, three}, {mixed, all_in}, {}}),
                       "auc_clustered: member[1]: holds only members; wanted both classes", argument_error);
  CHECK_THROWS_AS((void)auc_clustered({{three}, {short_one}, {}}), argument_error);
  CHECK_THROWS_AS((void)auc_clustered({{three}, {mixed, mixed}, {}}), argument_error);
  CHECK_THROWS_AS((void)auc_clustered({{three}, {mixed}, {0.5, 0.5}}), argument_error);
  CHECK_THROWS_AS((void)auc_clustered({{three}, {mixed}, {std::nan("")}}), argument_error);
  CHECK_THROWS_AS((void)auc_clustered({{three}, {mixed}, {}}, 1.0), argument_error);
  const std::vector<double> bad{1, INFINITY, 2};
  CHECK_THROWS_AS((void)auc_clustered({{bad}, {mixed}, {}}), argument_error);
}
