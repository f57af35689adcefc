// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include <telltale/scorer/gradient_norm.hpp>

#include "scored.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using doctest::Approx;

namespace {

// Forms the whole gradient matrix (p - e_y) (h, 1)^T.
long double norm_by_matrix(const oracle::row& z, const std::vector<double>& h, std::size_t y) {
  long double sum = 0;
  for (std::size_t c = 0; c < z.size(); ++c) {
    const long double delta = c == y ? -oracle::complement(z, y) : oracle::confidence(z, c);
    for (std::size_t d = 0; d <= h.size(); ++d) {
      const long double entry = delta * (d < h.size() ? (long double)(h[d]) : 1.0L);
      sum += entry * entry;
    }
  }
  return std::sqrt(sum);
}

}  // namespace

TEST_CASE("the gradient norm of a linear layer has its known value") {
  // peers.md row 55: W = (.5,-.25), (.1,.2), (-.3,.4), zero bias, the norm over weights and bias.
  const auto logits_of = [](double a, double b) {
    return std::vector<double>{.5 * a - .25 * b, .1 * a + .2 * b, -.3 * a + .4 * b};
  };
  std::vector<double> z = logits_of(1, 2);
  const std::vector<double> second = logits_of(3, -1), h{1, 2, 3, -1};
  z.insert(z.end(), second.begin(), second.end());
  const std::vector<int> y{0, 2};
  const softmax_head<eigen<double>> head({z, 2, 3}, {h, 2, 2}, y);
  const auto norm = scored::by(gradient_norm{}, head);
  CHECK(norm[0] == Approx(-2.3019103871).epsilon(1e-10));
  CHECK(norm[1] == Approx(-4.1952792115).epsilon(1e-10));
}

TEST_CASE("the closed form agrees with the gradient matrix") {
  for (const std::size_t k : {2u, 3u, 10u}) {
    const scored::hard_batch<double> batch(90, k, 5);
    random_stream random(9);
    std::vector<double> features(90 * 4);
    for (double& x : features) x = random.normal();
    const softmax_head<eigen<double>> head({batch.logits, 90, k}, {features, 90, 4}, batch.truth);
    const auto norm = scored::by(gradient_norm{}, head);
    for (std::size_t i = 0; i < 90; ++i) {
      const auto row = features.begin() + std::ptrdiff_t(4 * i);
      const long double wanted = norm_by_matrix(batch.row(i), {row, row + 4}, std::size_t(batch.truth[i]));
      CAPTURE(k);
      CAPTURE(i);
      CHECK(std::abs((long double)(norm[i]) + wanted) <= 1e-12L * wanted);  // down to e^-200
    }
  }
}

TEST_CASE("features are checked") {
  const std::vector<float> z(6), nan{1, 2, 3, std::numeric_limits<float>::quiet_NaN()}, three(3);
  const std::vector<int> y{0, 0};
  std::vector<double> out(2);
  const softmax_head<eigen<float>> head({z, 2, 3}, {nan, 2, 2}, y);
  CHECK_THROWS_WITH_AS(gradient_norm{}(head, out), "softmax_head: features: record 1 has a feature that is not finite",
                       argument_error);
  CHECK_THROWS_WITH_AS((softmax_head<eigen<float>>({z, 2, 3}, {three, 3, 1}, y)),
                       "softmax_head: features: has 3 elements; wanted 2", argument_error);
}
