// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Mechanisms and what every accountant refuses, each in one sentence that names the argument.
#include <limits>
#include <string>

#include <telltale/accounting/calibrate.hpp>
#include <telltale/accounting/gaussian_dp.hpp>
#include <telltale/accounting/privacy_loss.hpp>
#include <telltale/accounting/renyi.hpp>

#include <doctest/doctest.h>

using namespace telltale::accounting;

namespace {

template <class Work>
std::string refusal(const Work& work) {
  try {
    static_cast<void>(work());
  } catch (const telltale::argument_error& error) {
    return error.what();
  }
  return "nothing";
}

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN(),
                 infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("parts of a composition are checked when it is built") {
  for (const double sigma : {0.0, -1.0, not_a_number, infinity})
    CHECK(refusal([&] { return composition{gaussian{sigma}}; }).find("composition: sigma: is ") == 0);
  for (const double rate : {0.0, -0.1, 1.5, not_a_number})
    CHECK(refusal([&] { return composition{gaussian{1, rate}}; }).find("composition: rate: is ") == 0);
  CHECK(refusal([] { return composition{gaussian{1, 0.5, 0}}; }) == "composition: steps: is 0; wanted at least 1");
  CHECK(refusal([] { return composition{gaussian{1, 2}}; }) == "composition: rate: is 2; wanted a value in (0, 1]");
  CHECK(refusal([] { return composition(gaussian{1}).then(laplace{-1}); }) ==
        "composition: scale: is -1; wanted a finite value above 0");
  CHECK(refusal([] { return composition{approximate{-1}}; }).find("composition: epsilon: ") == 0);
  CHECK(refusal([] { return composition{approximate{1, 1}}; }) == "composition: delta: is 1; wanted a value in [0, 1)");
  CHECK(composition(gaussian{1, 0.5, 3}, laplace{1}, approximate{1, 0, 4}).steps() == 8);
}

TEST_CASE("every accountant refuses a delta or epsilon that means nothing") {
  const composition training(gaussian{1, 0.01, 10});
  for (const double delta : {0.0, 1.0, -1e-5, not_a_number}) {
    CHECK(refusal([&] { return renyi<>{}.epsilon(training, delta); }).find("renyi::epsilon: delta: is ") == 0);
    CHECK(refusal([&] { return privacy_loss{}.epsilon(training, delta); }).find("privacy_loss::epsilon: delta: is ") ==
          0);
    CHECK(refusal([&] { return central_limit::epsilon(training, delta); }).find("gaussian_epsilon: delta: is ") == 0);
    CHECK(refusal([&] {
            return smallest_sigma(renyi<>{}, {1, delta}, 0.1, 1);
          }).find("smallest_sigma: delta: is ") == 0);
  }
  for (const double epsilon : {-0.1, not_a_number, infinity}) {
    CHECK(refusal([&] { return renyi<>{}.delta(training, epsilon); }).find("renyi::delta: epsilon: is ") == 0);
    CHECK(refusal([&] { return privacy_loss{}.delta(training, epsilon); }).find("privacy_loss::delta: epsilon: is ") ==
          0);
    CHECK(refusal([&] { return central_limit::delta(training, epsilon); }).find("log_gaussian_delta: epsilon: is ") ==
          0);
    CHECK(refusal([&] {
            return most_steps(renyi<>{}, {epsilon, 1e-5}, 1, 0.1);
          }).find("most_steps: epsilon: is ") == 0);
  }
  for (const double mu : {0.0, -1.0, not_a_number})
    CHECK(refusal([&] { return gaussian_epsilon(mu, 1e-5); }).find("gaussian_epsilon: mu: is ") == 0);
  CHECK(refusal([&] { return privacy_loss{0}.epsilon(training, 1e-5); }).find("privacy_loss::epsilon: error: is 0") ==
        0);
  CHECK(refusal([&] {
          return renyi<>{{2, 1}}.epsilon(training, 1e-5);
        }) == "renyi::epsilon: orders: element 1 is 1.000000; wanted finite values above 1");
}

TEST_CASE("what an accountant cannot take is refused and says which can") {
  const composition mixed(gaussian{1}, approximate{1, 1e-6});
  CHECK(refusal([&] { return renyi<>{}.epsilon(mixed, 1e-5); }).find("the privacy loss accountant takes any") !=
        std::string::npos);
  CHECK(refusal([&] { return central_limit::epsilon(mixed, 1e-5); }).find("wanted Gaussian noise only") !=
        std::string::npos);
  CHECK(refusal([&] {
          return central_limit::epsilon(composition(gaussian{0.01, 0.1}), 1e-5);
        }).find("mu: is inf") != std::string::npos);
}
