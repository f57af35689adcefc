// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

#include <telltale/metric/epsilon/lower_bounds.hpp>

#include <doctest/doctest.h>

#include "oracle/epsilon.hpp"

using namespace telltale;
using namespace telltale::metric::epsilon;

TEST_CASE("bounds by name are those by type, in the order asked for") {
  random_stream random(8);
  const auto data = oracle::draw(random, 600, oracle::tossed, oracle::gaussian_mechanism{2});
  const std::string_view names[] = {"one-run", "clopper-pearson", "one-run-gaussian", "bayesian", "gaussian-dp"};
  const auto by_name =
      lower_bounds(every_method{}, data.scores, data.member, names, strategy::split{0.4, 3}, 1e-5, 0.9);
  REQUIRE(by_name.size() == 5);
  const auto agrees = [&](const bound& got, const bound& wanted) {
    CHECK(got.low == wanted.low);
    CHECK(got.low > 0);
    CHECK(got.method == wanted.method);
    CHECK(got.guarantee == wanted.guarantee);
    CHECK(got.counts == wanted.counts);
    CHECK(got.threshold == wanted.threshold);
    CHECK(got.strategy == "split");
  };
  const strategy::split chosen{0.4, 3};
  agrees(by_name[0], lower_bound<one_run>(data.scores, data.member, chosen, 1e-5, 0.9));
  agrees(by_name[1], lower_bound<clopper_pearson>(data.scores, data.member, chosen, 1e-5, 0.9));
  agrees(by_name[2], lower_bound<one_run_gaussian>(data.scores, data.member, chosen, 1e-5, 0.9));
  agrees(by_name[3], lower_bound<bayesian>(data.scores, data.member, chosen, 1e-5, 0.9));
  agrees(by_name[4], lower_bound<gaussian>(data.scores, data.member, chosen, 1e-5, 0.9));
}

TEST_CASE("every method by every strategy") {
  random_stream random(9);
  const auto data = oracle::draw(random, 400, oracle::tossed, oracle::gaussian_mechanism{3});
  for (const any_strategy& chosen : {any_strategy{strategy::bonferroni{}}, any_strategy{strategy::fixed{1.5}},
                                     any_strategy{strategy::split{}}, any_strategy{strategy::multi_split{5}}}) {
    for (const std::string_view name : every_method::names) {
      const bool of_a_ratio = name.ends_with("log") || name == "bailey" || name == "inverse-sinh";
      const bool of_gaussians = name == "gaussian-dp" || name == "one-run-gaussian";
      const double delta = of_a_ratio ? 0 : 1e-5;
      const auto bounds = lower_bounds(every_method{}, data.scores, data.member, std::vector{name}, chosen, delta);
      REQUIRE(bounds.size() == 1);
      CAPTURE(name);
      CHECK(bounds[0].method == name);
      CHECK(bounds[0].low > 0.5);
      CHECK(bounds[0].low < (of_gaussians ? 20 : 8));
      CHECK(!to_string(bounds[0].guarantee).empty());
    }
  }
}

TEST_CASE("an unknown name lists those there are") {
  const std::vector<double> scores{2, 1};
  const std::vector<membership> member{membership::in, membership::out};
  const std::string_view names[] = {"clopper-pearson", "magic"};
  CHECK_THROWS_WITH_AS((void)lower_bounds(every_method{}, scores, member, names, strategy::bonferroni{}, 0),
                       doctest::Contains("names: has \"magic\"; wanted some of clopper-pearson, one-run, gaussian-dp, "
                                         "one-run-gaussian, bayesian, katz-log, adjusted-log, bailey, inverse-sinh"),
                       argument_error);
  CHECK(lower_bounds(every_method{}, scores, member, {}, strategy::bonferroni{}, 0).empty());
}

TEST_CASE_TEMPLATE("a method asked directly refuses an error and a delta that are none", Method, clopper_pearson,
                   one_run, gaussian, one_run_gaussian, bayesian, katz_log, adjusted_log, bailey, inverse_sinh) {
  const verdict_counts counts{90, 10, 10, 90};
  for (const double error : {0.0, 1.0, 1.5, std::nan("")})
    CHECK_THROWS_WITH_AS((void)Method::low(counts, 1e-5, error), doctest::Contains("error: is "), argument_error);
  for (const double delta : {-0.5, 1.0, std::nan("")})
    CHECK_THROWS_WITH_AS((void)Method::low(counts, delta, 0.05), doctest::Contains("delta: is "), argument_error);
}

TEST_CASE_TEMPLATE("a bound of any counts is finite, not below 0, and no larger at a smaller error", Method,
                   clopper_pearson, one_run, gaussian, one_run_gaussian, bayesian, katz_log, adjusted_log, bailey,
                   inverse_sinh) {
  random_stream random(10);
  const auto any = [&random]() -> std::uint64_t {
    const std::uint64_t scale[] = {1, 3, 30, 1000, 100'000};
    return random.below(3) == 0 ? 0 : random.below(scale[random.below(5)]);
  };
  const bool of_a_ratio = Method::guarantee == guarantee::asymptotic;
  for (int i = 0; i < 60; ++i) {
    verdict_counts counts{any() + 1, any(), any(), any() + 1};
    const double delta = of_a_ratio ? 0 : i % 2 ? 1e-5 : 0.1;
    CAPTURE(i);
    const double often = Method::low(counts, delta, 0.05), seldom = Method::low(counts, delta, 1e-6);
    CHECK(std::isfinite(often));
    CHECK(seldom >= 0);
    CHECK(seldom <= often + 1e-9);
  }
}
