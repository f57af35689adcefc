// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include <telltale/backend/column.hpp>

#include <doctest/doctest.h>

using telltale::belief;
using telltale::column;

TEST_CASE("a belief is exact at both ends and in between") {
  for (const std::size_t size : {1u, 3u, 4u, 5u, 255u, 256u}) {
    column margin(size);
    for (std::size_t i = 0; i < size; ++i) margin[i] = (double(i) - double(size) / 2) * 2.6;
    const belief of = telltale::belief_of(margin);
    const column log_of_rest = softplus(margin);
    for (std::size_t i = 0; i < size; ++i) {
      const long double m = margin[i], p = 1 / (1 + std::exp(-m)), rest = 1 / (1 + std::exp(m)),
                        surprisal = m > 0 ? std::log1p(std::exp(-m)) : -m + std::log1p(std::exp(m));
      CHECK(std::abs(of.truth[i] - p) <= 1e-15L * p);
      CHECK(std::abs(of.rest[i] - rest) <= 1e-15L * rest);
      CHECK(std::abs(of.surprisal[i] - surprisal) <= 1e-15L * surprisal);
      CHECK(std::abs(log_of_rest[i] - (surprisal + m)) <= 1e-15L * std::max(surprisal + m, surprisal * 1e-3L + 1e-19L));
    }
  }
}

TEST_CASE("log1p keeps what 1 + x rounds away") {
  column x(5);
  const double values[] = {0, 1e-300, 1e-20, 0.5, 1e6};
  std::copy_n(values, 5, x.data());
  const column y = log1p(x);
  for (std::size_t i = 0; i < 5; ++i) CHECK(std::abs(y[i] - std::log1p(values[i])) <= 4e-16 * std::log1p(values[i]));
}

TEST_CASE("a column says whether all of it is finite") {
  double out[9];
  column x(9, 1.0);
  CHECK(x.copy_to(out));
  for (std::size_t at = 0; at < 9; ++at)
    for (const double bad : {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN()}) {
      column y = x;
      y[at] = bad;
      CHECK_FALSE(y.copy_to(out));
    }
  CHECK(column(9, 1e308).copy_to(out));  // their sum overflows, they do not
  CHECK(out[8] == 1e308);
}
