// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include <telltale/accounting/calibrate.hpp>
#include <telltale/accounting/gaussian_dp.hpp>
#include <telltale/accounting/privacy_loss.hpp>
#include <telltale/accounting/renyi.hpp>

#include <doctest/doctest.h>

using doctest::Approx;
using namespace telltale::accounting;

namespace {

std::vector<double> opacus_orders() {
  std::vector<double> result;
  for (int i = 11; i < 110; ++i) result.push_back(i / 10.0);
  for (double order = 12; order < 64; ++order) result.push_back(order);
  return result;
}

}  // namespace

TEST_CASE("noise for epsilon 8: Opacus' bisection ends up to 0.01 epsilon above the exact root") {
  // tests/accountants_test.py, delta 1e-5, rate 0.04: 90 epochs are 2250 steps. It stops once epsilon is within 0.01
  // below the target, so its noise is not the root: the exact ones are ours, and theirs must cost between 7.99 and 8.
  const privacy_target target{8, 1e-5};
  struct row {
    std::uint64_t steps;
    double opacus, root;
  };
  const renyi<> by_renyi{opacus_orders()};
  for (const row& each : std::initializer_list<row>{{2250, 1.416, 1.415787143}, {2000, 1.3562, 1.356134217}}) {
    const auto got = smallest_sigma(by_renyi, target, 0.04, each.steps);
    CHECK(got.epsilon <= 8);
    CHECK(got.epsilon == Approx(8).epsilon(1e-6));
    CHECK(got.value == Approx(each.root).epsilon(1e-7));
    CHECK(std::abs(got.value - each.opacus) < 5e-4);
  }
  for (const row& each : std::initializer_list<row>{{2250, 1.34765625, 1.34588}, {2000, 1.2915, 1.28997}}) {
    const auto got = smallest_sigma(privacy_loss{1e-3}, target, 0.04, each.steps);
    CHECK(got.epsilon <= 8);
    CHECK(got.value == Approx(each.root).epsilon(2e-4));
    CHECK(got.value < each.opacus);
    CHECK(got.value > each.opacus - 0.003);  // two times 0.01 epsilon, at a slope of -11 a unit of noise
  }
  const auto limit = smallest_sigma(central_limit{}, target, 0.04, 2250);
  CHECK(limit.value <= 1.3232421875);
  CHECK(limit.value > 1.3232421875 - 0.001);
}

TEST_CASE("each parameter is found again, and never costs more than the target") {
  const composition training(gaussian{1.3, 0.02, 700}, laplace{25, 4});
  const auto check = [&](const auto& accountant, double tolerance) {
    const privacy_target target{accountant.epsilon(training, 1e-6).epsilon, 1e-6};
    const std::vector<mechanism> beside{laplace{25, 4}};
    const auto sigma = smallest_sigma(accountant, target, 0.02, 700, beside);
    const auto rate = largest_rate(accountant, target, 1.3, 700, beside);
    const auto steps = most_steps(accountant, target, 1.3, 0.02, beside);
    CHECK(sigma.value == Approx(1.3).epsilon(tolerance));
    CHECK(rate.value == Approx(0.02).epsilon(tolerance));
    CHECK(static_cast<double>(steps.value) == Approx(700).epsilon(4 * tolerance));
    for (const double epsilon : {sigma.epsilon, rate.epsilon, steps.epsilon}) CHECK(epsilon <= target.epsilon);
    CHECK(accountant.epsilon(composition(gaussian{sigma.value, 0.02, 700}, laplace{25, 4}), 1e-6).epsilon <=
          target.epsilon * 1.01);
    for (const unsigned evaluations : {sigma.evaluations, rate.evaluations, steps.evaluations})
      CHECK(evaluations <= 100);
  };
  check(renyi<>{}, 1e-5);
  check(privacy_loss{1e-3}, 0.002);
}

TEST_CASE("without sampling the smallest noise is the analytic Gaussian mechanism's") {
  // Balle and Wang 2018: epsilon(1) at delta 1e-5 is 4.3771780957, so sigma is 1.
  CHECK(smallest_sigma(central_limit{}, {4.3771780957, 1e-5}, 1, 1).value == Approx(1).epsilon(2e-7));
  CHECK(smallest_sigma(privacy_loss{1e-4}, {4.3771780957, 1e-5}, 1, 1).value == Approx(1).epsilon(5e-5));
  CHECK(most_steps(central_limit{}, {4.3771780958, 1e-5}, 10, 1).value == 100);
}

TEST_CASE("the ends of the ranges") {
  CHECK(largest_rate(renyi<>{}, {8, 1e-5}, 150, 20).value == 1);
  CHECK(most_steps(renyi<>{}, {8, 1e-5}, 1e6, 1e-6).value == std::uint64_t{1} << 30);
  // A tight target is still met closely: the grid follows it.
  const auto small = smallest_sigma(privacy_loss{}, {0.02, 1e-6}, 0.04, 20);
  CHECK(small.epsilon <= 0.02);
  CHECK(small.epsilon > 0.0196);
  const auto none = smallest_sigma(privacy_loss{}, {0, 1e-6}, 0.1, 10);
  CHECK(none.epsilon == 0);
}

TEST_CASE("an unreachable target says so, and why") {
  const auto refusal = [](const auto& work) -> std::string {
    try {
      static_cast<void>(work());
    } catch (const telltale::argument_error& error) {
      return error.what();
    }
    return "nothing";
  };
  const std::vector<mechanism> loud{laplace{0.5}};
  CHECK(refusal([&] {
          return smallest_sigma(privacy_loss{}, {1, 1e-6}, 0.04, 20, loud);
        }) == "smallest_sigma: target: cannot be reached: epsilon stays above it with a noise multiplier of 1e12");
  CHECK(refusal([&] {
          return largest_rate(renyi<>{}, {1, 1e-6}, 1, 20, loud);
        }) == "largest_rate: target: cannot be reached: epsilon stays above it with a sampling rate of 1e-15");
  CHECK(refusal([&] {
          return most_steps(renyi<>{}, {0.1, 1e-6}, 1, 1);
        }) == "most_steps: target: cannot be reached: epsilon stays above it with one step");
  CHECK(refusal([&] {
          return smallest_sigma(central_limit{}, {1, 1e-6}, 0.04, 20, loud);
        }).find("Gaussian noise only") != std::string::npos);
  CHECK(refusal([] {
          return smallest_sigma(renyi<>{}, {1, 1e-6}, 2, 20);
        }) == "composition: rate: is 2; wanted a value in (0, 1]");
}
