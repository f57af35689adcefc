// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include <telltale/train/network.hpp>

#include "unit/train/clusters.hpp"

#include <doctest/doctest.h>

using namespace telltale;

TEST_CASE("logits and hidden features equal the scalar twin across blocks and strides") {
  const clusters<double> task(300, 5, 3, 0, 1.0);  // more than one block of 256
  const auto shape = train::multilayer_perceptron(4, {7, 6}, 3);
  const oracle::dense_network twin{{4, 7, 6, 3}};
  const auto net = train::basic_network<double>::initial(shape, 3, 1);
  const oracle::numbers theta(net.parameters().begin(), net.parameters().end());
  REQUIRE(theta.size() == twin.parameters());
  // The last four of five columns, in place.
  const train::features_view<double> part(std::span<const double>(task.values).subspan(1), 300, 4, 5);
  std::vector<double> logits(300 * 3), same(300 * 3), hidden(300 * 6);
  net.logits(part, logits);
  net.logits_and_hidden(part, same, hidden);
  CHECK(same == logits);
  for (std::size_t i = 0; i < 300; ++i) {
    const auto a = twin.activations(theta, {part.row(i)[0], part.row(i)[1], part.row(i)[2], part.row(i)[3]});
    for (std::size_t c = 0; c < 3; ++c) CHECK(std::abs(logits[i * 3 + c] - a[3][c]) < 1e-13);
    for (std::size_t j = 0; j < 6; ++j) CHECK(std::abs(hidden[i * 6 + j] - a[2][j]) < 1e-13);
  }
}

TEST_CASE("the hidden features of a linear head are its inputs") {
  const clusters<float> task(10, 4, 2, 0, 1.0);
  const auto net = train::network::initial(train::softmax_regression(4, 2), 1, 0);
  std::vector<float> logits(20), hidden(40);
  net.logits_and_hidden(task.features(), logits, hidden);
  CHECK(hidden == task.values);
}

TEST_CASE("initial weights are normal with variance two over the inputs and biases are zero") {
  const auto shape = train::multilayer_perceptron(200, {300}, 10);
  const auto net = train::network::initial(shape, 7, 3);
  for (const auto& layer : shape.layers()) {
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < layer.weights(); ++i) {
      const double w = net.parameters()[layer.offset + i];
      sum += w;
      squares += w * w;
    }
    const double n = static_cast<double>(layer.weights()), variance = 2 / static_cast<double>(layer.inputs);
    CHECK(std::abs(sum / n) < 4 * std::sqrt(variance / n));
    CHECK(std::abs(squares / n / variance - 1) < 4 * std::sqrt(2 / n));
    for (std::size_t j = 0; j < layer.outputs; ++j) CHECK(net.parameters()[layer.offset + layer.weights() + j] == 0);
  }
  CHECK(net == train::network::initial(shape, 7, 3));
  CHECK_FALSE(net == train::network::initial(shape, 7, 4));
  CHECK_FALSE(net == train::network::initial(shape, 8, 3));
}

TEST_CASE("a network is restored from its flat parameters") {
  const auto shape = train::multilayer_perceptron(5, {4}, 3);
  CHECK(shape.parameters() == 5 * 4 + 4 + 4 * 3 + 3);
  const auto net = train::network::initial(shape, 1, 0);
  CHECK(train::network(shape, net.parameters()) == net);
  CHECK(net.head_weights().size() == 12);
  CHECK(net.head_weights().data() == net.parameters().data() + 24);
}

TEST_CASE("networks and views refuse what does not fit") {
  const auto shape = train::softmax_regression(3, 2);
  CHECK_THROWS_WITH_AS(train::network(shape, std::vector<float>(7)),
                       "basic_network: parameters: has 7 elements; wanted 8", argument_error);
  std::vector<float> broken(8);
  broken[2] = std::numeric_limits<float>::infinity();
  CHECK_THROWS_AS(train::network(shape, broken), argument_error);
  CHECK_THROWS_AS(static_cast<void>(train::softmax_regression(0, 2)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(train::softmax_regression(3, 1)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(train::multilayer_perceptron(3, {4, 0}, 2)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(train::multilayer_perceptron(3, {}, 2)), argument_error);
  const train::network net(shape, std::vector<float>(8));
  const std::vector<float> x(6);
  std::vector<float> out(4), small(3);
  net.logits(train::features_view<float>(x, 2, 3), out);
  CHECK_THROWS_AS(net.logits(train::features_view<float>(x, 2, 3), small), argument_error);
  CHECK_THROWS_AS(net.logits(train::features_view<float>(x, 2, 2), out), argument_error);
  net.logits(train::features_view<float>(x, 0, 3), std::span<float>{});
  const std::vector<float> nan{0, 0, std::numeric_limits<float>::quiet_NaN()};
  CHECK_THROWS_AS(net.logits(train::features_view<float>(nan, 1, 3), std::span<float>(out).first(2)), argument_error);
}
