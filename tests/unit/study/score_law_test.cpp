// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/study/score_law.hpp>

#include <cmath>
#include <limits>

#include <telltale/core/error.hpp>

#include <doctest/doctest.h>

using namespace telltale::study;
using doctest::Approx;
using telltale::argument_error;

static_assert(ScoreLaw<score_law::gaussian> && ScoreLaw<score_law::logistic> && ScoreLaw<score_law::laplace>);

TEST_CASE("laws agree with SciPy and with themselves") {
  // scipy.stats 1.17.1: sf(1.3) and isf(0.01) of norm, logistic and laplace.
  const auto check = [](const auto& law, double tail, double point) {
    INFO(law.name);
    CHECK(law.above(1.3) == Approx(tail).epsilon(1e-9));
    CHECK(law.point_above(0.01) == Approx(point).epsilon(1e-9));
    for (const double share : {1e-6, 0.1, 0.5, 0.9, 0.999}) {
      const double z = law.point_above(share), h = 1e-5;
      CHECK(law.above(z) == Approx(share).epsilon(1e-9));
      if (share != 0.5)  // the kink of Laplace
        CHECK((law.above(z - h) - law.above(z + h)) / (2 * h) == Approx(law.density(z)).epsilon(1e-5));
    }
  };
  check(score_law::gaussian{}, 0.09680048458561036, 2.3263478740408408);
  check(score_law::logistic{}, 0.21416501695744142, 4.59511985013459);
  check(score_law::laplace{}, 0.13626589651700632, 3.912023005428146);
}

TEST_CASE("the TPR at a distance") {
  // Phi(Phi^-1(0.01) + 1) = Phi(-1.32635), SciPy.
  CHECK(tpr_at_distance(1, 0.01) == Approx(0.09236224).epsilon(1e-6));
  CHECK(tpr_at_distance(-1, 0.01) == tpr_at_distance(1, 0.01));
  CHECK(tpr_at_distance(0, 0.03, score_law::laplace{}) == Approx(0.03).epsilon(1e-12));
  // In Laplace's tail a step of d multiplies the rate by e^d.
  CHECK(tpr_at_distance(0.7, 0.01, score_law::laplace{}) == Approx(0.01 * std::exp(0.7)).epsilon(1e-12));
  // Members who do not spread at all are found as soon as they are beyond the threshold, 2.326.
  CHECK(tpr_at_distance(2.3, 0.01, score_law::gaussian{}, 0) == 0);
  CHECK(tpr_at_distance(2.4, 0.01, score_law::gaussian{}, 0) == 1);
  CHECK_THROWS_AS(static_cast<void>(tpr_at_distance(1, 0)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(tpr_at_distance(1, 1)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(tpr_at_distance(std::numeric_limits<double>::infinity(), 0.1)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(tpr_at_distance(1, 0.1, score_law::gaussian{}, -1)), argument_error);
}
