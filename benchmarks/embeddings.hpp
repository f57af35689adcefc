// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <iostream>
#include <vector>

#include <telltale/core/random.hpp>

/// Identity inference at its promised size: 1,000 people x 30 photos x 1,000 names x 21 prompts, d = 512, float.
namespace embeddings {

inline constexpr std::size_t people = 1000, photos_each = 30, photos = people * photos_each, names = 1000, prompts = 21,
                             dimensions = 512, side = 4096;

inline constexpr double multiply_adds = double(photos) * names * prompts * dimensions,
                        of_square = double(side) * side * side;

struct data {
  std::vector<float> of_photos = std::vector<float>(photos * dimensions),
                     of_names = std::vector<float>(prompts * names * dimensions);
  std::vector<int> owner, true_name;

  data() {
    telltale::random_stream random(1);
    for (float& x : of_photos) x = static_cast<float>(random.uniform() - 0.5);
    for (float& x : of_names) x = static_cast<float>(random.uniform() - 0.5);
    for (std::size_t photo = 0; photo < photos; ++photo) owner.push_back(static_cast<int>(photo % people));
    for (std::size_t person = 0; person < people; ++person) true_name.push_back(static_cast<int>(person));
  }
};

/// Processor time of all threads, so that a busy machine does not tilt a ratio.
inline double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// The most memory that the process ever held, in MiB.
inline double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// Runs a product of `products` multiply-adds, then the attack, and says at what share of the product's rate the attack
/// multiplied: multiply-adds a second of processor time of either.
template <class Product, class Attack>
double share_of_product(benchmark::State& state, double products, const Product& product, const Attack& attack) {
  double product_seconds = 0, attack_seconds = 0, extra = 0, runs = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const double start = processor_seconds();
    product();
    product_seconds += processor_seconds() - start;
    const double peak = peak_mib();
    state.ResumeTiming();
    const double before = processor_seconds();
    attack();
    attack_seconds += processor_seconds() - before;
    extra = std::max(extra, peak_mib() - peak);
    ++runs;
  }
  const double rate = runs * multiply_adds / attack_seconds, of_product = runs * products / product_seconds;
  state.counters["of_sgemm"] = rate / of_product;
  state.counters["GMAC/s/core"] = rate / 1e9;
  state.counters["sgemm_GMAC/s/core"] = of_product / 1e9;
  state.counters["extra_MiB"] = extra;
  return rate / of_product;
}

/// Runs what is registered and returns the exit code: 1 where the promised share was missed.
inline int run(int argc, char** argv, const double& share) {
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  if (share < 0.7) std::cout << "missed: " << share << " of the product's rate; wanted 0.7\n";
  return share < 0.7;
}

}  // namespace embeddings
