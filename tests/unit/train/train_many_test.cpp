// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/train/train_many.hpp>

#include "unit/train/clusters.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using train::strategy;

namespace {

std::vector<train::trained<float>> run(const clusters<float>& task, const train::network_shape& shape,
                                       const train::recipe& chosen, const train::execution& how) {
  return train::train_many(task.data(), task.keep, shape, chosen, how);
}

std::string message_of(const clusters<float>& task, const train::network_shape& shape, const train::recipe& chosen,
                       const train::execution& how = {}) {
  try {
    static_cast<void>(run(task, shape, chosen, how));
  } catch (const error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

bool mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the trained bytes depend on neither the threads nor the models trained beside") {
  const clusters<float> task(90, 11, 3, 40, 0.5);
  const train::recipe chosen{.batch_size = 16, .epochs = 6, .stop = train::stopping{.accuracy = 0.9}, .seed = 5};
  struct variant {
    train::network_shape shape;
    strategy plan;
  };
  for (const auto& [shape, plan] : {variant{train::softmax_regression(11, 3), strategy::packed},
                                    variant{train::softmax_regression(11, 3), strategy::stacked},
                                    variant{train::multilayer_perceptron(11, {13}, 3), strategy::packed}}) {
    const auto reference = run(task, shape, chosen, {.threads = 1, .plan = plan});
    REQUIRE(reference.size() == 40);
    const auto many = run(task, shape, chosen, {.threads = 5, .plan = plan});
    for (std::size_t m = 0; m < 40; ++m) CHECK(many[m].model == reference[m].model);
    const std::vector<std::size_t> some{39, 7, 33};
    const auto few = run(task, shape, chosen, {.threads = 2, .plan = plan, .which = some});
    REQUIRE(few.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(few[i].model == reference[some[i]].model);
      CHECK(few[i].accuracy == reference[some[i]].accuracy);
      CHECK(few[i].loss == reference[some[i]].loss);
      CHECK(few[i].epochs == reference[some[i]].epochs);
    }
    // What must differ does: another seed, another model.
    train::recipe other = chosen;
    other.seed = 6;
    CHECK_FALSE(run(task, shape, other, {.plan = plan})[0].model == reference[0].model);
    CHECK_FALSE(reference[0].model == reference[1].model);
  }
}

TEST_CASE("an empty choice of models trains none") {
  const clusters<float> task(20, 3, 2, 2, 1.0);
  CHECK(run(task, train::softmax_regression(3, 2), {}, {.which = std::span<const std::size_t>{}}).empty());
}

TEST_CASE("a record outside the mask does not move a model") {
  clusters<float> task(60, 6, 3, 2, 0.5);
  const train::recipe chosen{.batch_size = 7, .epochs = 4};
  for (const auto plan : {strategy::packed, strategy::stacked}) {
    const auto before = run(task, train::softmax_regression(6, 3), chosen, {.plan = plan});
    clusters<float> changed = task;
    changed.keep.assign(changed.masks.begin(), changed.masks.end());
    for (std::size_t i = 0; i < 60; ++i)
      if (!task.masks[0][i]) {
        for (std::size_t d = 0; d < 6; ++d) changed.values[i * 6 + d] = 100;
        changed.labels[i] = 0;
      }
    const auto after = run(changed, train::softmax_regression(6, 3), chosen, {.plan = plan});
    CHECK(after[0].model == before[0].model);
    CHECK_FALSE(after[1].model == before[1].model);
  }
}

TEST_CASE("stacked and packed agree on the full batch") {
  const clusters<float> task(120, 9, 5, 37, 0.5);
  for (const bool is_adam : {false, true}) {
    train::recipe chosen{.optimiser = train::momentum_sgd{.learning_rate = 0.05},
                         .weight_decay = 1e-3,
                         .batch_size = 120,
                         .epochs = 40,
                         .stop = train::stopping{.accuracy = 0.5}};
    if (is_adam) chosen.optimiser = train::adam{.learning_rate = 0.05};
    const auto packed = run(task, train::softmax_regression(9, 5), chosen, {.plan = strategy::packed});
    const auto stacked = run(task, train::softmax_regression(9, 5), chosen, {.plan = strategy::stacked});
    std::set<std::size_t> epochs;
    for (std::size_t m = 0; m < 37; ++m) {
      CHECK(stacked[m].epochs == packed[m].epochs);
      CHECK(stacked[m].reached == packed[m].reached);
      CHECK(stacked[m].accuracy == packed[m].accuracy);
      CHECK(stacked[m].loss == doctest::Approx(packed[m].loss).epsilon(1e-5));
      epochs.insert(packed[m].epochs);
      for (std::size_t i = 0; i < packed[m].model.parameters().size(); ++i)
        CHECK(std::abs(stacked[m].model.parameters()[i] - packed[m].model.parameters()[i]) < 2e-5F);
    }
    CHECK(epochs.size() > 2);  // models stopped at different moments
  }
}

TEST_CASE("stacked mini-batches weigh a record by the model's own share of the batch") {
  // One epoch, two batches of shared records: the scalar twin walks the same shared order.
  const clusters<double> task(30, 4, 3, 2, 0.5);
  const train::recipe chosen{.optimiser = train::momentum_sgd{.learning_rate = 0.1, .momentum = 0.5},
                             .batch_size = 16,
                             .epochs = 3,
                             .seed = 8};
  const auto result =
      train::train_many(task.data(), task.keep, train::softmax_regression(4, 3), chosen, {.plan = strategy::stacked});
  const oracle::dense_network twin{{4, 3}};
  random_stream order(8, train::detail::stream_for(train::detail::purpose::shared_order, 0));
  std::vector<std::uint32_t> shared(30);
  for (std::uint32_t i = 0; i < 30; ++i) shared[i] = i;
  const auto start = train::basic_network<double>::initial(train::softmax_regression(4, 3), 8, 1);
  oracle::numbers theta(start.parameters().begin(), start.parameters().end()), velocity(theta.size());
  for (int epoch = 0; epoch < 3; ++epoch) {
    order.shuffle(shared);
    for (std::size_t at = 0; at < 30; at += 16) {
      std::vector<std::uint32_t> own;
      for (std::size_t i = at; i < std::min<std::size_t>(30, at + 16); ++i)
        if (task.masks[1][shared[i]]) own.push_back(shared[i]);
      oracle::momentum_step(theta, velocity, twin.gradient(theta, task.rows(own), task.labels_of(own)), 0.1, 0.5, 0);
    }
  }
  for (std::size_t i = 0; i < theta.size(); ++i)
    CHECK(result[1].model.parameters()[i] == doctest::Approx(theta[i]).epsilon(1e-10));
}

TEST_CASE("training stops at the asked accuracy and says when it did not get there") {
  const clusters<float> task(100, 8, 2, 6, 1.0);
  for (const auto& shape : {train::softmax_regression(8, 2), train::multilayer_perceptron(8, {32}, 2)}) {
    const train::recipe easy{.epochs = 500, .stop = train::stopping{.accuracy = 0.9, .check_every = 3}};
    for (const auto& one : run(task, shape, easy, {})) {
      CHECK(one.reached);
      CHECK(one.accuracy >= 0.9);
      CHECK(one.epochs < 500);
      CHECK(one.epochs % 3 == 0);
    }
    const train::recipe brief{.epochs = 1, .stop = train::stopping{.accuracy = 1.0}};
    for (const auto& one : run(task, shape, brief, {})) {
      CHECK(one.epochs == 1);
      CHECK(one.reached == (one.accuracy == 1.0));
    }
  }
}

TEST_CASE("the reported accuracy and loss are those of the model's own records") {
  const clusters<float> task(80, 6, 3, 3, 0.7);
  for (const auto plan : {strategy::packed, strategy::stacked})
    for (const auto& [m, one] : [&] {
           std::vector<std::pair<std::size_t, train::trained<float>>> all;
           train::train_each(task.data(), train::keep_masks(task.keep), train::softmax_regression(6, 3),
                             train::recipe{.epochs = 3}, {.plan = plan},
                             [&](std::size_t model, train::trained<float>&& t) { all.emplace_back(model, t); });
           return all;
         }()) {
      std::vector<float> z(80 * 3);
      one.model.logits(task.features(), z);
      double right = 0, loss = 0, own = 0;
      for (const std::uint32_t i : task.own(m)) {
        const oracle::numbers p = oracle::dense_network::softmax({z[i * 3], z[i * 3 + 1], z[i * 3 + 2]});
        const auto y = static_cast<std::size_t>(task.labels[i]);
        right += p[y] > p[(y + 1) % 3] && p[y] > p[(y + 2) % 3];
        loss -= std::log(p[y]);
        own += 1;
      }
      CHECK(one.accuracy == right / own);
      CHECK(one.loss == doctest::Approx(loss / own).epsilon(1e-5));
    }
}

TEST_CASE("errors_allowed is the largest number of errors that keeps the accuracy") {
  CHECK(train::detail::errors_allowed(0.99, 1000) == 10);
  CHECK(train::detail::errors_allowed(1.0, 1000) == 0);
  CHECK(train::detail::errors_allowed(0.99, 50) == 0);
  CHECK(train::detail::errors_allowed(0.5, 3) == 1);
}

TEST_CASE("progress counts to the number of models") {
  const clusters<float> task(40, 4, 2, 9, 1.0);
  for (const auto plan : {strategy::packed, strategy::stacked}) {
    std::vector<std::size_t> seen;
    static_cast<void>(run(task, train::softmax_regression(4, 2), {.epochs = 2},
                          {.threads = 3, .plan = plan, .progress = [&](std::size_t done, std::size_t total) {
                             CHECK(total == 9);
                             seen.push_back(done);
                           }}));
    CHECK(seen == std::vector<std::size_t>{1, 2, 3, 4, 5, 6, 7, 8, 9});
  }
}

TEST_CASE("what a callback throws ends the training and is passed on") {
  const clusters<float> task(40, 4, 2, 9, 1.0);
  struct cancelled {};
  CHECK_THROWS_AS(run(task, train::softmax_regression(4, 2), {.epochs = 2},
                      {.threads = 2, .progress = [](std::size_t, std::size_t) { throw cancelled{}; }}),
                  cancelled);
}

TEST_CASE("bad masks are refused by model and record") {
  const auto shape = train::softmax_regression(4, 2);
  {
    clusters<float> task(20, 4, 2, 3, 1.0);
    task.masks[1][7] = 2;
    CHECK(mentions(message_of(task, shape, {}), "keep: model 1 record 7 is 2; wanted 0 or 1"));
  }
  {
    clusters<float> task(20, 4, 2, 3, 1.0);
    task.masks[2].assign(20, 0);
    task.keep[2] = task.masks[2];
    CHECK(mentions(message_of(task, shape, {}), "keep: model 2 trains on no record"));
    task.keep[0] = task.keep[0].first(19);
    CHECK(mentions(message_of(task, shape, {}), "keep: model 0 has a mask of 19 records; wanted 20"));
  }
}

TEST_CASE("bad features and shapes and choices are refused by name") {
  clusters<float> task(20, 4, 2, 3, 1.0);
  CHECK(mentions(message_of(task, train::softmax_regression(5, 2), {}), "shape.inputs: has 5"));
  CHECK(mentions(message_of(task, train::softmax_regression(4, 3), {}), "shape.classes: has 3"));
  CHECK(mentions(message_of(task, train::multilayer_perceptron(4, {3}, 2), {}, {.plan = strategy::stacked}),
                 "strategy: is stacked"));
  const std::vector<std::size_t> beyond{0, 3}, twice{1, 1};
  CHECK(mentions(message_of(task, train::softmax_regression(4, 2), {}, {.which = beyond}),
                 "which: asks for model 3 of 3"));
  CHECK(
      mentions(message_of(task, train::softmax_regression(4, 2), {}, {.which = twice}), "which: names model 1 twice"));
  task.values[5 * 4 + 2] = std::numeric_limits<float>::quiet_NaN();
  CHECK(mentions(message_of(task, train::softmax_regression(4, 2), {}), "features: record 5 dimension 2 is"));
}

TEST_CASE("divergence names the lowest model and its epoch whatever the threads") {
  clusters<float> task(40, 4, 2, 12, 1.0);
  for (float& v : task.values) v *= 1e15F;
  const train::recipe wild{.optimiser = train::momentum_sgd{.learning_rate = 1e15}, .epochs = 50};
  for (const auto& shape : {train::softmax_regression(4, 2), train::multilayer_perceptron(4, {6}, 2)}) {
    const std::string one = message_of(task, shape, wild, {.threads = 1});
    CHECK(mentions(one, "train_many: model 0 diverged in epoch "));
    CHECK(message_of(task, shape, wild, {.threads = 3}) == one);
  }
}
