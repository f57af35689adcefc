// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include <telltale/backend/pack.hpp>

#include <doctest/doctest.h>

using namespace telltale::detail;

TEST_CASE_TEMPLATE("exp and atanh are right to a few units in the last place", Scalar, float, double) {
  const double unit = double(std::numeric_limits<Scalar>::epsilon());
  const double least = std::is_same_v<Scalar, float> ? -87 : -708;
  double worst_exp = 0, worst_atanh = 0;
  for (int i = 0; i <= 100000; ++i) {
    const auto x = Scalar(least * i / 100000);
    const long double wanted = std::exp((long double)(x));
    worst_exp = std::max(worst_exp, double(std::abs(exp_nonpositive<Scalar>(x - simd<Scalar>{})[0] - wanted) / wanted));
    const auto u = Scalar(i / 300000.0);
    const long double ratio = u > 0 ? std::atanh((long double)(u)) / u : 1;
    worst_atanh = std::max(worst_atanh, double(std::abs(atanh_ratio<Scalar>(u - simd<Scalar>{})[0] - ratio) / ratio));
  }
  CHECK(worst_exp <= 2 * unit);
  CHECK(worst_atanh <= 2 * unit);
}

TEST_CASE_TEMPLATE("exp ends in 0 and begins at 1", Scalar, float, double) {
  const auto at = [](double x) { return exp_nonpositive<Scalar>(Scalar(x) - simd<Scalar>{})[0]; };
  CHECK(at(0) == 1);
  CHECK(at(-1e4) == 0);
  CHECK(at(-std::numeric_limits<double>::infinity()) == 0);
}
