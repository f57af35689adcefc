// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <numbers>
#include <span>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/torch/train/train_module.hpp>
#include <telltale/train/train_many.hpp>

#include "oracle/rule_inputs.hpp"
#include "torch/devices.hpp"
#include "torch/doctest.hpp"

using namespace telltale;
using oracle::has;
using oracle::refusal;
using train::recipe;
using train::tensor_dataset;
using train::train_module;

namespace {

struct sample {
  at::Tensor inputs;
  std::vector<int> labels;
  [[nodiscard]] tensor_dataset data(std::size_t classes = 3) const { return {inputs, labels, classes}; }
};

// Small images of three classes, told apart by which third of the columns is bright.
sample images(std::size_t records, at::ScalarType type, const at::Device& device = at::kCPU) {
  random_stream random(11);
  sample all;
  all.inputs = at::empty({static_cast<std::int64_t>(records), 1, 6, 6}, at::kDouble);
  auto* const pixel = all.inputs.data_ptr<double>();
  for (std::size_t i = 0; i < records; ++i) {
    all.labels.push_back(static_cast<int>(i % 3));
    for (std::size_t p = 0; p < 36; ++p) pixel[i * 36 + p] = random.normal() + (p % 6 / 2 == i % 3 ? 0.8 : 0.0);
  }
  all.inputs = all.inputs.to(device, type);
  return all;
}

std::vector<std::uint8_t> two_thirds(std::size_t records) {
  std::vector<std::uint8_t> keep(records);
  for (std::size_t i = 0; i < records; ++i) keep[i] = i % 4 == 1 || i % 4 == 2 || i % 5 == 0;
  return keep;
}

torch::nn::Sequential small_net(std::uint64_t) {
  return torch::nn::Sequential(torch::nn::Conv2d(torch::nn::Conv2dOptions(1, 8, 3).padding(1)), torch::nn::ReLU(),
                               torch::nn::AvgPool2d(2), torch::nn::Flatten(), torch::nn::Linear(72, 3));
}

torch::nn::Sequential net_with_dropout(std::uint64_t) {
  return torch::nn::Sequential(torch::nn::Flatten(), torch::nn::Linear(36, 16), torch::nn::ReLU(),
                               torch::nn::Dropout(0.3), torch::nn::Linear(16, 3));
}

template <class Module>
bool same(const Module& a, const Module& b) {
  const auto left = a->parameters(), right = b->parameters();
  for (std::size_t i = 0; i < left.size(); ++i)
    if (!at::equal(left[i], right[i])) return false;
  return left.size() == right.size();
}

// The loop that a reader of torch's tutorials would write, with the documented order and seeds of initialisation.
torch::nn::Sequential by_hand(const sample& all, const std::vector<std::uint8_t>& keep, const recipe& chosen,
                              std::size_t model) {
  const auto stream = [&](std::uint64_t purpose) { return (purpose << 48) | model; };
  const philox::block drawn = philox::at(chosen.seed, stream(0x7401), 0);
  torch::manual_seed((std::uint64_t{drawn[1]} << 32) | drawn[0]);
  torch::nn::Sequential net = small_net(0);
  net->to(all.inputs.device(), all.inputs.scalar_type());
  std::unique_ptr<torch::optim::Optimizer> optimiser;
  double rate = 0;
  if (const auto* sgd = std::get_if<train::momentum_sgd>(&chosen.optimiser)) {
    rate = sgd->learning_rate;
    optimiser = std::make_unique<torch::optim::SGD>(
        net->parameters(), torch::optim::SGDOptions(rate).momentum(sgd->momentum).weight_decay(chosen.weight_decay));
  } else {
    const auto& adam = std::get<train::adam>(chosen.optimiser);
    rate = adam.learning_rate;
    optimiser = std::make_unique<torch::optim::Adam>(net->parameters(), torch::optim::AdamOptions(rate)
                                                                            .betas({adam.beta1, adam.beta2})
                                                                            .eps(adam.epsilon)
                                                                            .weight_decay(chosen.weight_decay));
  }
  random_stream order_of(chosen.seed, stream(0x7402));
  std::vector<std::int64_t> mine;
  for (std::size_t i = 0; i < keep.size(); ++i)
    if (keep[i] == 1) mine.push_back(static_cast<std::int64_t>(i));
  const at::Tensor labels = torch::tensor(all.labels, torch::kLong).to(all.inputs.device());
  for (std::size_t epoch = 0; epoch < chosen.epochs; ++epoch) {
    if (chosen.learning_rates == train::schedule::cosine)
      optimiser->param_groups()[0].options().set_lr(
          rate * 0.5 *
          (1 + std::cos(std::numbers::pi * static_cast<double>(epoch) / static_cast<double>(chosen.epochs))));
    std::vector<std::int64_t> order = mine;
    order_of.shuffle(order);
    for (std::size_t first = 0; first < order.size(); first += chosen.batch_size) {
      const std::vector<std::int64_t> batch(
          order.begin() + static_cast<std::ptrdiff_t>(first),
          order.begin() + static_cast<std::ptrdiff_t>(std::min(order.size(), first + chosen.batch_size)));
      const at::Tensor index = torch::tensor(batch, torch::kLong);
      optimiser->zero_grad();
      torch::nn::functional::cross_entropy(net->forward(all.inputs.index({index})), labels.index({index})).backward();
      optimiser->step();
    }
  }
  net->eval();
  return net;
}

}  // namespace

DOCTEST_TEST_CASE("training is the loop of torch.optim on the documented order, to the bit") {
  oracle::for_each_device([](const at::Device& device) {
    const oracle::deterministic_kernels same_bytes;
    const sample all = images(90, at::kDouble, device);
    const auto keep = two_thirds(90);
    recipe sgd{.optimiser = train::momentum_sgd{0.1, 0.9}, .weight_decay = 1e-3, .batch_size = 16, .epochs = 5};
    sgd.learning_rates = train::schedule::cosine;
    const recipe adam{.optimiser = train::adam{.learning_rate = 0.01},
                      .weight_decay = 0.01,
                      .batch_size = 1000,
                      .epochs = 5,
                      .seed = 7};
    for (const recipe& chosen : {sgd, adam})
      for (const std::size_t model : {0UL, 5UL}) {
        auto trained = train_module(small_net, all.data(), keep, chosen, model);
        auto expected = by_hand(all, keep, chosen, model);
        DOCTEST_CHECK(same(trained.model, expected));
        DOCTEST_CHECK(trained.epochs == 5);
        DOCTEST_CHECK(trained.reached);
        const at::Tensor mine =
            at::nonzero(torch::tensor(std::vector<int>(keep.begin(), keep.end()))).squeeze(1).to(device);
        const at::Tensor logits = expected->forward(all.inputs.index_select(0, mine)),
                         labels = torch::tensor(all.labels, torch::kLong).to(device).index_select(0, mine);
        DOCTEST_CHECK(trained.accuracy == (logits.argmax(1) == labels).cpu().to(at::kDouble).mean().item<double>());
        DOCTEST_CHECK(
            trained.loss ==
            doctest::Approx(torch::nn::functional::cross_entropy(logits, labels).item<double>()).epsilon(1e-12));
      }
  });
}

DOCTEST_TEST_CASE("a perceptron becomes what train_many makes of it") {
  oracle::for_each_device([](const at::Device& device) {
    // The trainer on Eigen is another implementation of the same recipe; both begin at the same parameters.
    const sample all = images(60, at::kDouble);
    const at::Tensor flat = all.inputs.reshape({60, 36}).contiguous();
    const std::span<const double> values(flat.data_ptr<double>(), 60 * 36);
    const auto keep = two_thirds(60);
    const std::vector<std::span<const std::uint8_t>> masks{keep};
    const auto shape = train::multilayer_perceptron(36, {12}, 3);
    using optimisers = decltype(recipe::optimiser);
    for (const auto& optimiser : {optimisers(train::momentum_sgd{0.05, 0.9}), optimisers(train::adam{0.01})}) {
      const recipe chosen{.optimiser = optimiser, .weight_decay = 1e-3, .batch_size = 8, .epochs = 4, .seed = 3};
      const auto there = train::train_many<double>({{values, 60, 36}, all.labels, 3}, masks, shape, chosen)[0];
      const auto initial = train::basic_network<double>::initial(shape, chosen.seed, 0);
      const auto matrix = [](std::span<const double> from, std::int64_t rows, std::int64_t columns) {
        return torch::tensor(std::vector<double>(from.begin(), from.end()), torch::kDouble).reshape({rows, columns});
      };
      const auto layers = [&](const train::basic_network<double>& net) {
        std::vector<at::Tensor> tensors;
        for (const auto& layer : net.shape().layers()) {
          const auto in = static_cast<std::int64_t>(layer.inputs), out = static_cast<std::int64_t>(layer.outputs);
          tensors.push_back(matrix(net.parameters().subspan(layer.offset, layer.weights()), in, out).t());
          tensors.push_back(
              matrix(net.parameters().subspan(layer.offset + layer.weights(), layer.outputs), 1, out).reshape({out}));
        }
        return tensors;
      };
      const auto factory = [&](std::uint64_t) {
        torch::nn::Sequential net(torch::nn::Linear(36, 12), torch::nn::ReLU(), torch::nn::Linear(12, 3));
        const auto from = layers(initial);
        for (std::size_t i = 0; i < from.size(); ++i) net->parameters()[i].set_data(from[i].clone());
        return net;
      };
      const auto here = train_module(factory, tensor_dataset(flat.to(device), all.labels, 3), keep, chosen);
      const auto expected = layers(there.model);
      for (std::size_t i = 0; i < expected.size(); ++i)
        DOCTEST_CHECK((here.model->parameters()[i].cpu() - expected[i]).abs().max().item<double>() < 1e-10);
      DOCTEST_CHECK(here.accuracy == there.accuracy);
      DOCTEST_CHECK(here.loss == doctest::Approx(there.loss).epsilon(1e-9));
    }
  });
}

DOCTEST_TEST_CASE("a model is a function of seed and number, whatever torch's generator holds, and leaves it alone") {
  oracle::for_each_device([](const at::Device& device) {
    const sample all = images(60, at::kFloat, device);
    const auto keep = two_thirds(60);
    const recipe chosen{.batch_size = 8, .epochs = 3};
    recipe other = chosen;
    other.seed = 2;
    const auto train = [&](const recipe& by, std::size_t model) {
      return train_module(net_with_dropout, all.data(), keep, by, model, augment::mirror{});
    };
    torch::manual_seed(1);
    const at::Tensor before = at::globalContext().defaultGenerator(at::kCPU).get_state();
    const auto first = train(chosen, 4);
    DOCTEST_CHECK(at::equal(at::globalContext().defaultGenerator(at::kCPU).get_state(), before));
    torch::manual_seed(99);
    torch::rand({5});
    DOCTEST_CHECK(same(train(chosen, 4).model, first.model));
    DOCTEST_CHECK(!same(train(chosen, 5).model, first.model));
    DOCTEST_CHECK(!same(train(other, 4).model, first.model));
    DOCTEST_CHECK((first.model->parameters()[0].device() == all.inputs.device()));
  });
}

DOCTEST_TEST_CASE("models with dropout trained by several threads are the same") {
  oracle::for_each_device([](const at::Device& device) {
    const sample all = images(60, at::kFloat, device);
    const auto keep = two_thirds(60);
    const recipe chosen{.batch_size = 4, .epochs = 4};
    const auto data = all.data();
    std::vector<torch::nn::Sequential> alone(4, nullptr), together(4, nullptr);
    for (std::size_t m = 0; m < 4; ++m) alone[m] = train_module(net_with_dropout, data, keep, chosen, m).model;
    std::vector<std::thread> threads;
    for (std::size_t m = 0; m < 4; ++m)
      threads.emplace_back([&, m] { together[m] = train_module(net_with_dropout, data, keep, chosen, m).model; });
    for (std::thread& thread : threads) thread.join();
    for (std::size_t m = 0; m < 4; ++m) DOCTEST_CHECK(same(alone[m], together[m]));
  });
}

DOCTEST_TEST_CASE("dropout draws anew in every step") {
  oracle::for_each_device([](const at::Device& device) {
    // A net that adds its mask's mean to a constant: what is drawn is seen in the inputs' gradient of each step.
    const sample all = images(24, at::kFloat, device);
    std::vector<float> seen;
    struct spy_impl : torch::nn::Module {
      explicit spy_impl(std::vector<float>& to) : seen(to) { register_module("head", head); }
      at::Tensor forward(const at::Tensor& x) {
        const at::Tensor mask = torch::dropout(torch::ones({64}, x.options()), 0.5, is_training());
        if (is_training()) seen.push_back(mask.dot(torch::arange(64, x.options())).item<float>());
        return head->forward(x.flatten(1));
      }
      torch::nn::Linear head{36, 3};
      std::vector<float>& seen;
    };
    const auto factory = [&](std::uint64_t) { return std::make_shared<spy_impl>(seen); };
    (void)train_module(factory, all.data(), std::vector<std::uint8_t>(24, 1), {.batch_size = 4, .epochs = 3});
    DOCTEST_CHECK(seen.size() == 18);
    std::sort(seen.begin(), seen.end());
    DOCTEST_CHECK(std::unique(seen.begin(), seen.end()) == seen.end());
  });
}

DOCTEST_TEST_CASE("what the factory froze stays frozen and the result is in evaluation mode") {
  oracle::for_each_device([](const at::Device& device) {
    const sample all = images(40, at::kFloat, device);
    std::vector<at::Tensor> frozen;
    const auto factory = [&](std::uint64_t) {
      torch::nn::Sequential net(torch::nn::Conv2d(torch::nn::Conv2dOptions(1, 4, 3).padding(1)),
                                torch::nn::BatchNorm2d(4), torch::nn::Flatten(), torch::nn::Linear(144, 3));
      net[0]->parameters()[0].requires_grad_(false);
      net[1]->eval();
      frozen = {net[0]->parameters()[0].clone(), net[3]->parameters()[0].detach().clone()};
      return net;
    };
    auto trained = train_module(factory, all.data(), std::vector<std::uint8_t>(40, 1), {.epochs = 2});
    DOCTEST_CHECK(at::equal(trained.model[0]->parameters()[0].cpu(), frozen[0]));
    DOCTEST_CHECK(!at::equal(trained.model[3]->parameters()[0].cpu(), frozen[1]));
    // The batch normalisation never ran in training mode: mean 0, variance 1, no batch counted.
    DOCTEST_CHECK(at::equal(trained.model[1]->buffers()[0].cpu(), at::zeros({4})));
    DOCTEST_CHECK(trained.model[1]->buffers()[2].item<std::int64_t>() == 0);
    DOCTEST_CHECK(!trained.model->is_training());
  });
}

DOCTEST_TEST_CASE("the counter of a batch normalisation stays an integer in float64") {
  oracle::for_each_device([](const at::Device& device) {
    const sample all = images(32, at::kDouble, device);
    const auto factory = [](std::uint64_t) {
      return torch::nn::Sequential(torch::nn::BatchNorm2d(1), torch::nn::Flatten(), torch::nn::Linear(36, 3));
    };
    auto trained = train_module(factory, all.data(), std::vector<std::uint8_t>(32, 1), {.batch_size = 8, .epochs = 3});
    DOCTEST_CHECK(!trained.model[0]->buffers()[2].is_floating_point());
    DOCTEST_CHECK(trained.model[0]->buffers()[2].item<std::int64_t>() == 12);
    DOCTEST_CHECK((trained.model[2]->parameters()[0].scalar_type() == at::kDouble));
  });
}

DOCTEST_TEST_CASE("training stops at the accuracy that the recipe names, and no earlier") {
  oracle::for_each_device([](const at::Device& device) {
    const oracle::deterministic_kernels same_bytes;
    const sample all = images(90, at::kFloat, device);
    const std::vector<std::uint8_t> keep(90, 1);
    recipe chosen{.optimiser = train::adam{0.002}, .batch_size = 16, .epochs = 200};
    chosen.stop = train::stopping{.accuracy = 0.9, .check_every = 2};
    auto trained = train_module(small_net, all.data(), keep, chosen);
    DOCTEST_CHECK(trained.reached);
    DOCTEST_CHECK(trained.accuracy >= 0.9);
    DOCTEST_CHECK(trained.epochs % 2 == 0);
    DOCTEST_CHECK(trained.epochs < 200);
    DOCTEST_REQUIRE(trained.epochs > 2);
    recipe shorter = chosen;
    shorter.stop.reset();
    shorter.epochs = trained.epochs - 2;
    DOCTEST_CHECK(train_module(small_net, all.data(), keep, shorter).accuracy < 0.9);
    recipe hopeless = chosen;
    hopeless.epochs = 1;
    hopeless.stop->accuracy = 1;
    DOCTEST_CHECK(!train_module(small_net, all.data(), keep, hopeless).reached);
  });
}

DOCTEST_TEST_CASE("tokens are inputs too") {
  oracle::for_each_device([](const at::Device& device) {
    const at::Tensor tokens = torch::tensor({{0, 1}, {1, 1}, {2, 0}, {3, 3}, {2, 3}, {0, 0}}, torch::kLong).to(device);
    const std::vector<int> labels{0, 0, 1, 1, 1, 0};
    const auto factory = [](std::uint64_t) {
      return torch::nn::Sequential(torch::nn::Embedding(4, 8), torch::nn::Flatten(), torch::nn::Linear(16, 2));
    };
    const recipe chosen{.optimiser = train::adam{0.05}, .batch_size = 3, .epochs = 60};
    auto trained = train_module(factory, tensor_dataset(tokens, labels, 2), std::vector<std::uint8_t>(6, 1), chosen);
    DOCTEST_CHECK(trained.accuracy == 1);
  });
}

DOCTEST_TEST_CASE("a loss that is not finite names model and epoch") {
  oracle::for_each_device([](const at::Device& device) {
    const sample all = images(30, at::kFloat, device);
    const recipe wild{.optimiser = train::momentum_sgd{1e20, 0.9}, .batch_size = 8, .epochs = 9};
    DOCTEST_CHECK_THROWS_WITH_AS(
        (void)train_module(small_net, all.data(), std::vector<std::uint8_t>(30, 1), wild, 6),
        "train_module: model 6 diverged in epoch 1: the loss is not finite; lower the learning rate or standardise the "
        "features",
        telltale::error);
  });
}

DOCTEST_TEST_CASE("what cannot be trained on is refused by name") {
  const sample all = images(30, at::kFloat);
  const std::vector<std::uint8_t> keep(30, 1);
  const auto run = [&](const auto& factory, const std::vector<std::uint8_t>& mask, const recipe& chosen = {}) {
    return refusal([&] { (void)train_module(factory, all.data(), mask, chosen, 2); });
  };
  DOCTEST_CHECK(has(run(small_net, std::vector<std::uint8_t>(30, 0)), "keep: model 2 trains on no record"));
  DOCTEST_CHECK(has(run(small_net, std::vector<std::uint8_t>(29, 1)), "has a mask of 29 records; wanted 30"));
  DOCTEST_CHECK(has(run(small_net, std::vector<std::uint8_t>(30, 2)), "record 0 is 2; wanted 0 or 1"));
  DOCTEST_CHECK(has(run(small_net, keep, {.epochs = 0}), "epochs: is 0"));
  DOCTEST_CHECK(has(run(small_net, keep, {.optimiser = train::quasi_newton{}, .weight_decay = 1e-3}),
                    "optimiser: is quasi_newton"));
  const auto four_classes = [](std::uint64_t) {
    return torch::nn::Sequential(torch::nn::Flatten(), torch::nn::Linear(36, 4));
  };
  DOCTEST_CHECK(has(run(four_classes, keep), "answers with 4 classes; wanted 3"));
  const auto unfit = [](std::uint64_t) { return torch::nn::Sequential(torch::nn::Linear(5, 3)); };
  DOCTEST_CHECK(has(run(unfit, keep), "(30, 1, 6, 6)"));

  const auto made = [&](const at::Tensor& inputs, std::vector<int> labels, std::size_t classes = 3) {
    return refusal([&] { tensor_dataset(inputs, labels, classes); });
  };
  DOCTEST_CHECK(has(made(all.inputs, std::vector<int>(29, 0)), "labels: has 29 elements; wanted 30"));
  std::vector<int> labels(30, 0);
  labels[7] = 3;
  DOCTEST_CHECK(has(made(all.inputs, labels), "record 7 has label 3; wanted 0 to 2"));
  labels[7] = -1;
  DOCTEST_CHECK(has(made(all.inputs, labels), "record 7 has label -1"));
  labels[7] = 0;
  DOCTEST_CHECK(has(made(all.inputs, labels, 1), "classes: is 1"));
  DOCTEST_CHECK(has(made(at::Tensor(), labels), "inputs: is undefined"));
  DOCTEST_CHECK(has(made(at::zeros({30}), labels), "has the shape (30)"));
  at::Tensor bad = all.inputs.clone();
  bad[4][0][2][3] = std::numeric_limits<float>::infinity();
  DOCTEST_CHECK(has(made(bad, labels), "inputs: record 4 has a value that is not finite"));
  DOCTEST_CHECK(has(refusal([&] { tensor_dataset(all.inputs, at::zeros({30}), 3); }), "holds Float"));
  DOCTEST_CHECK(has(refusal([&] { tensor_dataset(all.inputs, at::full({30}, std::int64_t{1} << 40, at::kLong), 3); }),
                    "record 0 has label -1"));
  DOCTEST_CHECK(tensor_dataset(all.inputs, at::ones({30}, at::kByte), 3).truth()[29] == 1);
}
