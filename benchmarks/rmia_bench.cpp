// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/relative_likelihood.hpp>

#include <cstdint>
#include <vector>

#include <telltale/core/random.hpp>

#include <benchmark/benchmark.h>

// RMIA's scores from given ratios.
namespace {

void rmia_scores(benchmark::State& state) {
  telltale::random_stream stream(1, 0);
  std::vector<double> x(static_cast<std::size_t>(state.range(0))), z(static_cast<std::size_t>(state.range(1)));
  for (double& ratio : x) ratio = 2 * stream.uniform();
  for (double& ratio : z) ratio = 2 * stream.uniform();
  std::vector<double> scores(x.size());
  for (auto _ : state) {
    telltale::relative_likelihood_scores(x, z, 1.0, scores);
    benchmark::DoNotOptimize(scores.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

}  // namespace

BENCHMARK(rmia_scores)->Args({50'000, 10'000})->Args({1'000'000, 100'000})->Unit(benchmark::kMillisecond);

BENCHMARK_MAIN();
