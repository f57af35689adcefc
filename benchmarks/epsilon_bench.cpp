// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include <telltale/core/random.hpp>
#include <telltale/metric/epsilon/lower_bounds.hpp>

namespace {

using telltale::membership;
namespace epsilon = telltale::metric::epsilon;

struct canaries {
  std::vector<double> scores;
  std::vector<membership> member;

  // Canaries tossed in or out, whose scores are N(0, 1) or N(2, 1).
  explicit canaries(std::size_t n) : scores(n), member(n) {
    telltale::random_stream random(1);
    for (std::size_t i = 0; i < n; ++i) {
      member[i] = random() & 1 ? membership::in : membership::out;
      scores[i] = random.normal() + (member[i] == membership::in ? 2 : 0);
    }
  }
};

template <class Method, class Strategy>
void bound_of(benchmark::State& state, const Strategy& strategy) {
  const canaries data(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state)
    benchmark::DoNotOptimize(epsilon::lower_bound<Method>(data.scores, data.member, strategy, 1e-6).low);
}

void one_run(benchmark::State& state) { bound_of<epsilon::one_run>(state, epsilon::strategy::bonferroni{}); }
void one_run_gaussian(benchmark::State& state) {
  bound_of<epsilon::one_run_gaussian>(state, epsilon::strategy::bonferroni{});
}
void one_run_gaussian_of_all(benchmark::State& state) {
  bound_of<epsilon::one_run_gaussian>(state, epsilon::strategy::bonferroni{0});
}
void clopper_pearson(benchmark::State& state) {
  bound_of<epsilon::clopper_pearson>(state, epsilon::strategy::bonferroni{});
}
void clopper_pearson_100_splits(benchmark::State& state) {
  bound_of<epsilon::clopper_pearson>(state, epsilon::strategy::multi_split{});
}
void bayesian(benchmark::State& state) { bound_of<epsilon::bayesian>(state, epsilon::strategy::bonferroni{}); }

BENCHMARK(one_run)->Arg(100'000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(one_run_gaussian)->Arg(100'000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(one_run_gaussian_of_all)->Arg(100'000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(clopper_pearson)->Arg(100'000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(clopper_pearson_100_splits)->Arg(100'000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(bayesian)->Arg(100'000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
