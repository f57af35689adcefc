// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <benchmark/benchmark.h>

#include <telltale/core/random.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/metric/pooled.hpp>

namespace {

using telltale::membership;
namespace metric = telltale::metric;

struct sample {
  std::vector<double> scores;
  std::vector<membership> member;

  // Member scores are shifted by one; `levels` > 0 ties them to that many values a unit.
  sample(std::size_t n, std::uint64_t stream, double levels = 0) : scores(n), member(n) {
    telltale::random_stream random(1, stream);
    for (std::size_t i = 0; i < n; ++i) {
      member[i] = random() & 1 ? membership::in : membership::out;
      scores[i] = random.normal() + (member[i] == membership::in ? 1 : 0);
      if (levels > 0) scores[i] = std::floor(scores[i] * levels) / levels;
    }
  }
};

void roc_auc_tpr_of(benchmark::State& state, double levels) {
  const sample data(static_cast<std::size_t>(state.range(0)), 0, levels);
  for (auto _ : state) {
    const metric::roc_curve curve(data.scores, data.member);
    benchmark::DoNotOptimize(curve.auc());
    for (const double fpr : {0.1, 0.01, 0.001}) benchmark::DoNotOptimize(metric::tpr_at_fpr(curve, fpr));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void roc_auc_tpr(benchmark::State& state) { roc_auc_tpr_of(state, 0); }
void roc_auc_tpr_tied(benchmark::State& state) { roc_auc_tpr_of(state, 100); }

// Everything `telltale evaluate` prints, DeLong's interval included.
void evaluate(benchmark::State& state) {
  const sample data(static_cast<std::size_t>(state.range(0)), 0);
  for (auto _ : state) benchmark::DoNotOptimize(metric::evaluate(data.scores, data.member));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

// 65 targets x 2,000 records, 1,000 replicates: the demo's pooled evaluation of one attack.
void evaluate_pooled(benchmark::State& state) {
  std::vector<sample> targets;
  metric::pooled_scores pooled;
  for (std::uint64_t t = 0; t < 65; ++t) targets.emplace_back(2000, t);
  for (const sample& target : targets) {
    pooled.scores.emplace_back(target.scores);
    pooled.member.emplace_back(target.member);
  }
  metric::pooled_options options;
  options.resampling.replicates = 1000;
  options.resampling.threads = static_cast<unsigned>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(metric::evaluate_pooled(pooled, options));
}

BENCHMARK(roc_auc_tpr)->Arg(10'000)->Arg(1'000'000)->Arg(10'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(roc_auc_tpr_tied)->Arg(10'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(evaluate)->Arg(10'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(evaluate_pooled)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
