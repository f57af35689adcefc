// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
// Gradients and steps, in double, against the scalar twin and against finite differences.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/train/detail/packed.hpp>
#include <telltale/train/train_many.hpp>

#include "oracle/dense_network.hpp"
#include "unit/train/clusters.hpp"

#include <doctest/doctest.h>

using namespace telltale;

namespace {

oracle::numbers initial(const train::network_shape& shape, std::uint64_t seed, std::size_t model) {
  const auto net = train::basic_network<double>::initial(shape, seed, model);
  return {net.parameters().begin(), net.parameters().end()};
}

double distance(std::span<const double> a, const oracle::numbers& b) {
  REQUIRE(a.size() == b.size());
  double worst = 0;
  for (std::size_t i = 0; i < b.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

struct case_of {
  train::network_shape shape;
  oracle::dense_network twin;
};

const std::vector<case_of> cases{{train::softmax_regression(7, 3), {{7, 3}}},
                                 {train::multilayer_perceptron(7, {6}, 3), {{7, 6, 3}}},
                                 {train::multilayer_perceptron(7, {9, 5, 4}, 3), {{7, 9, 5, 4, 3}}}};

}  // namespace

TEST_CASE("the gradient of a batch equals finite differences of the scalar twin's loss") {
  const clusters<double> task(24, 7, 3, 1, 1.0);
  const auto data = task.data();
  const train::recipe chosen{.batch_size = 100, .seed = 4};
  for (const auto& [shape, twin] : cases) {
    train::detail::packed_trainer<double> trainer(data, shape, chosen);
    trainer.start(task.keep[0], 0);
    const auto own = task.own(0);
    const double loss = trainer.add_gradient(own);
    const auto x = task.rows(own);
    const auto y = task.labels_of(own);
    oracle::numbers theta = initial(shape, 4, 0);
    CHECK(loss / static_cast<double>(own.size()) == doctest::Approx(twin.loss(theta, x, y)).epsilon(1e-12));
    CHECK(distance({trainer.gradient(), theta.size()}, twin.gradient(theta, x, y)) < 1e-13);
    const double h = 1e-5;
    for (std::size_t i = 0; i < theta.size(); i += 3) {
      const double kept = theta[i];
      theta[i] = kept + h;
      const double above = twin.loss(theta, x, y);
      theta[i] = kept - h;
      const double below = twin.loss(theta, x, y);
      theta[i] = kept;
      CHECK(std::abs(trainer.gradient()[i] - (above - below) / (2 * h)) < 1e-8);
    }
  }
}

TEST_CASE("momentum steps follow the scalar twin through shuffled mini-batches and a cosine schedule") {
  const clusters<double> task(50, 7, 3, 2, 1.0);
  for (const double decay : {0.0, 0.03})
    for (const auto& [shape, twin] : cases) {
      const train::recipe chosen{.optimiser = train::momentum_sgd{.learning_rate = 0.05, .momentum = 0.8},
                                 .weight_decay = decay,
                                 .batch_size = 8,
                                 .epochs = 5,
                                 .learning_rates = train::schedule::cosine,
                                 .seed = 11};
      const auto result = train::train_many(task.data(), task.keep, shape, chosen, {.plan = train::strategy::packed});
      oracle::numbers theta = initial(shape, 11, 1), velocity(theta.size());
      random_stream order(11, train::detail::stream_for(train::detail::purpose::order_of_records, 1));
      for (int epoch = 0; epoch < 5; ++epoch) {
        const double rate = 0.05 * (1 + std::cos(3.14159265358979323846 * epoch / 5)) / 2;
        auto own = task.own(1);
        order.shuffle(own);
        for (std::size_t at = 0; at < own.size(); at += 8) {
          const std::vector<std::uint32_t> batch(
              own.begin() + static_cast<std::ptrdiff_t>(at),
              own.begin() + static_cast<std::ptrdiff_t>(std::min(at + 8, own.size())));
          oracle::momentum_step(theta, velocity, twin.gradient(theta, task.rows(batch), task.labels_of(batch)), rate,
                                0.8, decay);
        }
      }
      CHECK(distance(result[1].model.parameters(), theta) < 1e-12);
      CHECK(result[1].loss ==
            doctest::Approx(twin.loss(theta, task.rows(task.own(1)), task.labels_of(task.own(1)))).epsilon(1e-12));
      CHECK(result[1].epochs == 5);
      CHECK(result[1].reached);
    }
}

TEST_CASE("Adam steps follow the scalar twin") {
  const clusters<double> task(40, 7, 3, 1, 1.0);
  for (const double decay : {0.0, 0.03})
    for (const auto& [shape, twin] : cases) {
      const train::adam rule{.learning_rate = 0.01, .beta1 = 0.8, .beta2 = 0.95, .epsilon = 1e-6};
      const train::recipe chosen{.optimiser = rule, .weight_decay = decay, .batch_size = 1000, .epochs = 12, .seed = 2};
      const auto result = train::train_many(task.data(), task.keep, shape, chosen, {.plan = train::strategy::packed});
      oracle::numbers theta = initial(shape, 2, 0), first(theta.size()), second(theta.size());
      const auto x = task.rows(task.own(0));
      const auto y = task.labels_of(task.own(0));
      for (int t = 1; t <= 12; ++t)
        oracle::adam_step(theta, first, second, twin.gradient(theta, x, y), t, 0.01, 0.8, 0.95, 1e-6, decay);
      CHECK(distance(result[0].model.parameters(), theta) < 1e-11);
    }
}

TEST_CASE("a converged softmax regression is the minimiser that slow gradient descent finds") {
  const clusters<double> task(60, 5, 4, 3, 1.0);
  const oracle::dense_network twin{{5, 4}};
  const train::recipe chosen{
      .optimiser = train::momentum_sgd{.learning_rate = 0.3}, .weight_decay = 0.05, .batch_size = 60, .epochs = 2000};
  for (const auto plan : {train::strategy::packed, train::strategy::stacked}) {
    const auto result =
        train::train_many(task.data(), task.keep, train::softmax_regression(5, 4), chosen, {.plan = plan});
    for (std::size_t m = 0; m < 3; ++m) {
      const auto best = oracle::converged(twin, task.rows(task.own(m)), task.labels_of(task.own(m)), 0.05, 0.5, 1e-10);
      CHECK(distance(result[m].model.parameters(), best) < 1e-8);
    }
  }
}
