// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <telltale/observation/floored.hpp>
#include <telltale/scorer/each_query.hpp>
#include <telltale/scorer/logit_margin.hpp>

#include "unit/scorer/scored.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using doctest::Approx;

TEST_CASE("a floor raises what lies below it and counts the records") {
  const std::vector<double> p{1, 0, 0, .5, .25, .25, .9, .1, 0};
  const std::vector<int> y{0, 0, 2};
  const auto batch = floored(classification<eigen<double>>({p, 3, 3}, y, stored_as::probabilities), 1e-3);
  const auto margin = scored::by(logit_margin{}, batch);
  CHECK(margin[0] == Approx(std::log(1 / 2e-3)));
  CHECK(margin[1] == Approx(0));
  CHECK(margin[2] == Approx(std::log(1e-3)));
  CHECK(batch.records_touched() == 2);
}

TEST_CASE("a floor means the same whatever is stored") {
  const std::vector<double> z{0, -20, 1, 0, 0, 0};
  const std::vector<int> y{1, 1};
  const scored::hard_batch<double> shape(1, 3, 1);
  std::vector<double> logarithms, probabilities;
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t c = 0; c < 3; ++c) {
      const oracle::row row(z.begin() + std::ptrdiff_t(3 * i), z.begin() + std::ptrdiff_t(3 * i + 3));
      logarithms.push_back(double(oracle::loss(row, c)));
      probabilities.push_back(double(oracle::confidence(row, c)));
    }
  const auto margin = [&](const std::vector<double>& values, stored_as form) {
    const auto batch = floored(classification<eigen<double>>({values, 2, 3}, y, form), 1e-4);
    CHECK(batch.records_touched() == 1);
    return scored::by(logit_margin{}, batch);
  };
  const auto a = margin(z, stored_as::logits), b = margin(logarithms, stored_as::log_probabilities),
             c = margin(probabilities, stored_as::probabilities);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(a[i] == Approx(b[i]).epsilon(1e-12));
    CHECK(a[i] == Approx(c[i]).epsilon(1e-12));
  }
  CHECK(a[0] == Approx(std::log(1e-4)).epsilon(1e-4));
}

TEST_CASE("a record with several queries is counted once") {
  const std::vector<double> p{1, 0, 1, 0, .5, .5, .5, .5};
  const std::vector<int> y{0, 0};
  const auto batch = floored(classification<eigen<double>>({p, 2, 2, 2}, y, stored_as::probabilities), 1e-3);
  CHECK(batch.records_touched() == 1);
  CHECK(scored::by(each_query<logit_margin>{}, batch)[1] == Approx(std::log(1e3)));
}

TEST_CASE("a floor is a probability that the stored type can hold") {
  const std::vector<float> p{1, 0};
  const std::vector<int> y{0};
  const classification<eigen<float>> batch({p, 1, 2}, y, stored_as::probabilities);
  for (const double bad : {0.0, -1.0, 0.5, 1e-50, std::nan("")})
    CHECK_THROWS_AS((void)floored(batch, bad), argument_error);
}
