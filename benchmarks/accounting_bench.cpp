// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>

#include <cstdint>

#include <benchmark/benchmark.h>

#include <telltale/accounting/calibrate.hpp>
#include <telltale/accounting/privacy_loss.hpp>
#include <telltale/accounting/renyi.hpp>

namespace {

using namespace telltale::accounting;

// The largest memory that the process has held so far; of one benchmark only when it is filtered to run alone.
double peak_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void epsilon_by_loss(benchmark::State& state, const gaussian& each, double delta, double error) {
  const composition training(each);
  privacy_loss_bound got;
  for (auto _ : state) benchmark::DoNotOptimize(got = privacy_loss{error}.epsilon(training, delta));
  state.counters["epsilon"] = got.epsilon;
  state.counters["error"] = got.error;
  state.counters["points"] = static_cast<double>(got.points);
  state.counters["peak_MiB"] = peak_mebibytes();
}

void epsilon_by_renyi(benchmark::State& state) {
  const composition training(gaussian{1, 0.001, 100'000});
  for (auto _ : state) benchmark::DoNotOptimize(renyi<>{}.epsilon(training, 1e-6));
}

void noise_for_epsilon_8(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(smallest_sigma(privacy_loss{}, {8, 1e-5}, 0.04, 2000));
}

// The first is the promised one: sigma 1, rate 0.001, 100,000 steps, error 0.01. The third comes as close to the truth
// as dp_accounting does with its default spacing.
BENCHMARK_CAPTURE(epsilon_by_loss, long_training, gaussian{1, 0.001, 100'000}, 1e-6, 0.01)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(epsilon_by_loss, short_training, gaussian{1.5, 0.04, 2249}, 1e-5, 0.01)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(epsilon_by_loss, long_training_finely, gaussian{1, 0.001, 100'000}, 1e-6, 0.001)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(epsilon_by_renyi)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(noise_for_epsilon_8)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
