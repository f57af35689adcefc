// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include <telltale/accounting/gaussian_dp.hpp>
#include <telltale/accounting/renyi.hpp>

#include "oracle/accounting.hpp"
#include "oracle/dp_accounting.hpp"

#include <doctest/doctest.h>

using doctest::Approx;
using namespace telltale::accounting;

namespace {

std::vector<double> tenths_and_whole(double whole_from) {
  std::vector<double> result;
  for (int i = 11; i < 110; ++i) result.push_back(i / 10.0);
  for (double order = whole_from; order < 64; ++order) result.push_back(order);
  return result;
}

std::vector<double> whole_orders(double last) {
  std::vector<double> result;
  for (double order = 2; order <= last; ++order) result.push_back(order);
  return result;
}

double divergence(double q, double sigma, double order) { return renyi_divergence(gaussian{sigma, q}, order); }

// The divergence by quadrature, of log(1 + e^x) for x = log(A - 1).
double by_quadrature(double q, double sigma, double order) {
  const double log_rest = oracle::log_moment_less_one(q, sigma, order);
  return (log_rest > 30 ? log_rest : std::log1p(std::exp(log_rest))) / (order - 1);
}

}  // namespace

TEST_CASE("divergences of one step at whole orders") {
  // Two methods agreed on these when the library was planned.
  CHECK(divergence(0.01, 1, 2) == Approx(1.718134220745e-4).epsilon(1e-12));
  CHECK(divergence(0.01, 1, 8) == Approx(8.936439076060e-4).epsilon(1e-12));
  CHECK(divergence(0.01, 1, 32) == Approx(11.24627593705).epsilon(1e-12));
  CHECK(divergence(0.04, 1.5, 4) == Approx(1.885340064446e-3).epsilon(1e-12));
  CHECK(divergence(0.01, 1.1, 2) == Approx(1.285100816e-4).epsilon(1e-9));
  CHECK(divergence(0.01, 1.1, 3) == Approx(1.962778899e-4).epsilon(1e-9));
  CHECK(divergence(0.01, 1.1, 8) == Approx(5.840703355e-4).epsilon(1e-9));
  CHECK(divergence(0.01, 1.1, 32) == Approx(8.469416434).epsilon(1e-9));
  CHECK(divergence(1, 4, 18) == Approx(18 / 32.0).epsilon(1e-15));
}

TEST_CASE("divergences agree with quadrature where either series is strained") {
  // The first four are the stress points of dp_accounting's rdp_privacy_accountant_test.py, to the accuracy asked
  // there.
  struct point {
    double q, sigma, order;
  };
  for (const point& each :
       std::initializer_list<point>{{1e-7, 0.1, 1.01}, {1e-5, 0.1, 256.1}, {0.99, 0.1, 256}, {0.999, 100, 256.1}})
    CHECK(divergence(each.q, each.sigma, each.order) ==
          Approx(by_quadrature(each.q, each.sigma, each.order)).epsilon(1e-4));
  for (const double q : {1e-9, 1e-4, 0.01, 0.0999, 0.1, 0.4, 0.6, 0.95})
    for (const double sigma : {0.3, 0.7, 1.0, 3.0, 30.0})
      for (const double order : {1.001, 1.1, 1.5, 2.5, 3.0, 7.9, 40.3}) {
        INFO(q << " " << sigma << " " << order);
        CHECK(divergence(q, sigma, order) == Approx(by_quadrature(q, sigma, order)).epsilon(2e-6));
      }
}

TEST_CASE("where the fractional series loses its digits the answer is a bound from above") {
  // Noise so large that A - 1 is below rounding: log A is convex, so between 1 and 2 it is at most its chord.
  for (const double order : {1.001, 1.5, 2.25}) {
    const double got = divergence(0.5, 1e7, order), exact = 0.25 * order / 2 / 1e14;  // to first order in 1/sigma^2
    CHECK(got >= exact * (1 - 1e-6));
    CHECK(got <= exact * 2.001);
  }
}

TEST_CASE("divergence grows with the order") {
  for (const double q : {1e-6, 0.05, 0.7})
    for (const double sigma : {0.4, 1.0, 5.0}) {
      double before = 0;
      for (double order = 1.05; order < 600; order *= 1.07) {
        const double got = divergence(q, sigma, order);
        CHECK(got >= before * (1 - 1e-9));
        before = got;
      }
    }
}

TEST_CASE("Opacus: 2250 steps at its orders") {
  // tests/accountants_test.py; whole orders only: computed when the library was planned.
  const composition training(gaussian{1.5, 0.04, 2250});
  const renyi_bound all = renyi<>{tenths_and_whole(12)}.epsilon(training, 1e-5);
  CHECK(all.epsilon == Approx(7.32911117143).epsilon(1e-10));
  CHECK(all.order == 3.9);
  const renyi_bound whole = renyi<>{whole_orders(63)}.epsilon(training, 1e-5);
  CHECK(whole.epsilon == Approx(7.329876773834559).epsilon(1e-12));
  CHECK(whole.order == 4);
}

TEST_CASE("TensorFlow Privacy: both conversions") {
  // compute_dp_sgd_privacy_test.py: n 60000, batch 150, sigma 1.3, 15 epochs; n 100000, batch 100, sigma 1, 30 epochs.
  const composition first(gaussian{1.3, 150.0 / 60000, 6000}), second(gaussian{1, 0.001, 30'000});
  const renyi_bound improved = renyi<>{whole_orders(63)}.epsilon(first, 1e-5);
  CHECK(improved.epsilon == Approx(0.7242234026109595).epsilon(1e-12));
  CHECK(improved.order == 19);
  const renyi_bound old = renyi<conversion::mironov_2017>{whole_orders(63)}.epsilon(first, 1e-5);
  CHECK(old.epsilon == Approx(0.9418705671679555).epsilon(1e-12));
  CHECK(old.order == 19);
  const renyi_bound other = renyi<>{whole_orders(63)}.epsilon(second, 1e-7);
  CHECK(other.epsilon == Approx(1.4154988495444842).epsilon(1e-12));
  CHECK(other.order == 13);
}

TEST_CASE("TensorFlow Privacy's statement and dp_accounting, at their orders") {
  // compute_dp_sgd_privacy_test.py without microbatching: 10.8602036 without sampling, 3.2392676 with (the first two of
  // the recorded trainings). At fractional orders dp_accounting adds up the magnitudes of an alternating series, which
  // is an upper bound; ours is the series itself, as Opacus' is, and hence a little smaller.
  CHECK(oracle::dp_accounting::trainings[0].rdp == Approx(10.8602036).epsilon(2e-8));
  CHECK(oracle::dp_accounting::trainings[1].rdp == Approx(3.2392676).epsilon(2e-8));
  std::vector<double> orders = tenths_and_whole(11);
  for (const double order : {128, 256, 512, 1024}) orders.push_back(order);
  for (const auto& each : oracle::dp_accounting::trainings) {
    INFO(each.sigma << " " << each.rate);
    const composition training(gaussian{each.sigma, each.rate, each.steps});
    const bool series = each.rate < 1 && each.order != std::floor(each.order);
    const double theirs = series ? static_cast<double>(each.steps) *
                                       oracle::log_moment_of_magnitudes(each.rate, each.sigma, each.order) /
                                       (each.order - 1)
                                 : renyi_divergence(training, each.order);
    CHECK(conversion::canonne_2020::epsilon(each.order, theirs, std::log(each.delta)) ==
          Approx(each.rdp).epsilon(1e-8));
    const double ours = renyi<>{orders}.epsilon(training, each.delta).epsilon;
    CHECK(ours <= each.rdp * (1 + 1e-12));
    CHECK(ours == Approx(each.rdp).epsilon(2e-4));
    // And the library's own search finds nothing worse.
    CHECK(renyi<>{}.epsilon(training, each.delta).epsilon <= ours * (1 + 1e-9));
  }
}

TEST_CASE("conversions of a given divergence") {
  // dp_accounting, rdp_privacy_accountant_test.py: divergence 1.1 at orders 2 to 32, best at 32.
  double best = 1e9;
  for (double order = 2; order <= 32; ++order)
    best = std::min(best, conversion::canonne_2020::epsilon(order, 1.1, std::log(1e-5)));
  CHECK(best == Approx(1.32783806176).epsilon(1e-11));
  CHECK(conversion::canonne_2020::epsilon(32, 1.1, std::log(1e-5)) == best);
  for (const double order : {1.5, 8.0, 40.0}) {
    const double epsilon = conversion::canonne_2020::epsilon(order, 0.3, -12);
    CHECK(conversion::canonne_2020::log_delta(order, 0.3, epsilon) == Approx(-12));
    const double old = conversion::mironov_2017::epsilon(order, 0.3, -12);
    CHECK(old > epsilon);
    CHECK(conversion::mironov_2017::log_delta(order, 0.3, old) == Approx(-12));
  }
}

TEST_CASE("the gap to the exact Gaussian epsilon is the method's") {
  // dp_accounting, rdp_privacy_accountant_test.py, dense orders: 1; the exact value is 0.9273923380.
  const renyi_bound got = renyi<>{}.epsilon(composition(gaussian{4.530877117}), 1e-6);
  CHECK(got.epsilon == Approx(1).epsilon(1e-6));
  CHECK_FALSE(got.at_edge);
  // Computed when the library was planned: sigma 4, whole orders 2 to 255.
  const renyi_bound whole = renyi<>{whole_orders(255)}.epsilon(composition(gaussian{4}), 1e-5);
  CHECK(whole.epsilon == Approx(1.01255063).epsilon(1e-8));
  CHECK(whole.order == 18);
  for (const double sigma : {0.01, 0.3, 1.0, 20.0, 1000.0})
    for (const double delta : {1e-3, 1e-8, 1e-100}) {
      const double exact = gaussian_epsilon(1 / sigma, delta);
      CHECK(renyi<>{}.epsilon(composition(gaussian{sigma}), delta).epsilon >= exact);
    }
}

TEST_CASE("orders are searched as far as they must be, and an edge is reported") {
  const composition little_noise(gaussian{0.001}), much_noise(gaussian{1e4, 1, 1});
  const renyi_bound little = renyi<>{}.epsilon(little_noise, 1e-5), much = renyi<>{}.epsilon(much_noise, 1e-12);
  CHECK(little.order < 1.01);
  CHECK_FALSE(little.at_edge);
  CHECK(much.order > 2e4);
  CHECK_FALSE(much.at_edge);
  CHECK(renyi<>{whole_orders(63)}.epsilon(little_noise, 1e-5).at_edge);
  CHECK(renyi<>{whole_orders(63)}.epsilon(much_noise, 1e-12).at_edge);
  CHECK(renyi<>{whole_orders(63)}.epsilon(little_noise, 1e-5).epsilon > little.epsilon);
  CHECK(renyi<>{}.epsilon(composition(gaussian{1e9, 1e-9, 10}), 1e-5).epsilon == 0);
}

TEST_CASE("delta inverts epsilon") {
  const composition training(gaussian{1.1, 0.02, 500}, laplace{30, 5});
  for (const double delta : {1e-3, 1e-6, 1e-40}) {
    const double epsilon = renyi<>{}.epsilon(training, delta).epsilon;
    CHECK(std::log(renyi<>{}.delta(training, epsilon).delta) == Approx(std::log(delta)).epsilon(1e-6));
  }
  CHECK(renyi<>{}.delta(composition(gaussian{0.01}), 0.0).delta == 1);
}

TEST_CASE("pure mechanisms: limits of large orders, and quadrature") {
  // Mironov 2017, table II.
  CHECK(renyi_divergence(approximate{1.5}, 1e6) == Approx(1.5).epsilon(1e-5));
  CHECK(renyi_divergence(laplace{2}, 1e6) == Approx(0.5).epsilon(1e-4));
  const double order = 3.5, scale = 0.8;
  const auto integrand = [&](double x) {
    const double p = std::exp(-std::abs(x) / scale) / 2 / scale, q = std::exp(-std::abs(x - 1) / scale) / 2 / scale;
    return q * std::pow(p / q, order);
  };
  const double moment =
      oracle::integral(integrand, -40, 0) + oracle::integral(integrand, 0, 1) + oracle::integral(integrand, 1, 60);
  CHECK(renyi_divergence(laplace{scale}, order) == Approx(std::log(moment) / (order - 1)).epsilon(1e-9));
  const double yes = 1 / (1 + std::exp(-1.5));
  CHECK(renyi_divergence(approximate{1.5, 0, 3}, 2) ==
        Approx(3 * std::log(yes * yes / (1 - yes) + (1 - yes) * (1 - yes) / yes)).epsilon(1e-14));
}
