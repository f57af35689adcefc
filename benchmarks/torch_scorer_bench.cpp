// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Scorers over 1,000,000 x 100 float32 logits as a tensor, on the CPU with torch's threads and on a CUDA device where
// there is one; scores come back to the host, labels go there, logits lie where they are scored. `scorer_bench` has the
// same scorers on Eigen, which uses one thread.
#include <benchmark/benchmark.h>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <telltale/scorer/entropy.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/scorer/loss.hpp>
#include <telltale/scorer/modified_entropy.hpp>
#include <telltale/torch/backend.hpp>

#include "../tests/torch/devices.hpp"

namespace {

constexpr std::int64_t records = 1'000'000, classes = 100;

template <class Scorer>
void score(benchmark::State& state, const at::Device& device) {
  const at::Tensor logits = 4 * at::rand({records, classes}, at::TensorOptions(at::kFloat).device(device)) - 2;
  std::vector<int> truth;
  for (std::int64_t i = 0; i < records; ++i) truth.push_back(static_cast<int>(i % classes));
  std::vector<double> out(truth.size());
  Scorer{}(telltale::classification<telltale::libtorch>(logits, truth), std::span<double>(out));
  for (auto _ : state) {
    const telltale::classification<telltale::libtorch> answers(logits, truth);
    Scorer{}(answers, std::span<double>(out));
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * records * classes * 4);
}

template <class Scorer>
void add(const at::Device& device) {
  benchmark::RegisterBenchmark((std::string(Scorer::name) + "/" + device.str()).c_str(),
                               [device](benchmark::State& state) { score<Scorer>(state, device); })
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}

}  // namespace

int main(int argc, char** argv) {
  oracle::for_each_device([](const at::Device& device) {
    add<telltale::loss>(device);
    add<telltale::logit_margin>(device);
    add<telltale::entropy>(device);
    add<telltale::modified_entropy>(device);
  });
  benchmark::AddCustomContext("torch_threads", std::to_string(at::get_num_threads()));
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
