// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/study/simplified_model.hpp>

#include <array>
#include <cmath>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/metric/record_distance.hpp>
#include <telltale/study/average_tpr.hpp>
#include <telltale/study/power_law.hpp>

#include <doctest/doctest.h>

using namespace telltale::study;
using doctest::Approx;
using telltale::argument_error;
using telltale::random_stream;

namespace {

/// A covariance of the given eigenvalues, turned by a Householder reflection.
std::vector<double> turned(const std::vector<double>& eigenvalues) {
  const std::size_t d = eigenvalues.size();
  std::vector<double> normal(d), sigma(d * d);
  double length = 0;
  for (std::size_t i = 0; i < d; ++i) normal[i] = static_cast<double>(i % 5) - 1.3, length += normal[i] * normal[i];
  const auto reflection = [&](std::size_t i, std::size_t j) {
    return (i == j ? 1.0 : 0.0) - 2 * normal[i] * normal[j] / length;
  };
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < d; ++j)
      for (std::size_t k = 0; k < d; ++k) sigma[i * d + j] += reflection(i, k) * eigenvalues[k] * reflection(j, k);
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < i; ++j) sigma[i * d + j] = sigma[j * d + i];
  return sigma;
}

/// The log-log slope of the excess over S = from, 2 from, ..., 4096.
double slope_of(double sensitivity, double fpr, std::size_t from) {
  const auto excess = [&](std::size_t shots) { return record_tpr(sensitivity, shots, fpr) - fpr; };
  if (from == 2048) return std::log2(excess(4096) / excess(2048));
  std::vector<cell> cells;
  for (std::size_t shots = from; shots <= 4096; shots *= 2)
    cells.push_back({static_cast<double>(shots), 2, fpr, fpr + excess(shots), 1, 0});
  return fit_power_law(cells, law_fit::dropped{}).law.of_shots().value;
}

}  // namespace

TEST_CASE("at the shots of a study the line is steeper than -1/2, the more so the lower the FPR") {
  // Slopes of the exact Gaussian formula, worked out apart from this library: A x FPR 0.1, 0.01, 0.001.
  const double all[3][3] = {{-0.537, -0.573, -0.600}, {-0.593, -0.753, -0.888}, {-0.565, -0.838, -1.095}};
  const double late[3][3] = {{-0.506, -0.511, -0.515}, {-0.523, -0.544, -0.559}, {-0.545, -0.588, -0.620}};
  const double sensitivities[3] = {1, 4, 8}, fprs[3] = {0.1, 0.01, 0.001};
  for (int a = 0; a < 3; ++a)
    for (int f = 0; f < 3; ++f) {
      INFO("A " << sensitivities[a] << ", FPR " << fprs[f]);
      CHECK(std::abs(slope_of(sensitivities[a], fprs[f], 4) - all[a][f]) <= 0.00051);
      CHECK(std::abs(slope_of(sensitivities[a], fprs[f], 2048) - late[a][f]) <= 0.0011);
    }
}

TEST_CASE("the asymptotic law is the limit, and its logarithm the published constant") {
  for (const double fpr : {0.1, 0.01, 0.001}) {
    const double exact = record_tpr(4, 100'000'000, fpr) - fpr, limit = asymptotic_excess(4, 100'000'000, fpr);
    CHECK(exact == Approx(limit).epsilon(2e-3));
    CHECK(limit < exact);
    const double q = telltale::detail::normal_upper(fpr);
    CHECK(std::log(limit) ==
          Approx(-0.5 * std::log(1e8) - q * q / 2 + std::log(4 / std::sqrt(2 * std::numbers::pi))).epsilon(1e-12));
    // Laplace: the excess of a tail that is exponential, f (e^d - 1), starts as f d.
    CHECK(asymptotic_excess(4, 10000, fpr, score_law::laplace{}) == Approx(fpr * 0.04).epsilon(1e-12));
  }
  // One pool: the same as half the shots.
  CHECK(record_tpr<training_draw::half_of_one_pool>(4, 64, 0.01) == Approx(record_tpr(4, 32, 0.01)).epsilon(1e-12));
  CHECK(record_tpr<training_draw::afresh>(4, 64, 0.01) < record_tpr(4, 64, 0.01));
  CHECK(record_tpr<training_draw::afresh>(9, 4, 0.01) > record_tpr(9, 4, 0.01));
}

TEST_CASE("sensitivity is what it says, and never more than the Mahalanobis distance") {
  const std::vector<double> sigma{2, 0.3, 0.3, 1};
  const simplified_model<covariance::general> model(2, covariance::general(2, sigma));
  // x = (2, 1), m = (1, 0): <x, x - m> = 3; x' Sigma x = 8 + 1.2 + 1 = 10.2.
  CHECK(model.sensitivity(std::vector<double>{2, 1}, 0) == Approx(3 / std::sqrt(10.2)).epsilon(1e-14));
  const simplified_model<> round(2, covariance::isotropic(2, 4));
  CHECK(round.sensitivity(std::vector<double>{2, 1}, 0) == Approx(3 / (2 * std::sqrt(5.0))).epsilon(1e-14));
  random_stream random(3);
  for (std::size_t r = 0; r < 2000; ++r) {
    const Eigen::VectorXd x = model.record(random, r % 2);
    const double radius = model.spread().mahalanobis((x - model.centre(r % 2)).eval());
    CHECK(std::abs(model.sensitivity(x, r % 2)) <= model.worst_sensitivity(radius) * (1 + 1e-12));
  }
  // x - m along Sigma x reaches it: (I - Sigma / c) x = m.
  const Eigen::Matrix2d spread{{2, 0.3}, {0.3, 1}};
  const Eigen::Matrix2d system = Eigen::Matrix2d::Identity() - spread / 7;
  const double det = system(0, 0) * system(1, 1) - system(0, 1) * system(1, 0);
  const Eigen::VectorXd x = Eigen::Vector2d{system(1, 1) / det, -system(1, 0) / det};
  const Eigen::VectorXd away = x - model.centre(0);
  CHECK(model.sensitivity(x, 0) == Approx(model.spread().mahalanobis(away)).epsilon(1e-12));
}

TEST_CASE("general and isotropic covariance are one where they must be") {
  const covariance::general same(3, std::vector<double>{0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5});
  const covariance::isotropic round(3, 0.5);
  const Eigen::VectorXd v = Eigen::Vector3d{1, -2, 0.5};
  CHECK(same.along(v) == Approx(round.along(v)).epsilon(1e-14));
  CHECK(same.mahalanobis(v) == Approx(round.mahalanobis(v)).epsilon(1e-14));
  CHECK((same.coloured(v) - round.coloured(v)).norm() < 1e-14);
  // Draws have the covariance asked for.
  const std::vector<double> sigma = turned({0.2, 1, 3});
  const simplified_model<covariance::general> model(3, covariance::general(3, sigma));
  random_stream random(5);
  Eigen::Matrix3d sum = Eigen::Matrix3d::Zero();
  const int n = 40000;
  for (int i = 0; i < n; ++i) {
    const Eigen::VectorXd away = 2 * (model.mean_of(random, 1, 4) - model.centre(1));
    sum += away * away.transpose() / n;
  }
  for (Eigen::Index i = 0; i < 3; ++i)
    for (Eigen::Index j = 0; j < 3; ++j) {
      const auto at = [&](Eigen::Index r, Eigen::Index c) { return sigma[static_cast<std::size_t>(3 * r + c)]; };
      const double error = std::sqrt((at(i, i) * at(j, j) + at(i, j) * at(i, j)) / n);
      CHECK(std::abs(sum(i, j) - at(i, j)) < 4 * error);
    }
}

TEST_CASE("the average over records") {
  // Dimension 100, variance 0.01: A is close to 7.07. Averages over sampled records, worked out apart from this
  // library: 0.290, 0.075, 0.0298, 0.0177, the last digit of each uncertain.
  const simplified_model<> model(2, covariance::isotropic(100, 0.01));
  CHECK(std::abs(average_tpr(model, 16, 0.01) - 0.290) < 0.001);
  CHECK(std::abs(average_tpr(model, 64, 0.01) - 0.075) < 0.0005);
  CHECK(std::abs(average_tpr(model, 256, 0.01) - 0.0298) < 0.0001);
  CHECK(std::abs(average_tpr(model, 1024, 0.01) - 0.0177) < 0.00015);
  const double plug_in = 0.1 * 100 / std::sqrt(1 + 0.01 * 100);
  const double plugged[4] = {0.288, 0.0746, 0.0298, 0.0176};
  const std::size_t shots[4] = {16, 64, 256, 1024};
  for (int i = 0; i < 4; ++i) CHECK(std::abs(record_tpr(plug_in, shots[i], 0.01) - plugged[i]) < 0.0006);

  // The integral against sampling, for every policy and in few and many dimensions.
  for (const std::size_t dimension : {3u, 10u, 60u}) {
    const simplified_model<> each(2, covariance::isotropic(dimension, 0.3));
    const auto check = [&](double exact, const telltale::metric::estimate& sampled) {
      INFO("dimension " << dimension << ": " << exact << " in " << sampled.low << " to " << sampled.high);
      CHECK(sampled.low <= exact);
      CHECK(exact <= sampled.high);
    };
    constexpr double sure = 0.9999;
    check(average_tpr(each, 16, 0.01), average_tpr_sampled(each, 16, 0.01, 40000, 1, score_law::gaussian{}, sure));
    check(average_tpr<training_draw::afresh>(each, 4, 0.1),
          average_tpr_sampled<training_draw::afresh>(each, 4, 0.1, 40000, 2, score_law::gaussian{}, sure));
    check(average_tpr(each, 8, 0.05, score_law::logistic{}),
          average_tpr_sampled(each, 8, 0.05, 40000, 3, score_law::logistic{}, sure));
  }
  // Threads change nothing.
  const auto one = average_tpr_sampled(model, 16, 0.01, 1000, 1, score_law::gaussian{}, 0.95, 1);
  CHECK(one == average_tpr_sampled(model, 16, 0.01, 1000, 1, score_law::gaussian{}, 0.95, 3));
}

TEST_CASE("a campaign on one pool leaks as half the shots would") {
  // Trainings take 64 of the same 128 vectors; scores <x, mean>. Nothing of the formula is used but in the last line.
  const simplified_model<> model(1, covariance::isotropic(40, 0.05));
  const std::size_t shots = 64, pool = 2 * shots, models = 400;
  double found = 0, expected = 0;
  for (std::uint64_t p = 0; p < 4; ++p) {
    random_stream random(11, p);
    std::vector<Eigen::VectorXd> vectors;
    for (std::size_t i = 0; i < pool; ++i) vectors.push_back(model.record(random, 0));
    telltale::metric::record_distances distances(pool);
    for (std::size_t m = 0; m < models; ++m) {
      std::vector<std::uint8_t> keep(pool);
      Eigen::VectorXd mean = Eigen::VectorXd::Zero(40);
      for (const std::uint32_t i : random.choose(shots, pool)) {
        keep[i] = 1;
        mean += vectors[i] / double{shots};
      }
      std::vector<double> scores;
      for (const Eigen::VectorXd& x : vectors) scores.push_back(x.dot(mean));
      distances.add(scores, keep);
    }
    const auto all = distances.found();
    for (std::size_t i = 0; i < pool; ++i) {
      found += all[i].distance.value / double{4 * pool};
      expected +=
          distance_at<training_draw::half_of_one_pool>(model.sensitivity(vectors[i], 0), shots) / double{4 * pool};
    }
  }
  // The noise of a mean of 512 distances from 400 models, which share four pools: 0.1 / sqrt(512), and 2 % of pools.
  CHECK(found == Approx(expected).epsilon(0.04));
  CHECK(found > 1.3 * expected / std::sqrt(2.0));
}

TEST_CASE("few shadow models hide a small effect") {
  CHECK(tpr_with_shadows(0.2, 0.1, 100'000'000) == Approx(tpr_at_distance(0.2, 0.1)).epsilon(1e-12));
  // One of each side tells little: between guessing the side and knowing it.
  CHECK(tpr_with_shadows(0.2, 0.1, 1) < tpr_at_distance(0.2, 0.1));
  CHECK(tpr_with_shadows(0.2, 0.1, 1) > 0.1);
  // Far below sqrt(2/shadows) four times the shots leave a quarter of the excess, not half.
  const auto excess = [](double distance) { return tpr_with_shadows(distance, 0.1, 16) - 0.1; };
  CHECK(excess(0.01) / excess(0.02) == Approx(0.25).epsilon(0.02));
  CHECK((tpr_at_distance(0.01, 0.1) - 0.1) / (tpr_at_distance(0.02, 0.1) - 0.1) == Approx(0.5).epsilon(0.02));
}

TEST_CASE("what is no model is refused") {
  using covariance::general, covariance::isotropic;
  CHECK_THROWS_AS(isotropic(0, 1), argument_error);
  CHECK_THROWS_AS(isotropic(2, 0), argument_error);
  CHECK_THROWS_AS(isotropic(2, -1), argument_error);
  CHECK_THROWS_AS(general(2, std::vector<double>{1, 0, 0}), argument_error);
  CHECK_THROWS_AS(general(2, std::vector<double>{1, 0.1, 0.2, 1}), argument_error);
  CHECK_THROWS_AS(general(2, std::vector<double>{1, 2, 2, 1}), argument_error);
  CHECK_THROWS_AS(simplified_model<>(3, isotropic(2, 1)), argument_error);
  CHECK_THROWS_AS(simplified_model<>(0, isotropic(2, 1)), argument_error);
  const simplified_model<> model(2, isotropic(2, 1));
  CHECK_THROWS_AS(static_cast<void>(model.centre(2)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(model.sensitivity(std::vector<double>{1}, 0)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(model.sensitivity(std::vector<double>{0, 0}, 0)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(model.worst_sensitivity(-1)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(record_tpr(1, 0, 0.1)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(asymptotic_excess(1, 4, 0)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(tpr_with_shadows(1, 0.1, 0)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(average_tpr(simplified_model<>(1, isotropic(1, 1)), 4, 0.1)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(average_tpr_sampled(model, 4, 0.1, 1, 1)), argument_error);
}
