// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/study/simulated_lira.hpp>

#include <cmath>
#include <cstdio>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/study/average_tpr.hpp>

#include <doctest/doctest.h>

using namespace telltale::study;
using telltale::argument_error;

TEST_CASE("simulated LiRA lies about the exact curve") {
  // 2 dimensions x 3 numbers of classes x 5 shots x 3 FPRs = 90 cells: at 95 % some four or five intervals miss.
  int cells = 0, missed = 0, missed_fpr = 0;
  double worst = 0;
  for (const std::size_t dimension : {50u, 100u})
    for (const std::size_t classes : {2u, 5u, 10u}) {
      const simplified_model<> model(classes, covariance::isotropic(dimension, 1.0 / static_cast<double>(dimension)));
      for (const std::size_t shots : {4u, 16u, 64u, 256u, 1024u})
        for (const double fpr : {0.1, 0.01, 0.001}) {
          const simulated_rates found = simulate_lira(model, shots, fpr,
                                                      {.records = 150,
                                                       .targets = 100,
                                                       .shadows = 0,
                                                       .seed = static_cast<std::uint64_t>(++cells),
                                                       .threads = 0});
          const double exact = average_tpr<training_draw::afresh>(model, shots, fpr);
          missed += exact < found.tpr.low || exact > found.tpr.high;
          missed_fpr += fpr < found.fpr.low || fpr > found.fpr.high;
          const double error = (found.tpr.high - found.tpr.low) / 3.92;
          if (found.true_positives >= 50) worst = std::max(worst, std::abs(found.tpr.value - exact) / error);
          CHECK(found.trials == 15000);
        }
    }
  MESSAGE(missed << " of " << cells << " intervals miss the exact TPR, " << missed_fpr << " the FPR; farthest " << worst
                 << " standard errors");
  // Of 90 at 95 %: 11 or more has probability 0.006; with an FPR of 0.001 and 15 passes the normal interval is short.
  CHECK(missed <= 11);
  CHECK(missed_fpr <= 11);
  CHECK(worst < 4);
}

TEST_CASE("the simulation can refute: other formulas lie outside its interval") {
  const simplified_model<> model(2, covariance::isotropic(100, 0.01));
  const simulated_rates found = simulate_lira(model, 64, 0.01, {.records = 200, .targets = 500});
  CHECK(found.tpr.high < average_tpr<training_draw::half_of_one_pool>(model, 64, 0.01));
  CHECK(found.tpr.low > average_tpr(model, 128, 0.01));
  CHECK(found.tpr.low > average_tpr(model, 64, 0.01, score_law::logistic{}));
  // At four shots the theorem's equal spreads show: 0.9807 instead of 0.9902.
  const simulated_rates few = simulate_lira(model, 4, 0.1, {.records = 400, .targets = 250});
  CHECK(few.tpr.low > average_tpr(model, 4, 0.1));
}

TEST_CASE("the adversary's own uncertainty about the side lowers what he finds, as its formula says") {
  const std::vector<double> sigma{0.4, 0.1, 0, 0.1, 0.3, 0, 0, 0, 0.2};
  const simplified_model<covariance::general> model(2, covariance::general(3, sigma));
  const std::size_t shots = 256, shadows = 16;
  const simulated_rates found =
      simulate_lira(model, shots, 0.1, {.records = 4000, .targets = 30, .shadows = shadows, .seed = 3, .threads = 0});
  // The formula, averaged over the same kind of records.
  double expected = 0;
  const int records = 20000;
  for (int r = 0; r < records; ++r) {
    telltale::random_stream random(17, static_cast<std::uint64_t>(r));
    const std::size_t c = static_cast<std::size_t>(r) % 2;
    expected +=
        tpr_with_shadows(distance_at(model.sensitivity(model.record(random, c), c), shots), 0.1, shadows) / records;
  }
  const double error = (found.tpr.high - found.tpr.low) / 3.92;
  MESSAGE("with 16 shadows of each side " << found.tpr.value << " +- " << error << ", expected " << expected
                                          << ", with the side known "
                                          << average_tpr_sampled(model, shots, 0.1, 20000, 1).value);
  CHECK(std::abs(found.tpr.value - expected) < 4 * error);
  CHECK(found.tpr.value + 4 * error < average_tpr_sampled(model, shots, 0.1, 20000, 1).value);
}

TEST_CASE("threads change nothing, seeds do") {
  const simplified_model<> model(2, covariance::isotropic(10, 0.1));
  const auto with = [&](std::uint64_t seed, std::size_t threads) {
    return simulate_lira(model, 8, 0.05,
                         {.records = 60, .targets = 20, .shadows = 4, .seed = seed, .threads = threads});
  };
  CHECK(with(1, 1).tpr == with(1, 4).tpr);
  CHECK(with(1, 1).false_positives == with(1, 3).false_positives);
  CHECK(with(1, 1).true_positives != with(2, 1).true_positives);
}

TEST_CASE("what cannot be simulated is refused") {
  const simplified_model<> model(2, covariance::isotropic(10, 0.1));
  CHECK_THROWS_AS(static_cast<void>(simulate_lira(model, 0, 0.1)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(simulate_lira(model, 4, 0)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(simulate_lira(model, 4, 0.1, {.records = 1})), argument_error);
  CHECK_THROWS_AS(static_cast<void>(simulate_lira(model, 4, 0.1, {.targets = 0})), argument_error);
  CHECK_THROWS_AS(static_cast<void>(simulate_lira(model, 4, 0.1, {}, 1)), argument_error);
}
