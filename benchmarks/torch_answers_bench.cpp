// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// What answers_of costs beyond the TorchScript module's own forward: mode, shapes, finite answers, one tensor of all.
// Both ask in the same batches without gradients; `own_forward` keeps the answers of each batch and joins none.
#include <benchmark/benchmark.h>

#include <torch/script.h>

#include <cstdint>
#include <string>
#include <vector>

#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/model/script_model.hpp>

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

void own_forward(benchmark::State& state, telltale::script_model model, std::int64_t batch) {
  const at::Tensor inputs = at::rand({records, 1, 28, 28});
  const at::NoGradGuard without_gradients;
  model.eval();
  for (auto _ : state) {
    std::vector<at::Tensor> answers;
    for (std::int64_t first = 0; first < records; first += batch)
      answers.push_back(model(inputs.narrow(0, first, batch)));
    benchmark::DoNotOptimize(answers.data());
  }
  state.SetItemsProcessed(state.iterations() * records);
}

void answers_of(benchmark::State& state, telltale::script_model model, std::int64_t batch) {
  const at::Tensor inputs = at::rand({records, 1, 28, 28});
  telltale::asking how;
  how.batch_size = static_cast<std::size_t>(batch);
  for (auto _ : state) benchmark::DoNotOptimize(telltale::answers_of(model, inputs, how));
  state.SetItemsProcessed(state.iterations() * records);
}

BENCHMARK_CAPTURE(own_forward, convolutional_256, convolutional(), 256)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(answers_of, convolutional_256, convolutional(), 256)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(own_forward, perceptron_256, perceptron(), 256)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(answers_of, perceptron_256, perceptron(), 256)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(own_forward, perceptron_32, perceptron(), 32)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(answers_of, perceptron_32, perceptron(), 32)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
