// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <vector>

#include <benchmark/benchmark.h>

#include <telltale/core/random.hpp>
#include <telltale/metric/resampled.hpp>

namespace {

using telltale::membership;
namespace metric = telltale::metric;
using metric::fpr_rule::step;

// 1,000 stratified resamples of AUC and TPR at three FPRs over 100,000 scores, sorting included.
template <class Interval>
void bootstrap(benchmark::State& state) {
  constexpr std::size_t records = 100'000;
  std::vector<double> scores(records);
  std::vector<membership> member(records);
  telltale::random_stream random(1);
  for (std::size_t i = 0; i < records; ++i) {
    member[i] = random() & 1 ? membership::in : membership::out;
    scores[i] = random.normal() + (member[i] == membership::in ? 1 : 0);
  }
  metric::resampling_options options;
  options.resampling.replicates = 1000;
  options.resampling.threads = static_cast<unsigned>(state.range(0));
  for (auto _ : state)
    benchmark::DoNotOptimize(metric::evaluate_resampled<step, Interval, Interval>(scores, member, options));
}

void bootstrap_percentile(benchmark::State& state) { bootstrap<metric::interval::percentile>(state); }
void bootstrap_bca(benchmark::State& state) { bootstrap<metric::interval::bca>(state); }

BENCHMARK(bootstrap_percentile)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(bootstrap_bca)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
