// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Per-example gradient norms and a clipped step against a plain step (forward, backward) of the same batch of 256: a
// CNN of four layers on 28 x 28 images and a perceptron of three, on the CPU and on a CUDA device where there is one.
#include <benchmark/benchmark.h>
#include <torch/cuda.h>
#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <telltale/torch/gradients/losses.hpp>
#include <telltale/torch/gradients/per_example_gradients.hpp>

#include "../tests/torch/devices.hpp"

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
  at::Device device;
  at::Tensor inputs = ::torch::randn({batch, 1, 28, 28}, device),
             targets = ::torch::randint(0, 10, {batch}, at::TensorOptions(at::kLong).device(device));

  work(nn::Sequential made, const at::Device& on) : model(std::move(made)), device(on) { model->to(device); }

  [[nodiscard]] at::Tensor losses(const at::Tensor& x, const at::Tensor& y) {
    return telltale::example_loss::cross_entropy{}(model->forward(x), y);
  }
  void plain_step() {
    model->zero_grad();
    losses(inputs, targets).mean().backward();
  }
  // Kernels of a GPU are queued: what was asked for has to be done before the clock is read.
  void finish() const {
    if (device.is_cuda()) ::torch::cuda::synchronize(device.index());
  }
};

void plain(benchmark::State& state, nn::Sequential model, const at::Device& device) {
  work w(std::move(model), device);
  w.plain_step();  // what is made once: handles, plans, gradients' memory
  w.finish();
  for (auto _ : state) {
    w.plain_step();
    w.finish();
  }
}

void norms(benchmark::State& state, nn::Sequential model, const at::Device& device) {
  work w(std::move(model), device);
  telltale::per_example_gradients engine(w.model->parameters(),
                                         [&](const at::Tensor& x, const at::Tensor& y) { return w.losses(x, y); });
  const std::int64_t piece = state.range(0);
  static_cast<void>(engine.squared_norms(w.inputs, w.targets));  // the check of the first batch, once
  for (auto _ : state) {
    for (std::int64_t first = 0; first < batch; first += piece)
      benchmark::DoNotOptimize(
          engine.squared_norms(w.inputs.narrow(0, first, piece), w.targets.narrow(0, first, piece)));
    w.finish();
  }
  if (!engine.route().ghost) state.SkipWithError(engine.route().why_not.c_str());
}

void clipped(benchmark::State& state, nn::Sequential model, const at::Device& device) {
  work w(std::move(model), device);
  telltale::per_example_gradients engine(w.model->parameters(),
                                         [&](const at::Tensor& x, const at::Tensor& y) { return w.losses(x, y); });
  std::vector<at::Tensor> sums;
  for (const at::Tensor& parameter : engine.parameters()) sums.push_back(at::zeros_like(parameter).detach());
  const std::int64_t piece = state.range(0);
  static_cast<void>(engine.squared_norms(w.inputs, w.targets));
  for (auto _ : state) {
    for (const at::Tensor& sum : sums) sum.zero_();
    for (std::int64_t first = 0; first < batch; first += piece)
      engine.add_scaled(
          w.inputs.narrow(0, first, piece), w.targets.narrow(0, first, piece),
          [](const at::Tensor& squares) { return (1 / squares.sum(1, true).sqrt()).clamp_max(1).expand_as(squares); },
          sums);
    w.finish();
  }
}

void add(const std::string& name, nn::Sequential (*model)(), const at::Device& device) {
  const std::string of = "/" + name + (device.is_cpu() ? "" : " on " + device.str());
  const auto one = [&](const std::string& what, void (*run)(benchmark::State&, nn::Sequential, const at::Device&)) {
    return benchmark::RegisterBenchmark((what + of).c_str(),
                                        [=](benchmark::State& state) { run(state, model(), device); })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  };
  one("plain", plain);
  one("norms", norms)->Arg(64)->Arg(256);
  one("clipped", clipped)->Arg(64)->Arg(256);
}

}  // namespace

int main(int argc, char** argv) {
  oracle::for_each_device([](const at::Device& device) {
    add("cnn", cnn, device);
    add("perceptron", perceptron, device);
  });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
