// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Identity inference on embeddings, on all cores, beside a 4,096^3 product of Eigen on each core in the same run, so
// that `of_sgemm` is a ratio of multiply-adds a second of processor time; normalising, the arg max and the ballots
// count as time only. At least 0.7 is promised, and memory bounded by blocks: `extra_MiB` is what the attack adds to
// the peak that arrays and products left (30,000 x 1,000 x 21 similarities would be 2,400 MiB). Exits with 1 below 0.7.
#include <benchmark/benchmark.h>

#include <Eigen/Core>
#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/observation/zero_shot.hpp>
#include <telltale/published/idia.hpp>

#include "embeddings.hpp"

namespace {

using namespace telltale;

double share = 1;

struct square {
  Eigen::MatrixXf a, b, c;
  square() {
    for (auto* matrix : {&a, &b, &c}) matrix->setConstant(embeddings::side, embeddings::side, 0.5F);
  }
  void multiply() {
    c.noalias() = a * b;
    benchmark::DoNotOptimize(c.data());
  }
};

void identity_inference(benchmark::State& state) {
  static const embeddings::data data;
  const zero_shot<eigen<float>> people({data.of_photos, embeddings::photos, embeddings::dimensions}, data.owner,
                                       {data.of_names, embeddings::prompts, embeddings::names, embeddings::dimensions},
                                       data.true_name);
  std::vector<square> operands(std::max(1U, std::thread::hardware_concurrency()));
  share = embeddings::share_of_product(
      state, embeddings::of_square * static_cast<double>(operands.size()),
      [&] {
        std::vector<std::thread> threads;
        for (square& one : operands) threads.emplace_back([&one] { one.multiply(); });
        for (std::thread& thread : threads) thread.join();
      },
      [&] {
        const evidence found = published::idia{}(people);
        benchmark::DoNotOptimize(found.values.data());
      });
}
BENCHMARK(identity_inference)->UseRealTime()->Unit(benchmark::kSecond)->Iterations(1);

}  // namespace

int main(int argc, char** argv) { return embeddings::run(argc, argv, share); }
