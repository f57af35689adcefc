// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Identity inference on tensors beside a 4,096^3 product of LibTorch in the same run, both on LibTorch's own threads:
// `of_sgemm` is a ratio of multiply-adds a second of processor time. At least 0.7 is promised; exits with 1 below it.
#include <benchmark/benchmark.h>

#include <ATen/ATen.h>

#include <cstdint>

#include <telltale/observation/zero_shot.hpp>
#include <telltale/published/idia.hpp>
#include <telltale/torch/backend.hpp>

#include "embeddings.hpp"

namespace {

using namespace telltale;

double share = 1;

void identity_inference(benchmark::State& state) {
  static embeddings::data data;
  const std::int64_t d = embeddings::dimensions, side = embeddings::side;
  const at::Tensor photos = at::from_blob(data.of_photos.data(), {std::int64_t(embeddings::photos), d}),
                   names = at::from_blob(data.of_names.data(),
                                         {std::int64_t(embeddings::prompts), std::int64_t(embeddings::names), d}),
                   a = at::full({side, side}, 0.5), b = at::full({side, side}, 0.5);
  at::Tensor c = at::empty({side, side});
  const zero_shot<libtorch> people(photos, data.owner, names, data.true_name);
  share = embeddings::share_of_product(
      state, embeddings::of_square, [&] { at::mm_out(c, a, b); },
      [&] {
        const evidence found = published::idia{}(people);
        benchmark::DoNotOptimize(found.values.data());
      });
}
BENCHMARK(identity_inference)->UseRealTime()->Unit(benchmark::kSecond)->Iterations(1);

}  // namespace

int main(int argc, char** argv) { return embeddings::run(argc, argv, share); }
