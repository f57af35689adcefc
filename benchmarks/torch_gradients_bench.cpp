// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Per-example gradient norms and a clipped step against a plain step (forward, backward) of the same batch of 256: a
// CNN of four layers on 28 x 28 images and a perceptron of three.
#include <benchmark/benchmark.h>
#include <torch/torch.h>

#include <cstdint>
#include <span>
#include <vector>

#include <telltale/torch/gradients/losses.hpp>
#include <telltale/torch/gradients/per_example_gradients.hpp>

namespace {

namespace nn = ::torch::nn;
constexpr std::int64_t batch = 256;

nn::Sequential cnn() {
  return nn::Sequential(nn::Conv2d(nn::Conv2dOptions(1, 16, 8).stride(2).padding(3)), nn::ReLU(),
                        nn::MaxPool2d(nn::MaxPool2dOptions(2).stride(1)),
                        nn::Conv2d(nn::Conv2dOptions(16, 32, 4).stride(2)), nn::ReLU(),
                        nn::MaxPool2d(nn::MaxPool2dOptions(2).stride(1)), nn::Flatten(), nn::Linear(512, 32),
                        nn::ReLU(), nn::Linear(32, 10));
}

nn::Sequential perceptron() {
  return nn::Sequential(nn::Flatten(), nn::Linear(784, 512), nn::ReLU(), nn::Linear(512, 256), nn::ReLU(),
                        nn::Linear(256, 10));
}

struct work {
  nn::Sequential model;
  at::Tensor inputs = ::torch::randn({batch, 1, 28, 28}), targets = ::torch::randint(0, 10, {batch}, at::kLong);

  [[nodiscard]] at::Tensor losses(const at::Tensor& x, const at::Tensor& y) {
    return telltale::example_loss::cross_entropy{}(model->forward(x), y);
  }
  void plain_step() {
    model->zero_grad();
    losses(inputs, targets).mean().backward();
  }
};

void plain(benchmark::State& state, nn::Sequential model) {
  work w{std::move(model)};
  for (auto _ : state) w.plain_step();
}

void norms(benchmark::State& state, nn::Sequential model) {
  work w{std::move(model)};
  telltale::per_example_gradients engine(w.model->parameters(),
                                         [&](const at::Tensor& x, const at::Tensor& y) { return w.losses(x, y); });
  const std::int64_t piece = state.range(0);
  for (auto _ : state)
    for (std::int64_t first = 0; first < batch; first += piece)
      benchmark::DoNotOptimize(
          engine.squared_norms(w.inputs.narrow(0, first, piece), w.targets.narrow(0, first, piece)));
  if (!engine.route().ghost) state.SkipWithError(engine.route().why_not.c_str());
}

void clipped(benchmark::State& state, nn::Sequential model) {
  work w{std::move(model)};
  telltale::per_example_gradients engine(w.model->parameters(),
                                         [&](const at::Tensor& x, const at::Tensor& y) { return w.losses(x, y); });
  std::vector<at::Tensor> sums;
  for (const at::Tensor& parameter : engine.parameters()) sums.push_back(at::zeros_like(parameter).detach());
  const std::int64_t piece = state.range(0);
  for (auto _ : state) {
    for (const at::Tensor& sum : sums) sum.zero_();
    for (std::int64_t first = 0; first < batch; first += piece)
      engine.add_scaled(
          w.inputs.narrow(0, first, piece), w.targets.narrow(0, first, piece),
          [](const at::Tensor& squares) { return (1 / squares.sum(1, true).sqrt()).clamp_max(1).expand_as(squares); },
          sums);
  }
}

BENCHMARK_CAPTURE(plain, cnn, cnn())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(norms, cnn, cnn())->Arg(64)->Arg(256)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(clipped, cnn, cnn())->Arg(64)->Arg(256)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(plain, perceptron, perceptron())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(norms, perceptron, perceptron())->Arg(64)->Arg(256)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(clipped, perceptron, perceptron())->Arg(64)->Arg(256)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
