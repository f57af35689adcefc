// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
// Training many small models. Every case alternates training with a 1,024^3 product of Eigen on as many threads, so
// that `of_sgemm` is a ratio from one run: multiply-adds a second of the records that the models train on (forward and
// weight gradient of every layer, input gradient of every layer but the first; checks, gathering and updates count as
// time only), over those of the product. Both per second of processor time, so that a busy machine does not tilt it.
#include <benchmark/benchmark.h>

#include <Eigen/Core>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <span>
#include <thread>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/train/train_many.hpp>

namespace {

using namespace telltale;

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::size_t cores() { return std::max(1U, std::thread::hardware_concurrency()); }

// A product of side^3 multiply-adds on each core at once.
class large_products {
 public:
  large_products() : operands_(cores()) {
    for (auto& one : operands_)
      for (auto* matrix : {&one.a, &one.b, &one.c}) matrix->setConstant(side, side, 0.5F);
  }
  void operator()() {
    std::vector<std::thread> helpers;
    for (std::size_t t = 1; t < operands_.size(); ++t) helpers.emplace_back([this, t] { multiply(operands_[t]); });
    multiply(operands_[0]);
    for (std::thread& helper : helpers) helper.join();
  }
  double multiply_adds() const { return static_cast<double>(side * side * side) * static_cast<double>(cores()); }

 private:
  static constexpr Eigen::Index side = 1024;
  struct operands {
    Eigen::MatrixXf a, b, c;
  };
  static void multiply(operands& one) {
    one.c.noalias() = one.a * one.b;
    benchmark::DoNotOptimize(one.c.data());
  }
  std::vector<operands> operands_;
};

struct pool {
  std::size_t records, dimensions, classes;
  std::vector<float> values;
  std::vector<int> labels;
  std::vector<std::vector<std::uint8_t>> masks;
  std::vector<std::span<const std::uint8_t>> keep;
  std::size_t own = 0;  // of all models

  pool(std::size_t n, std::size_t d, std::size_t c, std::size_t models)
      : records(n), dimensions(d), classes(c), values(n * d), labels(n) {
    random_stream stream(1);
    for (float& v : values) v = static_cast<float>(stream.normal());
    for (int& y : labels) y = static_cast<int>(stream.below(c));
    for (std::size_t m = 0; m < models; ++m) {
      masks.emplace_back(n);
      for (const std::uint32_t i : stream.choose(n / 2, n)) masks.back()[i] = 1;
      own += n / 2;
    }
    for (const auto& mask : masks) keep.emplace_back(mask);
  }
  train::dataset_view<float> data() const {
    return {train::features_view<float>(values, records, dimensions), labels, classes};
  }
};

double multiply_adds(const train::network_shape& shape) {
  double sum = 0;
  for (std::size_t l = 0; l < shape.layers().size(); ++l)
    sum += (l == 0 ? 2.0 : 3.0) * static_cast<double>(shape.layers()[l].weights());
  return sum;
}

void compare(benchmark::State& state, const pool& task, const train::network_shape& shape, const train::recipe& chosen,
             train::strategy plan) {
  large_products large;
  double training = 0, product = 0, work = 0, products = 0;
  for (auto _ : state) {
    const double before = processor_seconds();
    const auto models = train::train_many(task.data(), task.keep, shape, chosen, {.plan = plan});
    training += processor_seconds() - before;
    for (const auto& one : models)
      work += static_cast<double>(one.epochs) * static_cast<double>(task.own) / static_cast<double>(task.keep.size()) *
              multiply_adds(shape);
    state.PauseTiming();
    const double start = processor_seconds();
    large();
    product += processor_seconds() - start;
    products += large.multiply_adds();
    state.ResumeTiming();
  }
  state.counters["of_sgemm"] = (work / training) / (products / product);
  state.counters["GMAC/s/core"] = work / training / 1e9;
  state.counters["sgemm_GMAC/s/core"] = products / product / 1e9;
}

// The demo's networks: 784-hidden-10, 1,000 own records of 2,000, five epochs.
void perceptrons(benchmark::State& state) {
  const pool task(2000, 784, 10, 2 * cores());
  const auto shape = train::multilayer_perceptron(784, {static_cast<std::size_t>(state.range(0))}, 10);
  train::recipe chosen{.batch_size = static_cast<std::size_t>(state.range(1)), .epochs = 5};
  if (state.range(2)) chosen.optimiser = train::adam{};
  if (state.range(3)) chosen.stop = train::stopping{.accuracy = 1};
  compare(state, task, shape, chosen, train::strategy::packed);
}
BENCHMARK(perceptrons)
    ->ArgNames({"hidden", "batch", "adam", "checks"})
    ->ArgsProduct({{64, 128}, {32, 64, 128}, {0}, {0}})
    ->Args({128, 32, 1, 0})
    ->Args({128, 32, 0, 1})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// Tiny heads: the crossover between the strategies (plan 1: packed, 2: stacked). batch 0: the full batch.
void heads(benchmark::State& state) {
  const auto records = static_cast<std::size_t>(state.range(0)), inputs = static_cast<std::size_t>(state.range(1)),
             classes = static_cast<std::size_t>(state.range(2)), batch = static_cast<std::size_t>(state.range(3));
  const pool task(records, inputs, classes, 64);
  const auto plan = state.range(4) == 1 ? train::strategy::packed : train::strategy::stacked;
  // Equal steps an epoch: a stacked batch of B holds about B / 2 of a model's own records.
  const std::size_t size = batch == 0 ? records : plan == train::strategy::packed ? batch / 2 : batch;
  compare(state, task, train::softmax_regression(inputs, classes), {.batch_size = size, .epochs = 10}, plan);
}
BENCHMARK(heads)
    ->ArgNames({"records", "inputs", "classes", "batch", "plan"})
    ->ArgsProduct({{64, 1000}, {38, 512}, {2, 5, 10}, {0, 64}, {1, 2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
