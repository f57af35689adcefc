// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>
#include <unistd.h>
#include <telltale/io/csv.hpp>
#include <telltale/io/idx.hpp>
#include <telltale/io/npy.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

// Files of 64 models x 1,000,000 records, warm in the page cache; benchmarks/peers/io_peers.py does the same in NumPy.
namespace {

namespace io = telltale::io;
constexpr std::size_t models = 64;
constexpr std::size_t records = 1000000;

const std::filesystem::path& scores() {
  static const struct file {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("telltale-bench-" + std::to_string(::getpid()) + ".npy");
    file() {
      std::vector<float> row(records);
      io::npy_writer<float> writer(path, {models, records});
      for (std::size_t model = 0; model < models; ++model) {
        for (std::size_t i = 0; i < records; ++i) row[i] = static_cast<float>((i * 7919 + model) % 10007) * 0.25F;
        writer.append(row);
      }
      writer.commit();
    }
    ~file() { std::filesystem::remove(path); }
  } made;
  return made.path;
}

void open_mapped(benchmark::State& state) {
  const std::filesystem::path& path = scores();
  for (auto _ : state) benchmark::DoNotOptimize(io::load_values<float>(path).span().data());
}
BENCHMARK(open_mapped);

void sum_mapped(benchmark::State& state) {
  const std::filesystem::path& path = scores();
  for (auto _ : state) {
    const io::npy_values<float> values = io::load_values<float>(path);
    double sums[8] = {};
    const std::span<const float> span = values.span();
    for (std::size_t i = 0; i < span.size(); i += 8)
      for (std::size_t lane = 0; lane < 8; ++lane) sums[lane] += static_cast<double>(span[i + lane]);
    benchmark::DoNotOptimize(sums);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * models * records * sizeof(float)));
}
BENCHMARK(sum_mapped)->Unit(benchmark::kMillisecond);

void convert_to_double(benchmark::State& state) {
  const io::npy_array array = io::read_npy(scores());
  for (auto _ : state) benchmark::DoNotOptimize(array.to_vector<double>().data());
}
BENCHMARK(convert_to_double)->Unit(benchmark::kMillisecond);

// A Fortran-ordered big-endian twin of the file, in memory: the worst case of a conversion.
void convert_transposed_swapped(benchmark::State& state) {
  const std::vector<float> row(models * records, 1.5F);
  std::string file("\x93NUMPY\x01\x00\x4e\x00", 10);
  std::string header = "{'descr': '>f4', 'fortran_order': True, 'shape': (64, 1000000)}";
  header.resize(0x4e, ' ');
  file += header;
  file.append(reinterpret_cast<const char*>(row.data()), row.size() * sizeof(float));
  const io::npy_array array = io::parse_npy(std::as_bytes(std::span<const char>(file)), "memory");
  for (auto _ : state) benchmark::DoNotOptimize(array.to_vector<double>().data());
}
BENCHMARK(convert_transposed_swapped)->Unit(benchmark::kMillisecond);

void write_array(benchmark::State& state) {
  const io::npy_values<float> values = io::load_values<float>(scores());
  const std::filesystem::path path = scores().string() + ".copy";
  for (auto _ : state) io::write_npy(path, values.span(), values.shape());
  std::filesystem::remove(path);
}
BENCHMARK(write_array)->Unit(benchmark::kMillisecond)->UseRealTime();

void read_fashion_images(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(
        io::read_idx("/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz").bytes().data());
}
BENCHMARK(read_fashion_images)->Unit(benchmark::kMillisecond);

void csv_round_trip_read(benchmark::State& state) {
  const std::filesystem::path path = scores().string() + ".csv";
  io::csv_table table;
  table.width = 5;
  for (std::size_t i = 0; i < 1000000; ++i) table.values.push_back(1.0 / static_cast<double>(i + 1));
  io::write_csv(path, table);
  for (auto _ : state) benchmark::DoNotOptimize(io::read_csv(path).values.data());
  std::filesystem::remove(path);
}
BENCHMARK(csv_round_trip_read)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
