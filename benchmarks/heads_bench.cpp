// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
// Heads trained to the minimum of their penalised loss: 128 softmax regressions on one pool of 2 S records a class,
// each on S of them drawn independently, weight decay 1e-3, features of mean squared norm 1. The time is that to within
// 1e-4 of the minimum's loss for every head, held against one in double; a run that misses it fails.
//
// With TELLTALE_HEADS_FOLDER set each pool is written there too, for benchmarks/peers/heads.py: as int64 records,
// features, classes, heads; then float features, int32 labels, uint8 masks.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/train/train_many.hpp>

namespace {

using namespace telltale;

constexpr double decay = 1e-3;

// ReLU features of class clusters in 32 dimensions, through random weights: their spectrum falls as that of the
// features of a network does (leading second moments about .2, .1, .05, a tenth of them above 1e-3).
struct pool {
  std::size_t records, dimensions, classes;
  std::vector<float> values;
  std::vector<int> labels;
  std::vector<std::vector<std::uint8_t>> masks;
  std::vector<std::span<const std::uint8_t>> keep;

  pool(std::size_t shots, std::size_t c, std::size_t d, std::size_t heads)
      : records(2 * shots * c), dimensions(d), classes(c), values(records * d), labels(records) {
    constexpr std::size_t latent = 32;
    random_stream stream(1);
    const auto normals = [&](std::size_t count) {
      std::vector<double> drawn(count);
      for (double& v : drawn) v = stream.normal();
      return drawn;
    };
    const std::vector<double> centres = normals(c * latent), weights = normals(latent * d), biases = normals(d);
    for (std::size_t i = 0; i < records; ++i) {
      labels[i] = static_cast<int>(i / (2 * shots));
      std::vector<double> z = normals(latent);
      for (std::size_t l = 0; l < latent; ++l)
        z[l] = (z[l] + 0.8 * centres[i / (2 * shots) * latent + l]) / std::sqrt(1 + static_cast<double>(l));
      for (std::size_t k = 0; k < d; ++k) {
        double sum = biases[k] / 2;
        for (std::size_t l = 0; l < latent; ++l) sum += z[l] * weights[l * d + k];
        values[i * d + k] = static_cast<float>(std::max(0.0, sum));
      }
    }
    standardise();
    for (std::size_t m = 0; m < heads; ++m) {
      masks.emplace_back(records);
      for (std::size_t y = 0; y < c; ++y)
        for (const std::uint32_t i :
             stream.choose(static_cast<std::uint32_t>(shots), static_cast<std::uint32_t>(2 * shots)))
          masks.back()[y * 2 * shots + i] = 1;
    }
    for (const auto& mask : masks) keep.emplace_back(mask);
  }

  template <class Scalar>
  train::dataset_view<Scalar> data(const std::vector<Scalar>& table) const {
    return {train::features_view<Scalar>(table, records, dimensions), labels, classes};
  }

  void write(const std::string& path) const {
    std::ofstream out(path, std::ios::binary);
    const auto put = [&](const void* from, std::size_t bytes) {
      out.write(static_cast<const char*>(from), static_cast<std::streamsize>(bytes));
    };
    const std::int64_t sizes[] = {static_cast<std::int64_t>(records), static_cast<std::int64_t>(dimensions),
                                  static_cast<std::int64_t>(classes), static_cast<std::int64_t>(masks.size())};
    put(sizes, sizeof sizes);
    put(values.data(), values.size() * sizeof(float));
    put(labels.data(), labels.size() * sizeof(int));
    for (const auto& mask : masks) put(mask.data(), mask.size());
  }

 private:
  // Each dimension to mean 0 and spread 1, then all to a mean squared norm of 1.
  void standardise() {
    const auto n = static_cast<double>(records), d = static_cast<double>(dimensions);
    for (std::size_t k = 0; k < dimensions; ++k) {
      double mean = 0, square = 0;
      for (std::size_t i = 0; i < records; ++i) mean += static_cast<double>(values[i * dimensions + k]) / n;
      for (std::size_t i = 0; i < records; ++i)
        square += std::pow(static_cast<double>(values[i * dimensions + k]) - mean, 2) / n;
      const double spread = std::sqrt(std::max(square, 1e-12) * d);
      for (std::size_t i = 0; i < records; ++i)
        values[i * dimensions + k] =
            static_cast<float>((static_cast<double>(values[i * dimensions + k]) - mean) / spread);
    }
  }
};

template <class Scalar>
double penalised(const train::trained<Scalar>& head) {
  double square = 0;
  for (const Scalar w : head.model.parameters()) square += static_cast<double>(w) * static_cast<double>(w);
  return head.loss + decay / 2 * square;
}

void heads(benchmark::State& state) {
  const auto shots = static_cast<std::size_t>(state.range(0)), classes = static_cast<std::size_t>(state.range(1)),
             inputs = static_cast<std::size_t>(state.range(2)), threads = static_cast<std::size_t>(state.range(3)),
             count = static_cast<std::size_t>(state.range(4));
  const pool task(shots, classes, inputs, count);
  if (const char* folder = std::getenv("TELLTALE_HEADS_FOLDER")) task.write(std::string(folder) + "/pool");
  const auto shape = train::softmax_regression(inputs, classes);
  train::recipe chosen{
      .optimiser = train::quasi_newton{1e-4}, .weight_decay = decay, .batch_size = train::full_batch, .epochs = 200};
  std::vector<train::trained<float>> found;
  for (auto _ : state)
    found = train::train_many(task.data(task.values), task.keep, shape, chosen, {.threads = threads});

  const std::vector<double> exact(task.values.begin(), task.values.end());
  std::vector<std::size_t> some;
  for (std::size_t m = 0; m < std::min<std::size_t>(count, 16); ++m) some.push_back(m);
  chosen.optimiser = train::quasi_newton{1e-11};
  chosen.epochs = 1000;
  const auto best = train::train_many(task.data(exact), task.keep, shape, chosen, {.which = some});
  double excess = 0, steps = 0;
  for (const std::size_t m : some) excess = std::max(excess, penalised(found[m]) / penalised(best[m]) - 1);
  for (const auto& one : found) steps += static_cast<double>(one.epochs) / static_cast<double>(count);
  state.counters["excess"] = excess;
  state.counters["steps"] = steps;
  state.counters["accuracy"] = found[0].accuracy;
  if (!(excess <= 1e-4)) state.SkipWithError("not within 1e-4 of the minimum");
}
BENCHMARK(heads)
    ->ArgNames({"shots", "classes", "inputs", "threads", "heads"})
    ->ArgsProduct({{4, 16, 32, 50}, {2, 10}, {64, 512}, {1, 2}, {128}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
