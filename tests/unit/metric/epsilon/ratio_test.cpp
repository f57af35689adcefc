// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <telltale/metric/epsilon/lower_bound.hpp>
#include <telltale/metric/epsilon/ratio/adjusted_log.hpp>
#include <telltale/metric/epsilon/ratio/bailey.hpp>
#include <telltale/metric/epsilon/ratio/inverse_sinh.hpp>
#include <telltale/metric/epsilon/ratio/katz_log.hpp>

#include <doctest/doctest.h>

#include "oracle/tensorflow_privacy_epsilon.hpp"

using telltale::argument_error;
using namespace telltale::metric::epsilon;

TEST_CASE("lower limits of TPR / FPR: the golden values of TensorFlow Privacy's tests") {
  // Origin: TensorFlow Privacy, epsilon_lower_bound_test.py.
  CHECK(std::abs(katz_log::ratio_low(473, 984, 755, 1705, 0.05) - 1.01166194) < 5.1e-9);
  CHECK(std::abs(adjusted_log::ratio_low(473, 984, 755, 1705, 0.05) - 1.01189079) < 5.1e-9);
  CHECK(std::abs(bailey::ratio_low(473, 984, 755, 1705, 0.05) - 1.01148934) < 5.1e-9);
  CHECK(std::abs(inverse_sinh::ratio_low(473, 984, 755, 1705, 0.05) - 1.01167669) < 5.1e-9);
  CHECK(std::abs(katz_log::ratio_low(1000, 1010, 10, 10010, 0.05) - 589.27335593) < 5.1e-9);
  CHECK(std::abs(adjusted_log::ratio_low(1000, 1010, 10, 10010, 0.05) - 568.32659563) < 5.1e-9);
  CHECK(std::abs(bailey::ratio_low(1000, 1010, 10, 10010, 0.05) - 613.58766147) < 5.1e-9);
  CHECK(std::abs(inverse_sinh::ratio_low(1000, 1010, 10, 10010, 0.05) - 592.63264572) < 5.1e-9);
}

TEST_CASE("lower limits of TPR / FPR: recorded from tensorflow_empirical_privacy 0.1.0, the ends included") {
  int undefined = 0;
  for (const auto& row : oracle::tensorflow_privacy::ratios) {
    CAPTURE(row.tp);
    CAPTURE(row.fn);
    CAPTURE(row.fp);
    CAPTURE(row.tn);
    CAPTURE(row.alpha);
    const auto agrees = [&](auto method, double wanted) {
      const double got = method.ratio_low(row.tp, row.tp + row.fn, row.fp, row.fp + row.tn, row.alpha);
      if (std::isnan(wanted))
        CHECK(got == 0);
      else
        CHECK(got == doctest::Approx(wanted).epsilon(1e-12));
    };
    agrees(katz_log{}, row.katz_log);
    agrees(adjusted_log{}, row.adjusted_log);
    agrees(inverse_sinh{}, row.inverse_sinh);
    // Where Bailey's denominator is not positive the formula still gives a number, which is no limit of anything.
    const double positives = row.fp == 0 ? 0.5 : row.fp == row.fp + row.tn ? row.fp - 0.5 : row.fp;
    const double z = telltale::detail::normal_upper(row.alpha);
    const bool defined = z * z * (1 - positives / (row.fp + row.tn)) / (9 * positives) < 1;
    undefined += !defined;
    if (defined)
      agrees(bailey{}, row.bailey);
    else
      CHECK(bailey::ratio_low(row.tp, row.tp + row.fn, row.fp, row.fp + row.tn, row.alpha) == 0);
  }
  CHECK(undefined > 0);
}

TEST_CASE_TEMPLATE("epsilon by a ratio: both directions, half the error each", Method, katz_log, adjusted_log, bailey,
                   inverse_sinh) {
  const verdict_counts counts{90, 10, 30, 170};
  const double up = std::log(Method::ratio_low(90, 100, 30, 200, 0.025)),
               down = std::log(Method::ratio_low(170, 200, 10, 100, 0.025));
  CHECK(down > up);
  CHECK(lower_bound<Method>(fixed_in_advance(counts), 0).low == doctest::Approx(down).epsilon(1e-12));
  CHECK(lower_bound<Method>(fixed_in_advance({170, 30, 10, 90}), 0).low == doctest::Approx(down).epsilon(1e-12));
  CHECK(lower_bound<Method>(fixed_in_advance({10, 90, 170, 30}), 0).low == 0);
  CHECK(lower_bound<Method>(fixed_in_advance(counts), 0).guarantee == guarantee::asymptotic);
  CHECK_THROWS_WITH_AS((void)lower_bound<Method>(fixed_in_advance(counts), 1e-5),
                       doctest::Contains("delta: is not 0; the limit of a ratio holds at delta = 0 only"),
                       argument_error);
  for (const std::uint64_t tp : {0u, 1u, 5u})
    for (const std::uint64_t fp : {0u, 1u, 5u})
      for (const double error : {0.05, 1e-6}) {
        const double low = Method::low(verdict_counts::of(tp, 5, fp, 5), 0.0, error);
        CHECK(low >= 0);
        CHECK(std::isfinite(low));
      }
}
