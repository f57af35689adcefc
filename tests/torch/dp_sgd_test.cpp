// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <telltale/accounting/gaussian_dp.hpp>
#include <telltale/accounting/renyi.hpp>
#include <telltale/torch/dp_sgd/dp_sgd.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"

namespace {

using namespace telltale;
namespace nn = ::torch::nn;

struct examples {
  at::Tensor inputs, targets;
};

examples draw(std::int64_t records, std::int64_t dimensions, const at::Device& device = at::kCPU) {
  ::torch::manual_seed(11);
  return {::torch::randn({records, dimensions}, at::kDouble).to(device),
          ::torch::randint(0, 3, {records}, at::kLong).to(device)};
}

nn::Sequential network(const at::Device& device = at::kCPU) {
  ::torch::manual_seed(12);
  nn::Sequential made(nn::Linear(5, 7), nn::Tanh(), nn::Linear(7, 3));
  made->to(device, at::kDouble);
  return made;
}

at::Tensor flat(const nn::Sequential& model) {
  std::vector<at::Tensor> all;
  for (const at::Tensor& parameter : model->parameters()) all.push_back(parameter.detach().reshape({-1}));
  return at::cat(all);
}

double largest_difference(const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().max().item<double>(); }

}  // namespace

DOCTEST_TEST_CASE("without noise and with a huge bound it is plain SGD") {
  oracle::for_each_device([](const at::Device& device) {
    const examples data = draw(60, 5, device);
    nn::Sequential ours = network(device), plain = network(device);
    ::torch::optim::SGD our_optimiser(ours->parameters(), ::torch::optim::SGDOptions(0.5).momentum(0.9)),
        plain_optimiser(plain->parameters(), ::torch::optim::SGDOptions(0.5).momentum(0.9));
    const poisson_sampling sampling(0.3, random_source::seeded{4});
    dp_sgd training(ours, data.inputs, data.targets, clipping::flat(1e9), gaussian_noise(0.0), sampling);
    for (std::uint64_t step = 0; step < 20; ++step) {
      training.step(our_optimiser);
      const at::Tensor batch = at::tensor(sampling.draw(60, step), at::kLong).to(device);
      plain_optimiser.zero_grad();
      const at::Tensor losses = at::cross_entropy_loss(plain->forward(data.inputs.index_select(0, batch)),
                                                       data.targets.index_select(0, batch), {}, at::Reduction::Sum);
      (losses / (0.3 * 60)).backward();
      plain_optimiser.step();
    }
    DOCTEST_CHECK(training.route().ghost);
    DOCTEST_CHECK(largest_difference(flat(ours), flat(plain)) < 1e-12);
    DOCTEST_CHECK(largest_difference(flat(ours), flat(network(device))) > 0.1);  // it did learn
  });
}

DOCTEST_TEST_CASE("no example adds more than the bound, and how many are done at once changes nothing") {
  oracle::for_each_device([](const at::Device& device) {
    const examples data = draw(40, 5, device);
    nn::Sequential model = network(device);
    per_example_gradients engine(model->parameters(), [&](const at::Tensor& x, const at::Tensor& y) {
      return 50 * example_loss::cross_entropy{}(model->forward(x), y);  // far above the bound
    });
    const auto norm_of_one = [&](const auto& rule, std::int64_t b) {
      std::vector<at::Tensor> sums;
      for (const at::Tensor& parameter : engine.parameters()) sums.push_back(at::zeros_like(parameter).detach());
      engine.add_scaled(
          data.inputs.narrow(0, b, 1), data.targets.narrow(0, b, 1),
          [&](const at::Tensor& squares) { return rule.factors(squares); }, sums);
      double square = 0;
      for (const at::Tensor& sum : sums) square += sum.pow(2).sum().item<double>();
      return std::sqrt(square);
    };
    double flat_least = 9, per_layer_most = 0, automatic_most = 0;
    for (std::int64_t b = 0; b < 40; ++b) {
      const double as_flat = norm_of_one(clipping::flat(0.7), b), as_layers = norm_of_one(clipping::per_layer(0.7), b),
                   as_automatic = norm_of_one(clipping::automatic(0.7), b);
      DOCTEST_CHECK(as_flat <= 0.7 * (1 + 1e-12));
      DOCTEST_CHECK(as_layers <= 0.7 * (1 + 1e-12));
      DOCTEST_CHECK(as_automatic < 0.7);
      flat_least = std::min(flat_least, as_flat);
      per_layer_most = std::max(per_layer_most, as_layers);
      automatic_most = std::max(automatic_most, as_automatic);
    }
    DOCTEST_CHECK(flat_least == doctest::Approx(0.7).epsilon(1e-12));  // the bound is used, not only kept
    DOCTEST_CHECK(per_layer_most > 0.6);
    DOCTEST_CHECK(automatic_most > 0.69);

    at::Tensor first;
    for (const std::size_t at_once : {1u, 7u, 64u}) {
      nn::Sequential trained = network(device);
      ::torch::optim::SGD optimiser(trained->parameters(), 0.5);
      dp_sgd training(trained, data.inputs, data.targets, clipping::flat(0.3), gaussian_noise(0.8),
                      poisson_sampling(0.5), accounting::privacy_loss{}, example_loss::cross_entropy{}, at_once);
      for (int step = 0; step < 5; ++step) training.step(optimiser);
      if (!first.defined()) first = flat(trained);
      DOCTEST_CHECK(largest_difference(first, flat(trained)) < 1e-12);
    }
  });
}

DOCTEST_TEST_CASE_TEMPLATE("noise has the stated moments, and streams of steps and parameters are independent", Source,
                           random_source::seeded, random_source::secure) {
  constexpr std::int64_t numbers = 200'000;
  const gaussian_noise<Source> noise(1.7);
  const auto drawn = [&](std::uint64_t step, std::size_t parameter) {
    at::Tensor sum = at::zeros({numbers}, at::kDouble);
    noise.add_to(sum, 0.5, step, parameter);
    return sum / (1.7 * 0.5);
  };
  const at::Tensor a = drawn(3, 0), b = drawn(3, 1), c = drawn(4, 0);
  const double error = 1 / std::sqrt(double(numbers));
  for (const at::Tensor& each : {a, b, c}) {
    DOCTEST_CHECK(std::abs(each.mean().item<double>()) < 4 * error);
    DOCTEST_CHECK(std::abs(each.pow(2).mean().item<double>() - 1) < 4 * std::sqrt(2.0) * error);
    DOCTEST_CHECK(std::abs(each.pow(3).mean().item<double>()) < 4 * std::sqrt(15.0) * error);
    DOCTEST_CHECK(std::abs(each.pow(4).mean().item<double>() - 3) < 4 * std::sqrt(96.0) * error);
    // Kolmogorov's distance at 200 points; its limit law exceeds 1.95 with probability 0.001.
    const at::Tensor sorted = std::get<0>(each.sort()), law = 0.5 * at::erfc(-sorted / std::sqrt(2.0)),
                     rank = (at::arange(numbers, at::kDouble) + 0.5) / double(numbers);
    DOCTEST_CHECK((law - rank).abs().max().item<double>() < 1.95 * error);
    DOCTEST_CHECK(std::abs((each.slice(0, 0, numbers - 1) * each.slice(0, 1)).mean().item<double>()) < 4 * error);
  }
  for (const at::Tensor& product : {a * b, a * c, b * c})
    DOCTEST_CHECK(std::abs(product.mean().item<double>()) < 4 * error);
  // Noise of step t + 1 is no shifted noise of step t.
  for (const std::int64_t shift : {1, 2, 3})
    DOCTEST_CHECK(std::abs((a.slice(0, shift) * c.slice(0, 0, numbers - shift)).mean().item<double>()) < 4 * error);
  DOCTEST_CHECK(at::equal(drawn(3, 0), a) == std::is_same_v<Source, random_source::seeded>);
}

DOCTEST_TEST_CASE("Poisson batches have the stated rate, and an empty one is noise alone") {
  const poisson_sampling sampling(0.03, random_source::seeded{2});
  std::vector<int> taken(1000);
  double sizes = 0, squares = 0;
  constexpr int steps = 2000;
  for (std::uint64_t step = 0; step < steps; ++step) {
    const auto batch = sampling.draw(1000, step);
    for (const std::int64_t i : batch) ++taken[static_cast<std::size_t>(i)];
    sizes += double(batch.size());
    squares += double(batch.size()) * double(batch.size());
  }
  const double mean = sizes / steps, variance = squares / steps - mean * mean;
  DOCTEST_CHECK(std::abs(mean - 30) < 4 * std::sqrt(1000 * 0.03 * 0.97 / steps));
  DOCTEST_CHECK(std::abs(variance / (1000 * 0.03 * 0.97) - 1) < 4 * std::sqrt(2.0 / steps));  // binomial, not fixed
  double chi = 0;
  for (const int count : taken) chi += std::pow(count - steps * 0.03, 2) / (steps * 0.03 * 0.97);
  DOCTEST_CHECK(std::abs(chi - 1000) < 4 * std::sqrt(2.0 * 1000));

  const examples data = draw(3, 5);
  nn::Sequential model = network();
  const at::Tensor before = flat(model);
  ::torch::optim::SGD optimiser(model->parameters(), 1.0);
  dp_sgd training(model, data.inputs, data.targets, clipping::flat(1), gaussian_noise(1.0), poisson_sampling(1e-9));
  const auto spent = training.step(optimiser);
  DOCTEST_CHECK(spent.batch() == 0);
  DOCTEST_CHECK(spent.steps() == 1);
  const double scale = (flat(model) - before).pow(2).mean().sqrt().item<double>() * (3 * 1e-9);
  DOCTEST_CHECK(scale == doctest::Approx(1).epsilon(0.4));  // 66 normals over the expected size
}

DOCTEST_TEST_CASE("noise and batches are the same wherever model and records are") {
  oracle::for_each_device([](const at::Device& device) {
    const examples data = draw(40, 5), moved = draw(40, 5, device);
    const auto trained = [&](nn::Sequential model, const examples& on) {
      ::torch::optim::SGD optimiser(model->parameters(), 0.5);
      dp_sgd training(model, on.inputs, on.targets, clipping::flat(0.3), gaussian_noise(0.8), poisson_sampling(0.5));
      for (int step = 0; step < 5; ++step) training.step(optimiser);
      return flat(model).cpu();
    };
    const at::Tensor on_host = trained(network(), data);
    DOCTEST_CHECK(largest_difference(trained(network(device), moved), on_host) < 1e-12);
    DOCTEST_CHECK(largest_difference(trained(network(device), data), on_host) < 1e-12);  // batches are sent for
  });
}

DOCTEST_TEST_CASE("the step reports what the accountants say of its own rate and multiplier") {
  const examples data = draw(30, 5);
  nn::Sequential model = network();
  ::torch::optim::SGD optimiser(model->parameters(), 0.1);
  dp_sgd training(model, data.inputs, data.targets, clipping::flat(1), gaussian_noise(1.1), poisson_sampling(0.2));
  DOCTEST_CHECK(training.spent().epsilon(1e-5) == 0);
  for (int step = 0; step < 7; ++step) training.step(optimiser);
  const auto spent = training.spent();
  DOCTEST_CHECK(spent.steps() == 7);
  DOCTEST_CHECK(
      spent.epsilon(1e-5) ==
      accounting::privacy_loss{}.epsilon(accounting::composition(accounting::gaussian{1.1, 0.2, 7}), 1e-5).epsilon);
  DOCTEST_CHECK(std::string(decltype(training)::neighbouring) == "one record is added or removed");

  dp_sgd by_renyi(model, data.inputs, data.targets, clipping::flat(1), gaussian_noise(1.1), poisson_sampling(0.2),
                  accounting::renyi<>{});
  by_renyi.step(optimiser);
  DOCTEST_CHECK(
      by_renyi.spent().epsilon(1e-5) ==
      accounting::renyi<>{}.epsilon(accounting::composition(accounting::gaussian{1.1, 0.2, 1}), 1e-5).epsilon);
  dp_sgd silent(model, data.inputs, data.targets, clipping::flat(1), gaussian_noise(0.0), poisson_sampling(0.2));
  DOCTEST_CHECK(silent.step(optimiser).epsilon(1e-5) == std::numeric_limits<double>::infinity());
}

DOCTEST_TEST_CASE("parameters out of range and shapes that disagree are refused") {
  const examples data = draw(30, 5);
  nn::Sequential model = network();
  const auto make = [&](const at::Tensor& inputs, const at::Tensor& targets) {
    dp_sgd training(model, inputs, targets, clipping::flat(1), gaussian_noise(1.0), poisson_sampling(0.5));
  };
  DOCTEST_CHECK_THROWS_WITH_AS(make(data.inputs, data.targets.narrow(0, 0, 29)),
                               "DP-SGD: targets: are not as many as the 30 inputs", argument_error);
  DOCTEST_CHECK_THROWS_AS(make(data.inputs.narrow(0, 0, 0), data.targets.narrow(0, 0, 0)), argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(clipping::flat(0), "clipping::flat: bound: is 0; wanted a finite value above 0",
                               argument_error);
  DOCTEST_CHECK_THROWS_AS(clipping::per_layer(-1), argument_error);
  DOCTEST_CHECK_THROWS_AS(clipping::automatic(1, 0), argument_error);
  DOCTEST_CHECK_THROWS_AS(gaussian_noise(-0.5), argument_error);
  DOCTEST_CHECK_THROWS_AS(gaussian_noise(std::nan("")), argument_error);
  DOCTEST_CHECK_THROWS_AS(poisson_sampling(0), argument_error);
  DOCTEST_CHECK_THROWS_AS(poisson_sampling(1.5), argument_error);

  nn::Sequential mixed(nn::Linear(5, 4), nn::BatchNorm1d(4), nn::Linear(4, 3));
  mixed->to(at::kDouble);
  ::torch::optim::SGD optimiser(mixed->parameters(), 0.1);
  dp_sgd training(mixed, data.inputs, data.targets, clipping::flat(1), gaussian_noise(1.0), poisson_sampling(1));
  std::string said;
  try {
    training.step(optimiser);
  } catch (const argument_error& error) {
    said = error.what();
  }
  DOCTEST_CHECK(said.find("use GroupNorm") != std::string::npos);
}

DOCTEST_TEST_CASE("a gradient that overflows is refused before it enters a sum") {
  oracle::for_each_device([](const at::Device& device) {
    const examples data = draw(6, 5, device);
    nn::Sequential model = network(device);
    per_example_gradients engine(model->parameters(), [&](const at::Tensor& x, const at::Tensor& y) {
      const at::Tensor losses = example_loss::cross_entropy{}(model->forward(x), y);
      return losses * at::where(y == y[0], at::full_like(losses, 1e200), at::ones_like(losses));
    });
    std::vector<at::Tensor> sums;
    for (const at::Tensor& parameter : engine.parameters()) sums.push_back(at::zeros_like(parameter).detach());
    const auto factors = [](const at::Tensor& squares) { return clipping::flat(1).factors(squares); };
    DOCTEST_CHECK_THROWS_WITH_AS(engine.add_scaled(data.inputs, data.targets, factors, sums),
                                 "per_example_gradients: model: has a gradient whose norm is not finite",
                                 argument_error);
    for (const at::Tensor& sum : sums) DOCTEST_CHECK(sum.abs().max().item<double>() == 0);
  });
}
