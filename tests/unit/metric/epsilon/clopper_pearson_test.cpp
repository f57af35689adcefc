// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>

#include <telltale/metric/epsilon/clopper_pearson.hpp>
#include <telltale/metric/epsilon/lower_bound.hpp>
#include <telltale/metric/interval/clopper_pearson.hpp>

#include <doctest/doctest.h>

#include "oracle/jax_privacy.hpp"

using telltale::argument_error;
using namespace telltale::metric;
using namespace telltale::metric::epsilon;

TEST_CASE("epsilon by Clopper-Pearson: known answers") {
  // Origin: joint upper limits at 2.5 % each, max(log((1 - delta - FNR)/FPR), log((1 - delta - FPR)/FNR)), by SciPy's
  // beta quantiles.
  const auto low = [](std::uint64_t fp, std::uint64_t n, std::uint64_t fn, std::uint64_t p, double delta) {
    return lower_bound<clopper_pearson>(fixed_in_advance(verdict_counts::of(p - fn, p, fp, n)), delta).low;
  };
  CHECK(std::abs(low(1, 1000, 900, 1000, 1e-5) - 2.692477) < 5.1e-7);
  CHECK(std::abs(low(0, 1000, 500, 1000, 0) - 4.846162) < 5.1e-7);
  CHECK(std::abs(low(100, 1000, 700, 1000, 1e-5) - 0.814851) < 5.1e-7);
  CHECK(std::abs(low(0, 100, 0, 100, 0) - 3.281346) < 5.1e-7);
  // Origin: log(lower TPR / upper FPR) in plain double arithmetic; the other direction may certify more.
  const auto quotient = [](std::uint64_t tp, std::uint64_t p, std::uint64_t fp, std::uint64_t n) {
    const error_limits limits = error_limits::of(verdict_counts::of(tp, p, fp, n), 0.05);
    return std::log((1 - limits.fnr) / limits.fpr);
  };
  CHECK(std::abs(quotient(900, 1000, 600, 1200) - 0.5092173895) < 5.1e-11);
  CHECK(std::abs(quotient(100, 110, 10, 80) - 1.3484211160) < 5.1e-11);
  CHECK(std::abs(quotient(50, 1000, 0, 1000) - 2.3164630059) < 5.1e-11);
  CHECK(std::abs(low(0, 1000, 950, 1000, 0) - 2.3164630059) < 5.1e-11);
  CHECK(low(600, 1200, 100, 1000, 0) > 0.5092173895);
  // Origin: TensorFlow Privacy, epsilon_lower_bound_test.py (4.54), with more digits by plain double arithmetic.
  const error_limits limits = error_limits::of({500, 0, 0, 500}, 0.01);
  CHECK(std::abs(1 - limits.fnr - 0.9894593118) < 5.1e-11);
  CHECK(std::abs(limits.fpr - 0.0105406882) < 5.1e-11);
  CHECK(std::abs(clopper_pearson::low({500, 0, 0, 500}, 0.0, 0.01) - 4.541915810224077) < 1e-13);
}

TEST_CASE("epsilon by Clopper-Pearson: jax_privacy 2.0.0 in both directions") {
  for (const auto& row : oracle::jax_privacy::bounds) {
    CAPTURE(row.tp);
    CAPTURE(row.fp);
    const double low = clopper_pearson::low({row.tp, row.fn, row.fp, row.tn}, row.delta, row.significance);
    CHECK(low == doctest::Approx(row.clopper_pearson).epsilon(1e-9));
  }
}

TEST_CASE("the limits of both rates are those of the interval") {
  for (const std::uint64_t k : {0u, 1u, 7u, 19u, 20u}) {
    const error_limits limits = error_limits::of(verdict_counts::of(20 - k, 20, k, 20), 0.1);
    CHECK(limits.fpr == doctest::Approx(interval::clopper_pearson::of(k, 20, 0.9).high).epsilon(1e-13));
    CHECK(limits.fnr == limits.fpr);
  }
}

TEST_CASE("both directions are looked at, and worse than guessing certifies nothing") {
  const verdict_counts rare{50, 950, 0, 1000}, mirrored{1000, 0, 950, 50};
  CHECK(clopper_pearson::low(rare, 1e-5, 0.05) > 2);
  CHECK(clopper_pearson::low(mirrored, 1e-5, 0.05) ==
        doctest::Approx(clopper_pearson::low(rare, 1e-5, 0.05)).epsilon(1e-13));
  CHECK(clopper_pearson::low({0, 1000, 1000, 0}, 0.0, 0.05) == 0);
  CHECK(clopper_pearson::low({50, 950, 0, 1000}, 0.5, 0.05) == 0);
}

TEST_CASE("counts and settings that make no bound are refused") {
  const auto says = [](const char* words) { return doctest::Contains(words); };
  CHECK_THROWS_WITH_AS((void)verdict_counts::of(3, 2, 0, 1), says("true_positives: is 3; wanted at most 2"),
                       argument_error);
  CHECK_THROWS_WITH_AS((void)verdict_counts::of(1, 2, 5, 4), says("false_positives: is 5; wanted at most 4"),
                       argument_error);
  CHECK_THROWS_WITH_AS(fixed_in_advance({0, 0, 1, 1}), says("members: are 0"), argument_error);
  CHECK_THROWS_WITH_AS(fixed_in_advance({1, 1, 0, 0}), says("nonmembers: are 0"), argument_error);
  const fixed_in_advance counts({3, 1, 1, 3});
  for (const double delta : {-0.1, 1.0, 2.0, std::nan("")})
    CHECK_THROWS_WITH_AS((void)lower_bound<clopper_pearson>(counts, delta), says("delta: is "), argument_error);
  for (const double confidence : {0.0, 1.0, std::nan("")})
    CHECK_THROWS_WITH_AS((void)lower_bound<clopper_pearson>(counts, 0, confidence), says("confidence: is "),
                         argument_error);
}
