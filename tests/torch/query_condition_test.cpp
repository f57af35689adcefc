// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/generator/query_condition.hpp>

#include "torch/doctest.hpp"

namespace {

using namespace telltale;

static_assert(QueryCondition<query::exact> && QueryCondition<query::shifted> && QueryCondition<query::mirrored> &&
              QueryCondition<query::darkened> && QueryCondition<query::noisy>);

// Pixel (r, c) of channel k of picture i is a number of its own, in [-1, 1).
at::Tensor numbered(std::int64_t n, std::int64_t side) {
  const std::int64_t all = n * 3 * side * side;
  return (at::arange(all, at::kDouble) * 2 / static_cast<double>(all) - 1).reshape({n, 3, side, side}).to(at::kFloat);
}

}  // namespace

DOCTEST_TEST_CASE("query conditions: exact is the picture itself, mirrored twice as well") {
  const at::Tensor pictures = numbered(3, 5);
  DOCTEST_CHECK(at::equal(in_condition(query::exact{}, pictures), pictures));
  const at::Tensor once = in_condition(query::mirrored{}, pictures);
  DOCTEST_CHECK_FALSE(at::equal(once, pictures));
  DOCTEST_CHECK(at::equal(in_condition(query::mirrored{}, once), pictures));
  DOCTEST_CHECK(once[1][2][3][0].item<float>() == pictures[1][2][3][4].item<float>());
}

DOCTEST_TEST_CASE("query conditions: shifted takes pixel (r + down, c + right), mirrored at the borders") {
  const at::Tensor pictures = numbered(2, 6), moved = in_condition(query::shifted{2, 1}, pictures);
  for (std::int64_t r = 0; r < 6; ++r)
    for (std::int64_t c = 0; c < 6; ++c) {
      const std::int64_t from_r = r + 2 < 6 ? r + 2 : 10 - (r + 2), from_c = c + 1 < 6 ? c + 1 : 10 - (c + 1);
      DOCTEST_CHECK(moved[1][0][r][c].item<float>() == pictures[1][0][from_r][from_c].item<float>());
    }
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(in_condition(query::shifted{6, 0}, pictures)),
                               doctest::Contains("wanted more pixels than the shift"), argument_error);
}

DOCTEST_TEST_CASE("query conditions: darkened is 0.6 v + 0.1 on the scale from 0 to 1, cut off") {
  const at::Tensor pictures = at::tensor({-1.0F, 0.0F, 1.0F}).reshape({1, 3, 1, 1});
  const at::Tensor dark = in_condition(query::darkened{}, pictures),
                   over = in_condition(query::darkened{2, 0}, pictures);
  const double wanted[] = {2 * 0.1 - 1, 2 * 0.4 - 1, 2 * 0.7 - 1}, cut[] = {-1, 1, 1};
  for (int k = 0; k < 3; ++k) {
    DOCTEST_CHECK(dark[0][k][0][0].item<double>() == doctest::Approx(wanted[k]).epsilon(1e-6));
    DOCTEST_CHECK(over[0][k][0][0].item<double>() == doctest::Approx(cut[k]).epsilon(1e-6));
  }
}

DOCTEST_TEST_CASE(
    "query conditions: noise has its deviation and depends on the seed and the place of the picture alone") {
  const at::Tensor grey = at::zeros({64, 3, 16, 16});
  const at::Tensor noise = in_condition(query::noisy{0.1}, grey, 7);
  // 49,152 normals: the standard error of their deviation is 0.1 / sqrt(2 n) = 0.0003.
  DOCTEST_CHECK(noise.std().item<double>() == doctest::Approx(0.1).epsilon(0.02));
  DOCTEST_CHECK(std::abs(noise.mean().item<double>()) < 0.003);
  DOCTEST_CHECK(at::equal(in_condition(query::noisy{0.1}, grey.narrow(0, 0, 5), 7), noise.narrow(0, 0, 5)));
  DOCTEST_CHECK_FALSE(at::equal(in_condition(query::noisy{0.1}, grey, 8), noise));
  DOCTEST_CHECK(in_condition(query::noisy{5}, grey, 1).abs().max().item<double>() <= 1);
}

DOCTEST_TEST_CASE("query conditions: refuse what is no batch of pictures") {
  const at::Tensor flat = at::zeros({4, 12});
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(in_condition(query::darkened{}, flat)), argument_error);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(in_condition(query::mirrored{}, flat)), argument_error);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(in_condition(query::noisy{}, at::zeros({2, 3, 4, 4}, at::kLong))),
                          argument_error);
}
