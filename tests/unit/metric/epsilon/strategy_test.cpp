// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <telltale/metric/epsilon/clopper_pearson.hpp>
#include <telltale/metric/epsilon/lower_bound.hpp>
#include <telltale/metric/epsilon/one_run.hpp>
#include <telltale/metric/epsilon/strategy/bonferroni.hpp>
#include <telltale/metric/epsilon/strategy/fixed.hpp>
#include <telltale/metric/epsilon/strategy/multi_split.hpp>
#include <telltale/metric/epsilon/strategy/split.hpp>

#include <doctest/doctest.h>

#include "oracle/epsilon.hpp"
#include "oracle/jax_privacy.hpp"

using namespace telltale;
using namespace telltale::metric::epsilon;

namespace {

oracle::scored_canaries gaussian_scores(std::size_t records, double mu, std::uint64_t stream) {
  random_stream random(7, stream);
  return oracle::draw(random, records, oracle::tossed, oracle::gaussian_mechanism{mu});
}

}  // namespace

TEST_CASE("fixed: the counts at the threshold, at the whole error") {
  const oracle::scored_canaries data = gaussian_scores(400, 2, 0);
  verdict_counts counts;
  for (std::size_t i = 0; i < data.scores.size(); ++i) {
    const bool positive = data.scores[i] >= 1.5, in = data.member[i] == membership::in;
    (in         ? positive ? counts.true_positives : counts.false_negatives
     : positive ? counts.false_positives
                : counts.true_negatives)++;
  }
  const bound found = lower_bound<clopper_pearson>(data.scores, data.member, strategy::fixed{1.5}, 1e-5, 0.9);
  CHECK(found.counts == counts);
  CHECK(found.low == lower_bound<clopper_pearson>(fixed_in_advance(counts), 1e-5, 0.9).low);
  CHECK(found.low > 1);
  CHECK(found.threshold == 1.5);
  CHECK(found.delta == 1e-5);
  CHECK(found.confidence == 0.9);
  CHECK(found.searched == 1);
  CHECK(found.method == "clopper-pearson");
  CHECK(found.strategy == "fixed");
}

TEST_CASE("ranks: every count up to the limit, else evenly spaced in the logarithm") {
  using telltale::detail::spaced_counts;
  CHECK(spaced_counts(5, 5) == std::vector<std::uint64_t>{1, 2, 3, 4, 5});
  CHECK(spaced_counts(3, 0) == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(spaced_counts(1000, 4) == std::vector<std::uint64_t>{1, 10, 100, 1000});
  CHECK(spaced_counts(9, 1) == std::vector<std::uint64_t>{9});
  const auto many = spaced_counts(1'000'000, 100);
  CHECK(many.size() <= 100);
  CHECK(many.size() > 80);
  CHECK(many.front() == 1);
  CHECK(many.back() == 1'000'000);
}

TEST_CASE("Bonferroni: the best of the stated ranks, each at its share of the error") {
  const oracle::scored_canaries data = gaussian_scores(300, 2, 1);
  const attack_scores scores(data.scores, data.member);
  for (const std::size_t most : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{100}}) {
    // Of trials: for k = 0, 1, ... the most members above the (k + 1)-th highest non-member.
    const auto ranks = telltale::detail::spaced_counts(scores.curve().negatives(), most);
    double best = 0;
    for (const std::uint64_t rank : ranks) {
      std::uint64_t tp = 0, fp = 0;
      for (std::size_t i = 0; i < scores.curve().size(); ++i)
        if (scores.curve().false_positives()[i] < rank) {
          tp = scores.curve().true_positives()[i];
          fp = scores.curve().false_positives()[i];
        }
      const auto counts = verdict_counts::of(tp, scores.curve().positives(), fp, scores.curve().negatives());
      best = std::max(best, clopper_pearson::low(counts, 1e-5, 0.05 / static_cast<double>(ranks.size())));
    }
    const bound found = lower_bound<clopper_pearson>(scores, strategy::bonferroni{most}, 1e-5);
    CHECK(found.low == doctest::Approx(best).epsilon(1e-12));
    CHECK(found.searched == ranks.size());
    if (found.low > 0)  // the reported threshold is the one of the reported counts
      CHECK(lower_bound<clopper_pearson>(scores, strategy::fixed{found.threshold}, 1e-5).counts == found.counts);
  }
  const bound found = lower_bound<one_run>(scores, strategy::bonferroni{}, 1e-5);
  CHECK(found.searched == telltale::detail::spaced_counts(300, 100).size());
  const double alone = one_run::low(found.counts, 1e-5, 0.05 / static_cast<double>(found.searched));
  CHECK(found.low == doctest::Approx(alone).epsilon(1e-9));
}

TEST_CASE("a correction costs, a scan without one flatters, and tied scores move together") {
  const oracle::scored_canaries data = gaussian_scores(2000, 2, 2);
  const attack_scores scores(data.scores, data.member);
  const double corrected = lower_bound<clopper_pearson>(scores, strategy::bonferroni{0}, 1e-5).low;
  CHECK(corrected > 1);
  CHECK(corrected < oracle::uncorrected_scan<clopper_pearson>(scores, 1e-5, 0.05));
  const std::vector<double> tied{2, 2, 2, 1, 1, 1};
  const std::vector<membership> member{membership::in,  membership::in,  membership::out,
                                       membership::out, membership::out, membership::in};
  const bound found = lower_bound<one_run>(tied, member, strategy::bonferroni{}, 0, 0.5);
  CHECK((found.counts.true_positives + found.counts.false_positives) % 3 == 0);
}

TEST_CASE("nothing certified: 0, no guess, and a threshold that says so") {
  const std::vector<double> scores{4, 3, 2, 1};
  const std::vector<membership> member{membership::out, membership::in, membership::out, membership::in};
  const bound found = lower_bound<clopper_pearson>(scores, member, strategy::bonferroni{}, 0);
  CHECK(found.low == 0);
  CHECK(found.threshold == std::numeric_limits<double>::infinity());
  CHECK(found.counts == verdict_counts{0, 2, 0, 2});
  CHECK(lower_bound<one_run>(scores, member, strategy::bonferroni{}, 0).low == 0);
}

TEST_CASE("split: chosen on one part, judged on the other, the same for the same seed") {
  const oracle::scored_canaries data = gaussian_scores(2000, 2, 3);
  const auto with_seed = [&](std::uint64_t seed) {
    return lower_bound<clopper_pearson>(data.scores, data.member, strategy::split{0.3, seed}, 1e-5);
  };
  const bound found = with_seed(1);
  CHECK(found.low == with_seed(1).low);
  CHECK(found.threshold != with_seed(2).threshold);
  const attack_scores all(data.scores, data.member);
  const auto rest = [](std::size_t n) { return n - static_cast<std::size_t>(0.3 * static_cast<double>(n)); };
  CHECK(found.counts.members() == rest(all.curve().positives()));
  CHECK(found.counts.nonmembers() == rest(all.curve().negatives()));
  CHECK(found.low == lower_bound<clopper_pearson>(fixed_in_advance(found.counts), 1e-5).low);
  CHECK(found.low > 1);
  CHECK(found.strategy == "split");
  // Canaries of one run are dealt without looking at their class.
  const bound tossed = lower_bound<one_run>(data.scores, data.member, strategy::split{0.3, 1}, 1e-5);
  CHECK(tossed.counts.records() == 1400);
  CHECK(tossed.counts.members() != rest(all.curve().positives()));
  CHECK(tossed.low > 1);
}

TEST_CASE("multi-split: the middle of the splits at half the error") {
  const oracle::scored_canaries data = gaussian_scores(1000, 2, 4);
  for (const std::size_t splits : {1u, 2u, 9u}) {
    std::vector<double> lows;
    for (std::uint64_t i = 0; i < splits; ++i)
      lows.push_back(
          lower_bound<clopper_pearson>(data.scores, data.member, strategy::split{0.5, 6, i}, 1e-5, 0.975).low);
    std::sort(lows.begin(), lows.end());
    const bound found =
        lower_bound<clopper_pearson>(data.scores, data.member, strategy::multi_split{splits, 0.5, 6}, 1e-5);
    CHECK(found.low == doctest::Approx(lows[(splits - 1) / 2]).epsilon(1e-12));
    CHECK(std::isnan(found.threshold));
  }
}

TEST_CASE("raw counts, which carry no confidence: jax_privacy 2.0.0 on perfectly separated scores") {
  // log(n / least): the floor on false positives is all that this number says.
  for (const auto& row : oracle::jax_privacy::raw_counts) {
    std::vector<double> in, out;
    for (unsigned i = 0; i < row.n; ++i) {
      in.push_back(row.n + i);
      out.push_back(i);
    }
    std::vector<double> all = in;
    all.insert(all.end(), out.begin(), out.end());
    std::vector<membership> member(row.n, membership::in);
    member.resize(2 * row.n, membership::out);
    CHECK(oracle::raw_counts(attack_scores(all, member), row.least) == doctest::Approx(row.epsilon).epsilon(1e-14));
    CHECK(row.epsilon == doctest::Approx(std::log(static_cast<double>(row.n) / row.least)).epsilon(1e-14));
  }
}

TEST_CASE("strategies refuse what they cannot work with") {
  const auto says = [](const char* words) { return doctest::Contains(words); };
  std::vector<double> scores{4, 3, 2, 1};
  std::vector<membership> member{membership::in, membership::out, membership::out, membership::in};
  const auto low = [&](const auto& chosen) { return lower_bound<clopper_pearson>(scores, member, chosen, 0).low; };
  CHECK_THROWS_WITH_AS((void)low(strategy::fixed{std::nan("")}), says("threshold: is NaN"), argument_error);
  for (const double share : {0.0, 1.0, -1.0, std::nan("")})
    CHECK_THROWS_WITH_AS((void)low(strategy::split{share}), says("share: is "), argument_error);
  CHECK_THROWS_WITH_AS((void)low(strategy::split{0.4}), says("scores: are too few for a split: 2 members"),
                       argument_error);
  CHECK_THROWS_WITH_AS((void)low(strategy::multi_split{10, 0.4}), says("too few for a split"), argument_error);
  CHECK_THROWS_WITH_AS((void)low(strategy::multi_split{0}), says("splits: is 0"), argument_error);
  scores[2] = std::nan("");
  CHECK_THROWS_WITH_AS((void)low(strategy::bonferroni{}), says("scores: element 2 is nan"), argument_error);
  scores.pop_back();
  CHECK_THROWS_WITH_AS((void)low(strategy::bonferroni{}), says("member: has 4 elements; wanted 3"), argument_error);
}
