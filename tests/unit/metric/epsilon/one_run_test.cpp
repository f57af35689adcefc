// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <telltale/metric/epsilon/clopper_pearson.hpp>
#include <telltale/metric/epsilon/one_run.hpp>
#include <telltale/metric/epsilon/one_run_gaussian.hpp>

#include <doctest/doctest.h>

#include "oracle/epsilon.hpp"
#include "oracle/jax_privacy.hpp"

using telltale::argument_error;
using namespace telltale::metric::epsilon;

namespace {

// The largest member of a grid that is rejected: bisection over what a slow form says, 1e-7 apart.
template <class Rejects>
double largest_rejected(const Rejects& rejects, double high) {
  double low = 0;
  if (!rejects(low)) return 0;
  while (high - low > 1e-7) {
    const double middle = (low + high) / 2;
    (rejects(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace

TEST_CASE("epsilon of one run: known answers") {
  struct row {
    std::uint64_t canaries, made, correct;
    double delta, epsilon, digits;
  };
  const row rows[] = {
      // Origin: the formula of Steinke et al. in plain double arithmetic, 30 bisections.
      {100, 100, 100, 0, 3.492965, 5.1e-7},
      {1000, 100, 95, 0, 2.172434, 5.1e-7},
      {1000, 100, 95, 1e-5, 2.165176, 5.1e-7},
      {1000, 1000, 600, 0, 0.297468, 5.1e-7},
      {1000, 1000, 600, 1e-5, 0.297227, 5.1e-7},
      {1000, 1000, 1000, 1e-5, 5.782283, 5.1e-7},
      {10000, 10000, 5500, 1e-5, 0.167180, 5.1e-7},
      {1000, 1000, 500, 1e-5, 0, 0},
      // Origin: printed in Steinke, Nasr and Jagielski 2023 as 0.673 and 2.675, with more digits by the same formula.
      {1000, 100, 75, 1e-4, 0.67298, 5.1e-6},
      {100000, 1510, 1439, 1e-5, 2.67585, 5.1e-6},
  };
  for (const row& r : rows) {
    CAPTURE(r.epsilon);
    CHECK(std::abs(one_run::low(guesses{r.canaries, r.made, r.correct}, r.delta, 0.05) - r.epsilon) <= r.digits);
  }
}

TEST_CASE("p of one run: recorded from jax_privacy 2.0.0") {
  for (const auto& row : oracle::jax_privacy::p_values) {
    CAPTURE(row.canaries);
    CAPTURE(row.guesses);
    CAPTURE(row.correct);
    CAPTURE(row.epsilon);
    CAPTURE(row.delta);
    const double p = std::min(1.0, one_run::p_value({row.canaries, row.guesses, row.correct}, row.epsilon, row.delta));
    CHECK(std::abs(p - row.p) < 1e-9 * row.p + 1e-14);  // theirs is a difference of tails, good to 1e-16 absolutely
  }
}

TEST_CASE("p of one run against the sums term by term") {
  telltale::random_stream random(3);
  for (int i = 0; i < 400; ++i) {
    guesses seen;
    seen.canaries = 1 + random.below(i < 200 ? 12 : 400);
    seen.made = random.below(seen.canaries + 1);
    seen.correct = random.below(seen.made + 1);
    const double epsilon = i % 4 == 0 ? 0 : 6 * random.uniform(), delta = i % 3 == 0 ? 0 : 0.3 * random.uniform();
    const double slow = oracle::one_run_p(seen, epsilon, delta);
    CAPTURE(seen.made);
    CAPTURE(seen.correct);
    CHECK(std::abs(one_run::p_value(seen, epsilon, delta) - slow) < 1e-10 * slow);
  }
  // Guesses so good that the probabilities next below underflow: only the sum near the mode is left.
  const guesses perfect{20000, 20000, 19000};
  CHECK(one_run::p_value(perfect, 0.0, 1e-3) == doctest::Approx(oracle::one_run_p(perfect, 0, 1e-3)).epsilon(1e-9));
}

TEST_CASE("epsilon of one run is where p meets the error, whatever bound it has to beat") {
  for (const auto& row : oracle::jax_privacy::bounds) {
    const verdict_counts counts{row.tp, row.fn, row.fp, row.tn};
    const double low = one_run::low(counts, row.delta, row.significance);
    CHECK(std::abs(low - row.one_run) < 2e-6);  // its xtol is 1e-6
    if (low > 0) {
      CHECK(one_run::p_value(guesses::of(counts), low, row.delta) <= row.significance);
      CHECK(one_run::p_value(guesses::of(counts), low + 1e-8, row.delta) > row.significance);
      CHECK(one_run::low(counts, row.delta, row.significance, low / 2) == doctest::Approx(low).epsilon(1e-9));
    }
    CHECK(one_run::low(counts, row.delta, row.significance, low + 0.1) == low + 0.1);
  }
}

TEST_CASE("epsilon of one run by f-DP: recorded from jax_privacy 2.0.0, and against the recursion run to its end") {
  for (const auto& row : oracle::jax_privacy::bounds) {
    const verdict_counts counts{row.tp, row.fn, row.fp, row.tn};
    const double low = one_run_gaussian::low(counts, row.delta, row.significance);
    CAPTURE(row.tp);
    CAPTURE(row.fp);
    CHECK(std::abs(low - row.one_run_fdp) < 5e-6 * (1 + low));  // its xtol is 1e-6, and 1e-6 of sigma inside
    CHECK(one_run_gaussian::low(counts, row.delta, row.significance, low + 0.1) == low + 0.1);
  }
  telltale::random_stream random(4);
  for (int i = 0; i < 60; ++i) {
    guesses seen;
    seen.canaries = 2 + random.below(i < 40 ? 60 : 3000);
    seen.made = 1 + random.below(seen.canaries);
    seen.correct = seen.made - random.below(seen.made / 3 + 1);
    const double error = i % 2 ? 0.05 : 1e-4;
    const double mu = largest_rejected([&](double m) { return oracle::one_run_rejects(seen, m, error); }, 16);
    CAPTURE(mu);
    if (mu > 0) CHECK(one_run_gaussian::rejects(seen, mu - 1e-5, error));
    CHECK(!one_run_gaussian::rejects(seen, mu + 1e-5, error));
    CHECK(std::abs(one_run_gaussian::low(seen, 1e-5, error) - telltale::detail::gaussian_epsilon(mu, 1e-5)) <
          1e-5 * (1 + mu) * (1 + mu));
  }
}

TEST_CASE("10,000 quantiles of two normal laws: jax_privacy's golden values, by its own correction") {
  // Origin: jax_privacy, tests/auditing_test.py (1.13346, 2.164749, ...), with all digits from the recording.
  for (const auto& row : oracle::jax_privacy::scans) {
    std::vector<double> scores;
    std::vector<telltale::membership> member;
    for (int i = 0; i < 10000; ++i) {
      const double quantile = -telltale::detail::normal_upper((i + 0.5) / 10000);
      scores.insert(scores.end(), {quantile, quantile + row.shift});
      member.insert(member.end(), {telltale::membership::out, telltale::membership::in});
    }
    const attack_scores checked(scores, member);
    CHECK(telltale::metric::convex_hull(checked.curve()).size() == row.corners);
    CHECK(oracle::corrected_for_corners<one_run>(checked, 1e-6, 0.05) == doctest::Approx(row.one_run).epsilon(1e-6));
    CHECK(oracle::corrected_for_corners<one_run_gaussian>(checked, 1e-6, 0.05) ==
          doctest::Approx(row.one_run_fdp).epsilon(2e-6));
    CHECK(oracle::corrected_for_corners<clopper_pearson>(checked, 1e-6, 0.05) ==
          doctest::Approx(row.clopper_pearson).epsilon(1e-9));
  }
}

TEST_CASE("guesses that make no sense are refused") {
  const auto says = [](const char* words) { return doctest::Contains(words); };
  CHECK_THROWS_WITH_AS((void)one_run::low(guesses{10, 11, 5}, 0.0, 0.05),
                       says("guesses: are 11; wanted at most the 10 canaries"), argument_error);
  CHECK_THROWS_WITH_AS((void)one_run::p_value(guesses{10, 5, 6}, 1.0, 0.0),
                       says("correct: is 6; wanted at most the 5 guesses"), argument_error);
  CHECK_THROWS_WITH_AS((void)one_run_gaussian::rejects(guesses{0, 0, 0}, 1.0, 0.05), says("canaries: are 0"),
                       argument_error);
  CHECK_THROWS_WITH_AS((void)one_run_gaussian::low(guesses{10, 5, 5}, 0.0, 0.05), says("delta: is 0"), argument_error);
  CHECK(one_run::low(guesses{10, 0, 0}, 0.0, 0.05) == 0);
  CHECK(one_run_gaussian::low(guesses{10, 0, 0}, 1e-5, 0.05) == 0);
}
