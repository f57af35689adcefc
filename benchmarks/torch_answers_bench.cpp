// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// What answers_of costs beyond the TorchScript module's own forward: mode, shapes, finite answers, one tensor of all.
// Both ask in the same batches without gradients; `own_forward` keeps the answers of each batch and joins none. On the
// CPU and on a CUDA device where there is one.
#include <benchmark/benchmark.h>

#include <torch/cuda.h>
#include <torch/script.h>

#include <cstdint>
#include <string>
#include <vector>

#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/model/script_model.hpp>

#include "../tests/torch/devices.hpp"

namespace {

constexpr std::int64_t records = 2048;

telltale::script_model convolutional() {
  torch::jit::Module module("Convolutional");
  module.register_parameter("a", at::randn({16, 1, 3, 3}) * 0.3, false);
  module.register_parameter("b", at::randn({32, 16, 3, 3}) * 0.1, false);
  module.register_parameter("c", at::randn({64, 32 * 49}) * 0.05, false);
  module.register_parameter("d", at::randn({10, 64}) * 0.1, false);
  module.define(R"(
def forward(self, x):
    x = torch.max_pool2d(torch.relu(torch.conv2d(x, self.a, None, [1, 1], [1, 1])), [2, 2])
    x = torch.max_pool2d(torch.relu(torch.conv2d(x, self.b, None, [1, 1], [1, 1])), [2, 2])
    return torch.linear(torch.relu(torch.linear(torch.flatten(x, 1), self.c)), self.d)
)");
  return telltale::script_model(module);
}

telltale::script_model perceptron() {
  torch::jit::Module module("Perceptron");
  module.register_parameter("a", at::randn({64, 784}) * 0.05, false);
  module.register_parameter("b", at::randn({10, 64}) * 0.1, false);
  module.define(R"(
def forward(self, x):
    return torch.linear(torch.relu(torch.linear(torch.flatten(x, 1), self.a)), self.b)
)");
  return telltale::script_model(module);
}

// Kernels of a GPU are queued: what was asked for has to be done before the clock is read.
void finish(const at::Device& device) {
  if (device.is_cuda()) torch::cuda::synchronize(device.index());
}

void own_forward(benchmark::State& state, telltale::script_model model, std::int64_t batch, const at::Device& device) {
  const at::Tensor inputs = at::rand({records, 1, 28, 28}, device);
  const at::NoGradGuard without_gradients;
  model.eval();
  for (auto _ : state) {
    std::vector<at::Tensor> answers;
    for (std::int64_t first = 0; first < records; first += batch)
      answers.push_back(model(inputs.narrow(0, first, batch)));
    benchmark::DoNotOptimize(answers.data());
    finish(device);
  }
  state.SetItemsProcessed(state.iterations() * records);
}

void answers_of(benchmark::State& state, telltale::script_model model, std::int64_t batch, const at::Device& device) {
  const at::Tensor inputs = at::rand({records, 1, 28, 28}, device);
  telltale::asking how;
  how.batch_size = static_cast<std::size_t>(batch);
  for (auto _ : state) {
    benchmark::DoNotOptimize(telltale::answers_of(model, inputs, how));
    finish(device);
  }
  state.SetItemsProcessed(state.iterations() * records);
}

void add(const std::string& name, telltale::script_model (*make)(), std::int64_t batch, const at::Device& device) {
  const std::string of = "/" + name + "_" + std::to_string(batch) + (device.is_cpu() ? "" : " on " + device.str());
  const auto one = [&](const std::string& what,
                       void (*run)(benchmark::State&, telltale::script_model, std::int64_t, const at::Device&)) {
    const auto timed = [=](benchmark::State& state) {
      telltale::script_model model = make();
      model.module().to(device);
      run(state, model, batch, device);
    };
    benchmark::RegisterBenchmark((what + of).c_str(), timed)->Unit(benchmark::kMillisecond)->UseRealTime();
  };
  one("own_forward", own_forward);
  one("answers_of", answers_of);
}

}  // namespace

int main(int argc, char** argv) {
  oracle::for_each_device([](const at::Device& device) {
    add("convolutional", convolutional, 256, device);
    add("perceptron", perceptron, 256, device);
    add("perceptron", perceptron, 32, device);
  });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
