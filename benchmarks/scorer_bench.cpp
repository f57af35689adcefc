// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Every scorer against the loop that a careful programmer writes first: one record at a time, std::exp in double.
// Rows come in pairs, scorer and naive, of the same work; law 2 asks that the first is never slower.
#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
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
  explicit batch(std::size_t k) : classes(k), logits(records * k), truth(records), out(records) {
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
  std::vector<double> out;
};

// The last batch is kept: 1,000 classes take 400 MB.
const std::shared_ptr<batch>& batch_of(std::size_t k) {
  static std::shared_ptr<batch> last;
  if (!last || last->classes != k) last = std::make_shared<batch>(k);
  return last;
}

template <class Scorer>
void telltale_scorer(benchmark::State& state) {
  const auto b = batch_of(static_cast<std::size_t>(state.range(0)));
  const telltale::classification<telltale::eigen<float>> answers({b->logits, records, b->classes}, b->truth);
  for (auto _ : state) {
    Scorer{}(answers, b->out);
    benchmark::DoNotOptimize(b->out.data());
  }
}

template <naive::scorer* Scorer>
void naive_scorer(benchmark::State& state) {
  const auto b = batch_of(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    for (std::size_t i = 0; i < records; ++i)
      b->out[i] = Scorer(b->logits.data() + i * b->classes, b->classes, static_cast<std::size_t>(b->truth[i]));
    benchmark::DoNotOptimize(b->out.data());
  }
}

template <class Scorer, naive::scorer* Naive>
void pair(const std::string& name, long k) {
  benchmark::RegisterBenchmark(("telltale/" + name).c_str(), telltale_scorer<Scorer>)->Arg(k)->MinTime(0.2);
  benchmark::RegisterBenchmark(("naive/" + name).c_str(), naive_scorer<Naive>)->Arg(k)->MinTime(0.2);
}

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
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
