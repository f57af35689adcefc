// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// The bound against what is known exactly: Gaussians without sampling, one step, two steps, discrete mechanisms.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include <telltale/accounting/gaussian_dp.hpp>
#include <telltale/accounting/privacy_loss.hpp>
#include <telltale/accounting/renyi.hpp>

#include "oracle/accounting.hpp"
#include "oracle/dp_accounting.hpp"

#include <doctest/doctest.h>

using doctest::Approx;
using namespace telltale::accounting;

namespace {

// The exact epsilon lies in [epsilon - error, epsilon]; 1e-9 for the rounding of the exact value itself.
void check_encloses(const privacy_loss_bound& got, double exact, double wanted_error) {
  CHECK(got.error <= wanted_error);
  CHECK(got.epsilon >= exact * (1 - 1e-9) - 1e-12);
  CHECK(got.epsilon - got.error <= exact * (1 + 1e-9) + 1e-12);
  CHECK(got.epsilon == std::max(got.remove, got.add));
}

}  // namespace

TEST_CASE("without sampling: the closed form of Balle and Wang, and below Renyi") {
  int settings = 0;
  for (const double sigma : {0.3, 0.7, 1.0, 3.0, 20.0, 500.0})
    for (const std::uint64_t steps : {1u, 7u, 100u, 500u})
      for (const double delta : {1e-3, 1e-6, 1e-10, 1e-30}) {
        INFO(sigma << " " << steps << " " << delta);
        const composition training(gaussian{sigma, 1, steps});
        const privacy_loss_bound got = privacy_loss{}.epsilon(training, delta);
        check_encloses(got, gaussian_epsilon(std::sqrt(static_cast<double>(steps)) / sigma, delta), 0.01);
        CHECK(got.epsilon <= renyi<>{}.epsilon(training, delta).epsilon + got.error);
        ++settings;
      }
  CHECK(settings == 96);
}

TEST_CASE("one step with sampling: quadrature, either direction, and below Renyi") {
  int settings = 0;
  for (const double sigma : {0.3, 0.8, 2.0, 10.0})
    for (const double rate : {1e-3, 0.03, 0.5, 0.99})
      for (const double delta : {1e-3, 1e-5, 1e-9}) {
        INFO(sigma << " " << rate << " " << delta);
        const gaussian step{sigma, rate};
        const privacy_loss_bound got = privacy_loss{}.epsilon(composition(step), delta);
        const auto exact = [&](bool removed) {
          return oracle::epsilon_of([&](double e) { return oracle::closed_delta(step, removed, e); }, delta, 100);
        };
        check_encloses(got, std::max(exact(true), exact(false)), 0.01);
        CHECK(got.remove >= exact(true) - 1e-12);
        CHECK(got.add >= exact(false) - 1e-12);
        CHECK(got.add - exact(false) <= 0.1);  // on a grid chosen for the larger of the two
        CHECK(got.epsilon <= renyi<>{}.epsilon(composition(step), delta).epsilon + got.error);
        ++settings;
      }
  CHECK(settings == 48);
}

TEST_CASE("the closed form of one step agrees with quadrature of its definition") {
  for (const double sigma : {0.3, 1.0, 4.0})
    for (const double rate : {0.01, 0.4, 0.97})
      for (const double epsilon : {0.0, 0.05, 0.7, 3.0})
        for (const bool removed : {true, false}) {
          const double closed = oracle::closed_delta({sigma, rate}, removed, epsilon);
          CHECK(std::abs(closed - oracle::gaussian_pair{{sigma, rate}, removed}.delta(epsilon)) < 1e-10);
        }
}

TEST_CASE("delta of one step") {
  // Computed when the library was planned; the last by its definition.
  for (const auto& [rate, sigma, epsilon, wanted] :
       std::initializer_list<std::tuple<double, double, double, double>>{{1, 1, 1, 0.1269367375},
                                                                         {0.1, 1, 0.5, 0.00203253692},
                                                                         {0.01, 1.1, 0.1, 3.114751738e-5},
                                                                         {0.04, 1.5, 0.05, 0.002014314861}}) {
    CHECK(oracle::delta_of_one_step({sigma, rate}, epsilon) == Approx(wanted).epsilon(1e-9));
    for (const double error : {0.01, 1e-4}) {
      const privacy_loss_bound got = privacy_loss{error}.delta(composition(gaussian{sigma, rate}), epsilon);
      CHECK(got.delta >= wanted * (1 - 1e-9));
      CHECK(got.delta - got.error <= wanted * (1 + 1e-9));
      CHECK(got.delta <= oracle::delta_of_one_step({sigma, rate}, epsilon - error) * (1 + 1e-9));
    }
  }
}

TEST_CASE("two unlike steps: the second's curve averaged over the first, either direction") {
  for (const auto& [first, second] : std::initializer_list<std::pair<gaussian, gaussian>>{
           {{1, 0.1}, {1, 0.1}}, {{0.7, 0.02}, {2, 0.5}}, {{5, 1}, {0.5, 0.001}}})
    for (const double delta : {1e-3, 1e-6}) {
      const auto exact = [&, &one = first, &other = second](bool removed) {
        return oracle::epsilon_of(
            [&](double epsilon) {
              return oracle::delta_of_two_steps(
                  one, [&](double e) { return oracle::closed_delta(other, removed, e); }, removed, epsilon);
            },
            delta, 20);
      };
      const privacy_loss_bound got = privacy_loss{1e-3}.epsilon(composition(first, second), delta);
      CHECK(got.error <= 1e-3);
      CHECK(got.epsilon - std::max(exact(true), exact(false)) <= got.error + 5e-7);
      CHECK(got.remove >= exact(true) - 5e-7);
      CHECK(got.add >= exact(false) - 5e-7);
    }
}

TEST_CASE("unlike mechanisms: Gaussian beside Laplace, and beside randomised response") {
  const gaussian noise{2, 0.3};
  const double scale = 1.5, yes = 1 / (1 + std::exp(-0.4)), delta = 1e-4;
  const auto mixed = [&](const std::function<double(double, bool)>& averaged) {
    const auto in = [&](bool removed) {
      return oracle::epsilon_of([&](double e) { return averaged(e, removed); }, delta, 20);
    };
    return std::max(in(true), in(false));
  };
  const double with_laplace = mixed([&](double epsilon, bool removed) {
    const auto curve = [&](double loss) { return oracle::closed_delta(noise, removed, epsilon - loss); };
    const double most = 1 / scale;
    return 0.5 * curve(most) + 0.5 * std::exp(-most) * curve(-most) +
           oracle::integral([&](double loss) { return 0.25 * std::exp((loss - most) / 2) * curve(loss); }, -most, most);
  });
  check_encloses(privacy_loss{1e-3}.epsilon(composition(laplace{scale}, noise), delta), with_laplace, 1e-3);
  const double with_response = mixed([&](double epsilon, bool removed) {
    const auto curve = [&](double loss) { return oracle::closed_delta(noise, removed, epsilon - loss); };
    return yes * curve(0.4) + (1 - yes) * curve(-0.4);
  });
  check_encloses(privacy_loss{1e-3}.epsilon(composition(noise, approximate{0.4}), delta), with_response, 1e-3);
}

TEST_CASE("discrete mechanisms have sums as oracles") {
  // k of n randomised responses tell the truth: loss (2k - n) epsilon. A failure, if any, beats every epsilon.
  const double each = 0.3, failure = 1e-7;
  const int n = 40;
  const auto delta_at = [&](double epsilon) {
    double sum = 0;
    for (int k = 0; k <= n; ++k) {
      const double loss = (2 * k - n) * each;
      if (loss <= epsilon) continue;
      const double log_mass = std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) -
                              k * std::log1p(std::exp(-each)) - (n - k) * std::log1p(std::exp(each));
      sum += std::exp(log_mass) * -std::expm1(epsilon - loss);
    }
    const double none = std::pow(1 - failure, n);
    return 1 - none + none * sum;
  };
  const composition responses(approximate{each, failure, n});
  for (const double delta : {1e-2, 1e-4, 5e-6})
    check_encloses(privacy_loss{1e-3}.epsilon(responses, delta), oracle::epsilon_of(delta_at, delta, 20), 1e-3);
  CHECK(privacy_loss{}.epsilon(responses, 3.9e-6).epsilon == std::numeric_limits<double>::infinity());
  CHECK(privacy_loss{}.delta(responses, 12.5).delta == Approx(1 - std::pow(1 - failure, n)).epsilon(1e-6));
  // One Laplace release: delta = 1 - e^((epsilon - 1/b)/2), so epsilon = 1/b + 2 log(1 - delta).
  check_encloses(privacy_loss{}.epsilon(composition(laplace{0.5}), 0.01), 2 + 2 * std::log(0.99), 0.01);
}

TEST_CASE("with sampling: below Renyi, above one step, and a finer grid lies inside a coarser one") {
  int settings = 0;
  for (const double sigma : {0.6, 1.0, 2.0, 8.0})
    for (const double rate : {1e-3, 0.02, 0.3})
      for (const std::uint64_t steps : {10u, 200u, 2000u})
        for (const double delta : {1e-5, 1e-9}) {
          INFO(sigma << " " << rate << " " << steps << " " << delta);
          const composition training(gaussian{sigma, rate, steps});
          const privacy_loss_bound coarse = privacy_loss{0.03}.epsilon(training, delta),
                                   fine = privacy_loss{0.01}.epsilon(training, delta);
          CHECK(coarse.error <= 0.03);
          CHECK(fine.error <= 0.01);
          CHECK(fine.epsilon <= coarse.epsilon + fine.error);
          CHECK(fine.epsilon - fine.error <= coarse.epsilon);
          CHECK(coarse.epsilon - coarse.error <= fine.epsilon);
          CHECK(fine.epsilon <= renyi<>{}.epsilon(training, delta).epsilon + fine.error);
          CHECK(fine.epsilon >= privacy_loss{}.epsilon(composition(gaussian{sigma, rate}), delta).epsilon - 0.01);
          ++settings;
        }
  CHECK(settings == 72);  // with the two grids above, 216
}

TEST_CASE("monotone in every argument, certainly") {
  const privacy_loss accountant{1e-3};
  const auto rises = [](const std::vector<privacy_loss_bound>& bounds) {
    for (std::size_t i = 1; i < bounds.size(); ++i) CHECK(bounds[i].epsilon - bounds[i].error > bounds[i - 1].epsilon);
  };
  std::vector<privacy_loss_bound> by_noise, by_rate, by_steps, by_delta;
  for (const double sigma : {3.0, 2.0, 1.5, 1.2, 1.0, 0.8, 0.6})
    by_noise.push_back(accountant.epsilon(composition(gaussian{sigma, 0.02, 500}), 1e-6));
  for (const double rate : {0.001, 0.003, 0.01, 0.03, 0.1, 0.4, 1.0})
    by_rate.push_back(accountant.epsilon(composition(gaussian{1.5, rate, 500}), 1e-6));
  for (const std::uint64_t steps : {1u, 10u, 100u, 300u, 1000u, 3000u})
    by_steps.push_back(accountant.epsilon(composition(gaussian{1.5, 0.02, steps}), 1e-6));
  for (const double delta : {1e-2, 1e-4, 1e-6, 1e-9, 1e-12, 1e-100})
    by_delta.push_back(accountant.epsilon(composition(gaussian{1.5, 0.02, 500}), delta));
  for (const auto& bounds : {by_noise, by_rate, by_steps, by_delta}) rises(bounds);
}

TEST_CASE("Opacus' PRV accountant: its answers carry its grid's error of 0.01") {
  // tests/accountants_test.py (2249 steps) and tests/prv_accountant.py, delta 1e-6, the upper ends of its intervals.
  struct row {
    double sigma, rate;
    std::uint64_t steps;
    double delta, theirs;
  };
  for (const row& each : std::initializer_list<row>{{1.5, 0.04, 2249, 1e-5, 6.777395712150674},
                                                    {0.8, 0.001, 1000, 1e-6, 0.477771266185},
                                                    {1.5, 0.05, 1000, 1e-6, 6.209969246577},
                                                    {3, 0.05, 1000, 1e-6, 2.527574326060},
                                                    {0.8, 0.2, 100, 1e-6, 24.333664177923},
                                                    {2, 0.001, 20'000, 1e-6, 0.305837939762},
                                                    {3, 0.05, 20'000, 1e-6, 13.961114699237},
                                                    {1.5, 0.05, 50'000, 1e-6, 73.190176723833}}) {
    INFO(each.sigma << " " << each.rate << " " << each.steps);
    const privacy_loss_bound got =
        privacy_loss{1e-3}.epsilon(composition(gaussian{each.sigma, each.rate, each.steps}), each.delta);
    CHECK(got.epsilon - got.error <= each.theirs);
    CHECK(got.epsilon >= each.theirs - 2 * 0.01);  // their error is added to both ends
    CHECK(got.epsilon <= each.theirs + got.error);
  }
}

TEST_CASE("the recorded answers of dp_accounting are met") {
  // They are upper bounds on a grid of 1e-4, of which the exact value is not known: theirs must not be below ours by
  // more than our error, nor above by more than their grid lets expect. The first two are TensorFlow Privacy's rows
  // without microbatching, 10.1224946 and 2.4612381.
  CHECK(oracle::dp_accounting::trainings[0].pld == Approx(10.1224946).epsilon(1e-8));
  CHECK(oracle::dp_accounting::trainings[1].pld == Approx(2.4612381).epsilon(1e-8));
  for (const auto& each : oracle::dp_accounting::trainings) {
    const privacy_loss_bound got =
        privacy_loss{1e-3}.epsilon(composition(gaussian{each.sigma, each.rate, each.steps}), each.delta);
    INFO(each.sigma << " " << each.rate << " " << got.epsilon << " " << each.pld);
    CHECK(each.pld >= got.epsilon - got.error);
    CHECK(each.pld <= got.epsilon + 1e-3);
  }
  const privacy_loss_bound mixed =
      privacy_loss{1e-3}.epsilon(composition(gaussian{1, 0.01, 1000}, laplace{20, 10}), 1e-6);
  CHECK(oracle::dp_accounting::gaussian_and_laplace >= mixed.epsilon - mixed.error);
  CHECK(oracle::dp_accounting::gaussian_and_laplace <= mixed.epsilon + 1e-3);
}

TEST_CASE("delta inverts epsilon, down to where doubles end") {
  for (const double delta : {1e-2, 1e-8, 1e-25, 1e-150}) {
    const composition training(gaussian{1.2, 0.05, 200}, laplace{10, 3});
    const privacy_loss_bound there = privacy_loss{}.epsilon(training, delta);
    const privacy_loss_bound back = privacy_loss{}.delta(training, there.epsilon);
    // The exact delta at an upper bound of epsilon is at most delta, and at epsilon - error at least that.
    CHECK(back.delta - back.error <= delta);
    const privacy_loss_bound lower = privacy_loss{}.delta(training, there.epsilon - there.error);
    CHECK(lower.delta >= delta);
  }
}

TEST_CASE("tiny and huge noise, many steps and small grids: an answer or one sentence") {
  // N(mu^2/2, mu^2) is known exactly.
  check_encloses(privacy_loss{}.epsilon(composition(gaussian{1e-3}), 1e-6), gaussian_epsilon(1e3, 1e-6), 0.01);
  CHECK(privacy_loss{}.epsilon(composition(gaussian{1e100, 0.5, 1000}), 1e-6).epsilon == 0);
  CHECK(privacy_loss{}.epsilon(composition(gaussian{1e8, 1e-8, 10'000'000}), 1e-6).epsilon <= 0.01);
  const auto refusal = [](const privacy_loss& accountant, const mechanism& each) -> std::string {
    try {
      return std::to_string(accountant.epsilon(composition(each), 1e-6).epsilon);
    } catch (const telltale::argument_error& error) {
      return error.what();
    }
  };
  for (const double sigma : {1e-6, 1e-20, 1e-170, 1e-300})
    CHECK(refusal({}, gaussian{sigma, 0.5, 10}).find("grid points for the error asked for; wanted more noise") !=
          std::string::npos);
  CHECK(refusal({}, gaussian{0.5, 0.5, 100'000'000}).find("points for the error asked for; wanted") !=
        std::string::npos);
  for (const mechanism& each : {mechanism(laplace{1e-12}), mechanism(laplace{1e-300}), mechanism(approximate{1e12})})
    CHECK(refusal({}, each).find("grid points for the error asked for; wanted more noise") != std::string::npos);
  CHECK(refusal({0.01, 1000}, gaussian{1, 0.01, 1000}).find("more `most_points`") != std::string::npos);
  CHECK(refusal({1e-9, 100'000}, gaussian{1, 0.01, 1000}).find("a larger `error`") != std::string::npos);
}
