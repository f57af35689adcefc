// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Every scorer against the loop that a careful programmer writes first: one record at a time, std::exp in double.
// Prints one row a pair with the ratio of the best times, interleaved at random so that a busy machine meets both, and
// fails when a ratio is below what is wanted: 1 throughout, 1.3 for margin, loss and entropy from ten classes on.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/random.hpp>
#include <telltale/scorer/confidence.hpp>
#include <telltale/scorer/correctness.hpp>
#include <telltale/scorer/entropy.hpp>
#include <telltale/scorer/gradient_norm.hpp>
#include <telltale/scorer/hinge.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/scorer/loss.hpp>
#include <telltale/scorer/modified_entropy.hpp>

#include <benchmark/benchmark.h>

#include "naive_scorers.hpp"

namespace {

constexpr std::size_t records = 100'000;

struct batch {
  explicit batch(std::size_t k) : classes(k), logits(records * k), truth(records) {
    telltale::random_stream random(1);
    for (float& z : logits) z = static_cast<float>(4 * random.uniform() - 2);
    for (std::size_t i = 0; i < records; ++i) {
      truth[i] = static_cast<int>(random.below(k));
      logits[i * k + static_cast<std::size_t>(truth[i])] += 5;  // a fitted model
    }
  }
  std::size_t classes;
  std::vector<float> logits;
  std::vector<int> truth;
};

// Kept, since runs are interleaved: 445 MB in all.
const batch& batch_of(std::size_t k) {
  static std::map<std::size_t, std::unique_ptr<batch>> batches;
  auto& kept = batches[k];
  if (!kept) kept = std::make_unique<batch>(k);
  return *kept;
}

template <class Scorer>
void telltale_scorer(benchmark::State& state) {
  const batch& b = batch_of(static_cast<std::size_t>(state.range(0)));
  const telltale::classification<telltale::eigen<float>> answers({b.logits, records, b.classes}, b.truth);
  std::vector<double> out(records);
  for (auto _ : state) {
    Scorer{}(answers, out);
    benchmark::DoNotOptimize(out.data());
  }
}

template <naive::scorer* Scorer>
void naive_scorer(benchmark::State& state) {
  const batch& b = batch_of(static_cast<std::size_t>(state.range(0)));
  std::vector<double> out(records);
  for (auto _ : state) {
    for (std::size_t i = 0; i < records; ++i)
      out[i] = Scorer(b.logits.data() + i * b.classes, b.classes, static_cast<std::size_t>(b.truth[i]));
    benchmark::DoNotOptimize(out.data());
  }
}

template <class Scorer, naive::scorer* Naive>
void pair(const std::string& name, long k) {
  for (auto* const benchmark : {benchmark::RegisterBenchmark(("telltale/" + name).c_str(), telltale_scorer<Scorer>),
                                benchmark::RegisterBenchmark(("naive/" + name).c_str(), naive_scorer<Naive>)})
    benchmark->Arg(k)->MinTime(0.02)->Repetitions(k < 1000 ? 15 : 5)->Unit(benchmark::kMillisecond);
}

double wanted(const std::string& name, long k) {
  return k >= 10 && (name == "logit_margin" || name == "loss" || name == "entropy") ? 1.3 : 1;
}

// Keeps the best time of each case and prints nothing until all are in.
class best_times : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
      const std::string& name = run.run_name.function_name;
      const bool ours = name.rfind("telltale/", 0) == 0;
      auto& pair = best_[{std::stol(run.run_name.args), name.substr(name.find('/') + 1)}];
      double& best = ours ? pair.first : pair.second;
      best = std::min(best, run.GetAdjustedCPUTime());
    }
  }
  /// One Markdown row a pair; the number of pairs below what is wanted.
  [[nodiscard]] int print() const {
    std::printf("| classes | scorer | telltale ms | naive ms | ratio | wanted |\n|---|---|---|---|---|---|\n");
    int missed = 0;
    for (const auto& [key, times] : best_) {
      const double ratio = times.second / times.first, goal = wanted(key.second, key.first);
      missed += ratio < goal;
      std::printf("| %ld | %s | %.3f | %.3f | %.2f%s | %.1f |\n", key.first, key.second.c_str(), times.first,
                  times.second, ratio, ratio < goal ? " MISSED" : "", goal);
    }
    return missed;
  }

 private:
  static constexpr double never = std::numeric_limits<double>::infinity();
  struct times_of_pair {
    double first = never, second = never;
  };
  std::map<std::pair<long, std::string>, times_of_pair> best_;
};

}  // namespace

int main(int argc, char** argv) {
  for (const long k : {2L, 10L, 100L, 1000L}) {
    pair<telltale::logit_margin, naive::logit_margin>("logit_margin", k);
    pair<telltale::loss, naive::loss>("loss", k);
    pair<telltale::confidence, naive::confidence>("confidence", k);
    pair<telltale::hinge, naive::hinge>("hinge", k);
    pair<telltale::entropy, naive::entropy>("entropy", k);
    pair<telltale::modified_entropy, naive::modified_entropy>("modified_entropy", k);
    pair<telltale::correctness, naive::correctness>("correctness", k);
  }
  std::string interleave = "--benchmark_enable_random_interleaving=true";
  std::vector<char*> arguments(argv, argv + argc);
  arguments.insert(arguments.begin() + 1, interleave.data());
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  best_times reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return reporter.print() == 0 ? 0 : 1;
}
