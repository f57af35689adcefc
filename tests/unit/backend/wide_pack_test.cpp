// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/backend/wide_pack.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <telltale/backend/column.hpp>
#include <telltale/backend/eigen/softmax_kernels.hpp>
#include <telltale/core/random.hpp>

#include <doctest/doctest.h>

using namespace telltale;

namespace {

template <class Scalar>
std::vector<Scalar> drawn(std::size_t count, double scale, std::uint64_t seed) {
  random_stream random(seed);
  std::vector<Scalar> values(count);
  for (Scalar& x : values) x = static_cast<Scalar>(scale * random.normal());
  return values;
}

// Where products are fused with sums, as a user's flags may allow, the compiler chooses which.
template <class Number>
bool same(const std::vector<Number>& a, const std::vector<Number>& b) {
#ifdef __FMA__
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!(std::abs(a[i] - b[i]) <= Number(1e-6) * (1 + std::abs(b[i])))) return false;
  return a.size() == b.size();
#else
  return a == b;
#endif
}

}  // namespace

TEST_CASE_TEMPLATE("a kernel gives the same bits in wide registers and in narrow ones", Scalar, float, double) {
  using narrow = detail::pack<Scalar>;
  constexpr std::size_t lanes = narrow::lanes, groups = 5;
  for (const std::size_t classes : std::vector<std::size_t>{1, 2, 3, 19, 100}) {
    // Far apart, so that some exponentials are 0.
    const std::vector<Scalar> scores = drawn<Scalar>(groups * classes * lanes, 60, classes);
    const std::size_t rows = groups * lanes;
    std::vector<double> tops[2], sums[2], columns[2];
    std::vector<Scalar> softmax[2] = {scores, scores};
    const std::vector<Scalar> weights = drawn<Scalar>(rows, 1, 9);
    for (int wide = 0; wide < 2; ++wide) {
      tops[wide].resize(rows);
      sums[wide].resize(rows);
      columns[wide].resize(classes);
    }
    detail::sum_exponentials::run<narrow>(scores.data(), groups, classes, tops[0].data(), sums[0].data());
    detail::run_kernel<Scalar, detail::sum_exponentials>(scores.data(), groups, classes, tops[1].data(),
                                                         sums[1].data());
    CHECK(same(tops[0], tops[1]));
    CHECK(same(sums[0], sums[1]));
    detail::softmax_in_place::run<narrow>(softmax[0].data(), groups, classes);
    detail::run_kernel<Scalar, detail::softmax_in_place>(softmax[1].data(), groups, classes);
    CHECK(same(softmax[0], softmax[1]));
    detail::add_weighted_columns::run<narrow>(scores.data(), groups, classes, weights.data(), columns[0].data());
    detail::run_kernel<Scalar, detail::add_weighted_columns>(scores.data(), groups, classes, weights.data(),
                                                             columns[1].data());
    CHECK(same(columns[0], columns[1]));
  }
}

TEST_CASE("margins become surprisals with the same bits, whole packs or not") {
  for (const std::size_t rows : std::vector<std::size_t>{1, 3, 4, 7, 256}) {
    const std::vector<double> margins = drawn<double>(rows, 30, rows);
    std::vector<double> narrow(256), wide(256);
    detail::softplus_of_rows::run<detail::pack<double>>(margins.data(), rows, narrow.data());
    detail::run_kernel<double, detail::softplus_of_rows>(margins.data(), rows, wide.data());
    narrow.resize(rows);
    wide.resize(rows);
    CHECK(same(narrow, wide));
    for (std::size_t i = 0; i < rows; ++i)
      CHECK(narrow[i] == doctest::Approx(std::max(margins[i], 0.0) + std::log1p(std::exp(-std::abs(margins[i])))));
  }
}
