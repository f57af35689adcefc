// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/noncentral_chi_square.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/metric/roc.hpp>
#include <telltale/published/glir.hpp>

#include "oracle/gaussian_gradients.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using doctest::Approx;
using oracle::append_row;
using oracle::gaussian_gradients;
using oracle::judge;
using oracle::vector;

namespace {

double phi(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }

double sum(const vector& v) {
  double total = 0;
  for (const double x : v) total += x;
  return total;
}

}  // namespace

TEST_CASE("the statistic has the means of its two laws") {
  // Simulated before in d = 50, n = 32, K = 50: null mean 1651.9 (theory 1650), with the record 1549.0 (1550).
  const gaussian_gradients law(50, 1);
  const std::size_t n = 32, trials = 2000;
  random_stream random(2);
  vector direction(50, 1.0);  // K = 50
  const vector g = law.at(direction);
  const vector background = law.exact_background();
  const batch_view<double> view(background, 100, 1, 50);
  const auto fitted = noncentral_chi_square{}.fit(population(view));
  const auto statistic_of = [&](bool member) {
    vector all;
    Eigen::MatrixXd whitened(50, 2);
    for (std::size_t trial = 0; trial < trials; ++trial) {
      vector rest = law.update(n, random, member ? &g : nullptr);
      for (std::size_t d = 0; d < 50; ++d) rest[d] -= g[d];
      fitted.laws()[0].place(rest.data(), false, whitened.col(0));
      fitted.laws()[0].place(g.data(), true, whitened.col(1));
      fitted.laws()[0].whiten(whitened);
      CHECK(whitened.col(1).squaredNorm() == Approx(50).epsilon(1e-10));
      all.push_back(n * whitened.col(0).squaredNorm());
    }
    return all;
  };
  const vector out = statistic_of(false), in = statistic_of(true);
  const auto variance = [](const vector& v) {
    const double mean = sum(v) / double(v.size());
    double squares = 0;
    for (const double x : v) squares += (x - mean) * (x - mean);
    return squares / double(v.size() - 1);
  };
  const double mean_out = sum(out) / double(trials), mean_in = sum(in) / double(trials);
  CHECK(std::abs(mean_out - 1650) < 4 * std::sqrt(6500.0 / double(trials)));
  CHECK(std::abs(mean_in - 1550) < 4 * std::sqrt(5912.0 / double(trials)));
  // Variances 2 (d + 2 n K) and ((n - 1) / n)^2 2 (d + 2 (n - 1) K); their own errors are about sqrt(2 / trials).
  CHECK(variance(out) / 6500 == Approx(1).epsilon(4 * std::sqrt(2.0 / double(trials))));
  CHECK(variance(in) / (2 * (50 + 3100) * (31.0 / 32) * (31.0 / 32)) ==
        Approx(1).epsilon(4 * std::sqrt(2.0 / double(trials))));
  const double separation = (mean_out - mean_in) / std::sqrt(6500.0);
  CHECK(std::abs(separation - published::glir_separation(50, 32, 50)) < 4 * std::sqrt(2.0 / double(trials)));
}

TEST_CASE("p-values of records outside the batch are uniform where the law is known") {
  const gaussian_gradients law(20, 3);
  const std::size_t n = 16, subjects = 3000;
  random_stream random(4);
  vector rows;
  for (std::size_t i = 0; i < subjects; ++i) append_row(rows, n, law.update(n, random, nullptr), law.draw(random));
  vector p;
  for (const double e : judge(noncentral_chi_square{}, law.exact_background(), 20, rows)) p.push_back(std::exp(-e));
  std::sort(p.begin(), p.end());
  double furthest = 0;
  for (std::size_t i = 0; i < subjects; ++i)
    furthest = std::max({furthest, p[i] - double(i) / double(subjects), double(i + 1) / double(subjects) - p[i]});
  CHECK(furthest < 1.95 / std::sqrt(double(subjects)));  // Kolmogorov, level 0.001

  // The code's factor n - 1 makes them too small: the same test must notice.
  p.clear();
  for (const double e : judge(noncentral_chi_square<preset::leemann_2023_code>{}, law.exact_background(), 20, rows))
    p.push_back(std::exp(-e));
  CHECK(sum(p) / double(subjects) < 0.5 - 4 * std::sqrt(1.0 / 12 / double(subjects)));
}

TEST_CASE("members are told apart as the formula says") {
  // K = d for every subject. The formula's two normal laws of equal spread give AUC = Phi(mu / sqrt 2); with the spread
  // of each of the two laws it is Phi(100 / sqrt(6500 + 5912)) = 0.8153, which differs by 0.006 at this size.
  const gaussian_gradients law(50, 5);
  const std::size_t n = 32, subjects = 4000;
  random_stream random(6);
  vector rows;
  std::vector<membership> member;
  for (std::size_t i = 0; i < subjects; ++i) {
    vector x(50);
    double squares = 0;
    for (double& value : x) {
      value = random.normal();
      squares += value * value;
    }
    const vector g = law.at(x, std::sqrt(50 / squares));
    const bool in = i % 2 == 0;
    member.push_back(in ? membership::in : membership::out);
    append_row(rows, n, law.update(n, random, in ? &g : nullptr), g);
  }
  const vector evidence = judge(noncentral_chi_square{}, law.exact_background(), 50, rows);
  const double area = metric::roc_curve(evidence, member).auc();
  const double by_moments = phi(100 / std::sqrt(6500 + 2 * 3150 * 31.0 * 31 / 32 / 32));
  const double by_formula = phi(published::glir_separation(50, 32, 50) / std::numbers::sqrt2);
  const double standard_error = std::sqrt(0.8153 * 0.1847 / (double(subjects) / 2));  // at most
  CHECK(std::abs(area - by_moments) < 3 * standard_error);
  CHECK(std::abs(by_formula - by_moments) < 0.006);
}

TEST_CASE("the separation has its known values") {
  CHECK(published::glir_separation(100, 64, 100) == Approx(1.24515).epsilon(1e-5));
  CHECK(published::glir_separation(100, 512, 100) == Approx(0.441726).epsilon(1e-6));
  CHECK(published::glir_separation(1000, 64, 1000) == Approx(3.937496).epsilon(1e-6));
  CHECK_THROWS_WITH_AS((void)published::glir_separation(100, 1, 1),
                       "glir_separation: batch_size: is 1.000000; wanted a finite number of at least 2",
                       argument_error);
}

TEST_CASE("a rate makes a cut that this share of non-members reaches, over one step and over several") {
  const gaussian_gradients law(10, 7);
  const std::size_t subjects = 4000;
  CHECK(noncentral_chi_square{}.fit(population(batch_view<double>(law.exact_background(), 20, 1, 10))).cut() ==
        ranking_only);
  for (const std::size_t steps : {1u, 3u}) {
    random_stream random(8, steps);
    vector rows, background;
    for (std::size_t i = 0; i < subjects * steps; ++i)
      append_row(rows, 8, law.update(8, random, nullptr), law.draw(random));
    const vector once = law.exact_background();
    for (std::size_t i = 0; i < 20; ++i)
      for (std::size_t step = 0; step < steps; ++step)
        background.insert(background.end(), once.begin() + std::ptrdiff_t(10 * i),
                          once.begin() + std::ptrdiff_t(10 * i + 10));
    noncentral_chi_square rule;
    rule.fpr = 0.05;
    const double cut = rule.fit(population(batch_view<double>(background, 20, steps, 10))).cut();
    // Three steps: e^-c (1 + c + c^2 / 2) = 0.05.
    CHECK((steps == 1 ? std::exp(-cut) : std::exp(-cut) * (1 + cut + cut * cut / 2)) == Approx(0.05).epsilon(1e-12));
    std::size_t above = 0;
    for (const double e : judge(rule, background, 10, rows, steps)) above += e >= cut ? 1 : 0;
    CHECK(std::abs(double(above) / double(subjects) - 0.05) < 4 * std::sqrt(0.05 * 0.95 / double(subjects)));
  }
}

TEST_CASE("an estimated covariance draws distances out by z / (z - d - 2)") {
  // E[S^-1] = Sigma^-1 z / (z - d - 2) for sums divided by z: here 40 / 28.
  const gaussian_gradients law(10, 9);
  random_stream random(10);
  const std::size_t draws = 400, z = 40;
  vector ratios;
  for (std::size_t draw = 0; draw < draws; ++draw) {
    vector background;
    for (std::size_t i = 0; i < z; ++i) {
      const vector g = law.draw(random);
      background.insert(background.end(), g.begin(), g.end());
    }
    const auto fitted = noncentral_chi_square{}.fit(population(batch_view<double>(background, z, 1, 10)));
    Eigen::MatrixXd whitened(10, 20);
    vector unit(10);
    for (std::size_t i = 0; i < 20; ++i) {  // differences of gradients: covariance 2 Sigma
      const vector a = law.draw(random), b = law.draw(random);
      for (std::size_t d = 0; d < 10; ++d) unit[d] = (a[d] - b[d]) / std::numbers::sqrt2;
      fitted.laws()[0].place(unit.data(), false, whitened.col(Eigen::Index(i)));
    }
    fitted.laws()[0].whiten(whitened);
    ratios.push_back(whitened.squaredNorm() / 200);
  }
  double squares = 0;
  const double mean = sum(ratios) / double(draws);
  for (const double r : ratios) squares += (r - mean) * (r - mean);
  CHECK(std::abs(mean - 40.0 / 28) < 4 * std::sqrt(squares) / double(draws));
}
