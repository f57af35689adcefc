// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/published/gradient_norm.hpp>
#include <telltale/scorer/gradient_norm.hpp>

#include "scored.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using doctest::Approx;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Forms the whole gradient matrix (p - e_y) (h, 1)^T.
long double norm_by_matrix(const oracle::row& z, const std::vector<double>& h, std::size_t y, double order) {
  long double sum = 0, largest = 0;
  for (std::size_t c = 0; c < z.size(); ++c) {
    const long double delta = c == y ? -oracle::complement(z, y) : oracle::confidence(z, c);
    for (std::size_t d = 0; d <= h.size(); ++d) {
      const long double entry = std::abs(delta * (d < h.size() ? (long double)(h[d]) : 1.0L));
      sum += std::pow(entry, (long double)(order));
      largest = std::max(largest, entry);
    }
  }
  return std::isinf(order) ? largest : std::pow(sum, 1 / (long double)(order));
}

// The mean cross-entropy of one record as a function of the weights and biases, in long double.
long double loss_of(const std::vector<long double>& weights, const std::vector<double>& h, std::size_t classes,
                    std::size_t y) {
  oracle::row z(classes);
  const std::size_t width = h.size() + 1;
  for (std::size_t c = 0; c < classes; ++c) {
    z[c] = weights[c * width + h.size()];
    for (std::size_t d = 0; d < h.size(); ++d) z[c] += weights[c * width + d] * h[d];
  }
  return -oracle::loss(z, y);
}

// Gives norms of order 2 only, as an engine that never forms a gradient does.
struct squares_only {
  static constexpr std::string_view name = "squares only";
  static constexpr access_to reveals = access_to::parameters;
  using backend = eigen<double>;
  [[nodiscard]] static std::size_t subjects() { return 1; }
  static void squared_norms(std::span<double> out) { out[0] = 9; }
};

}  // namespace

TEST_CASE("the gradient norm of a linear layer has its known value") {
  // By hand: W = (.5,-.25), (.1,.2), (-.3,.4), zero bias, the norm over weights and bias.
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

TEST_CASE("the closed form agrees with the gradient matrix in every norm") {
  for (const std::size_t k : {2u, 3u, 10u}) {
    const scored::hard_batch<double> batch(90, k, 5);
    random_stream random(9);
    std::vector<double> features(90 * 4);
    for (double& x : features) x = 3 * random.normal();
    const softmax_head<eigen<double>> head({batch.logits, 90, k}, {features, 90, 4}, batch.truth);
    for (const double order : {1.0, 1.5, 2.0, 3.0, 40.0, infinity}) {
      const auto norm = scored::by(gradient_norm{order}, head);
      for (std::size_t i = 0; i < 90; ++i) {
        const auto row = features.begin() + std::ptrdiff_t(4 * i);
        const long double wanted = norm_by_matrix(batch.row(i), {row, row + 4}, std::size_t(batch.truth[i]), order);
        CAPTURE(k);
        CAPTURE(order);
        CAPTURE(i);
        CHECK(std::abs((long double)(norm[i]) + wanted) <= 1e-12L * wanted);  // down to e^-200
      }
    }
  }
}

TEST_CASE("how the wrong classes concentrate does not depend on how the answer is stored") {
  const scored::hard_batch<double> batch(60, 5, 3);
  std::vector<double> logarithms(300), probabilities(300);
  for (std::size_t i = 0; i < 60; ++i)
    for (std::size_t c = 0; c < 5; ++c) {
      logarithms[5 * i + c] = double(oracle::loss(batch.row(i), c));
      probabilities[5 * i + c] = double(oracle::confidence(batch.row(i), c));
    }
  const auto concentration = [&](const std::vector<double>& stored, stored_as form, double order) {
    std::vector<double> out(60);
    classification<eigen<double>>({stored, 60, 5}, batch.truth, form).by_block(out, [&](const auto& z, auto y) {
      return eigen<double>::concentration_except(z, y, order);
    });
    return out;
  };
  for (const double order : {1.0, 2.5, 7.0}) {
    const auto logits = concentration(batch.logits, stored_as::logits, order);
    const auto by_logarithm = concentration(logarithms, stored_as::log_probabilities, order);
    const auto by_probability = concentration(probabilities, stored_as::probabilities, order);
    for (std::size_t i = 0; i < 60; ++i) {
      const std::size_t y = std::size_t(batch.truth[i]);
      const long double rest = oracle::complement(batch.row(i), y);
      long double wanted = 0;
      for (std::size_t c = 0; c < 5; ++c)
        if (c != y) wanted += std::pow(oracle::confidence(batch.row(i), c) / rest, (long double)(order));
      CHECK(logits[i] == Approx(double(wanted)).epsilon(1e-12));
      CHECK(by_logarithm[i] == Approx(double(wanted)).epsilon(1e-12));
      CHECK(by_probability[i] == Approx(double(wanted)).epsilon(1e-12));
    }
  }
}

TEST_CASE("no norm rounds a tiny residual away") {
  // Margin 600: the residual e^-600 has a square below the smallest double. Two classes, h = (3, -4).
  const std::vector<double> z{600, 0}, h{3, -4};
  const std::vector<int> y{0};
  const softmax_head<eigen<double>> head({z, 1, 2}, {h, 1, 2}, y);
  const double residual = std::exp(-600.0);
  const auto check = [&](double order, double wanted) {
    CHECK(scored::by(gradient_norm{order}, head)[0] / -residual == Approx(wanted).epsilon(1e-12));
  };
  check(1, 2 * 8);
  check(2, std::sqrt(2.0 * 26));
  check(3, std::cbrt(2.0 * (27 + 64 + 1)));
  check(infinity, 4);
}

TEST_CASE("the norms are those of finite differences of the loss") {
  random_stream random(12);
  const std::size_t classes = 4, dimensions = 3, width = dimensions + 1;
  for (std::size_t trial = 0; trial < 5; ++trial) {
    std::vector<long double> weights(classes * width);
    std::vector<double> h(dimensions), z(classes);
    for (long double& w : weights) w = double(float(random.normal()));
    for (double& x : h) x = 2 * random.normal();
    for (std::size_t c = 0; c < classes; ++c) {
      z[c] = double(weights[c * width + dimensions]);
      for (std::size_t d = 0; d < dimensions; ++d) z[c] += double(weights[c * width + d]) * h[d];
    }
    const std::vector<int> y{int(random.below(classes))};
    long double sums[3]{}, largest = 0;
    for (long double& w : weights) {
      const long double kept = w, step = 1e-5L;
      w = kept + step;
      const long double above = loss_of(weights, h, classes, std::size_t(y[0]));
      w = kept - step;
      const long double slope = std::abs(above - loss_of(weights, h, classes, std::size_t(y[0]))) / (2 * step);
      w = kept;
      sums[0] += slope;
      sums[1] += slope * slope;
      sums[2] += slope * slope * slope;
      largest = std::max(largest, slope);
    }
    const softmax_head<eigen<double>> head({z, 1, classes}, {h, 1, dimensions}, y);
    const auto norm = [&](double order) { return -scored::by(gradient_norm{order}, head)[0]; };
    CHECK(norm(1) == Approx(double(sums[0])).epsilon(1e-8));  // the differences err by step^2
    CHECK(norm(2) == Approx(std::sqrt(double(sums[1]))).epsilon(1e-8));
    CHECK(norm(3) == Approx(std::cbrt(double(sums[2]))).epsilon(1e-8));
    CHECK(norm(infinity) == Approx(double(largest)).epsilon(1e-8));
    std::vector<double> squared(1);
    head.squared_norms(squared);
    CHECK(squared[0] == Approx(double(sums[1])).epsilon(1e-8));
  }
}

TEST_CASE("a norm that is none, or that the observation does not give, is refused") {
  const std::vector<double> z{1, 0}, h{1};
  const std::vector<int> y{0};
  std::vector<double> out(1);
  const softmax_head<eigen<double>> head({z, 1, 2}, {h, 1, 1}, y);
  CHECK_THROWS_WITH_AS(gradient_norm{0.5}(head, out), "gradient_norm: order: is 0.500000; wanted 1 to infinity",
                       argument_error);
  CHECK_THROWS_AS(gradient_norm{std::nan("")}(head, out), argument_error);
  gradient_norm{}(squares_only{}, out);
  CHECK(out[0] == -3);
  CHECK_THROWS_WITH_AS(gradient_norm{1}(squares_only{}, out),
                       "gradient_norm: order: is 1.000000; squares only gives norms of order 2 only", argument_error);
}

TEST_CASE("the published attack ranks by minus the norm, or cuts at a given one") {
  const std::vector<double> z{4, 0, 0, 4}, h{1, 1};
  const std::vector<int> y{0, 0};
  const softmax_head<eigen<double>> head({z, 2, 2}, {h, 2, 1}, y);
  const evidence ranked = published::gradient_norm{}(head);
  CHECK(ranked.ranks_only());
  CHECK(ranked.values[0] > ranked.values[1]);
  const evidence cut = compose(gradient_norm{infinity}, threshold{where::given{-0.5}})(head);
  CHECK(cut.says_member(0));  // residual 1 - p_y = 0.018
  CHECK_FALSE(cut.says_member(1));
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
