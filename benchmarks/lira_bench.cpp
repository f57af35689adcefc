// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/gaussian_likelihood_ratio.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include <telltale/core/random.hpp>

#include <benchmark/benchmark.h>

// LiRA on scores in memory and on memory-mapped files, one file a model; fit and judge together.
namespace {

using namespace telltale;
constexpr std::size_t models = 64;

struct campaign {
  std::vector<std::vector<float>> scores;
  std::vector<std::vector<std::uint8_t>> keep;
  std::vector<double> target;
  std::vector<std::span<const float>> score_spans;
  std::vector<std::span<const std::uint8_t>> keep_spans;

  explicit campaign(std::size_t records) : target(records) {
    random_stream stream(1, 0);
    for (std::size_t m = 0; m < models; ++m) {
      auto& score = scores.emplace_back(records);
      auto& mask = keep.emplace_back(records);
      for (std::size_t i = 0; i < records; ++i) {
        mask[i] = stream.below(2) == 1;
        score[i] = static_cast<float>(5 + stream.normal() + mask[i]);
      }
    }
    for (double& t : target) t = 5 + stream.normal();
    score_spans.assign(scores.begin(), scores.end());
    keep_spans.assign(keep.begin(), keep.end());
  }
};

template <class Preset>
void lira(benchmark::State& state) {
  const campaign data(static_cast<std::size_t>(state.range(0)));
  std::vector<double> evidence(data.target.size());
  for (auto _ : state) {
    const auto fitted =
        gaussian_likelihood_ratio<Preset>{}.fit(shadow_models<float>(data.score_spans, data.keep_spans));
    fitted(signals{data.target}, evidence);
    benchmark::DoNotOptimize(evidence.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0) * static_cast<std::int64_t>(models));
}

// A file mapped for reading; removed when done.
class mapped {
 public:
  mapped(const std::filesystem::path& path, std::size_t bytes) : bytes_(bytes) {
    const int file = ::open(path.c_str(), O_RDONLY);
    data_ = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file, 0);
    ::close(file);
    if (data_ == MAP_FAILED) std::abort();
  }
  mapped(mapped&& other) noexcept : data_(other.data_), bytes_(other.bytes_) { other.data_ = nullptr; }
  mapped(const mapped&) = delete;
  ~mapped() {
    if (data_ != nullptr) ::munmap(data_, bytes_);
  }
  template <class T>
  [[nodiscard]] std::span<const T> as() const {
    return {static_cast<const T*>(data_), bytes_ / sizeof(T)};
  }

 private:
  void* data_;
  std::size_t bytes_;
};

// One score file and one mask file a model, in a folder of the working directory that is removed at the end.
class folder {
 public:
  explicit folder(std::size_t records) : path_("lira_bench_" + std::to_string(::getpid())), records_(records) {
    std::filesystem::create_directory(path_);
    std::vector<float> score(records);
    std::vector<std::uint8_t> mask(records);
    for (std::size_t m = 0; m < models; ++m) {
      random_stream stream(2, m);
      for (std::size_t i = 0; i < records; ++i) {
        mask[i] = stream.below(2) == 1;
        score[i] = static_cast<float>(10 * stream.uniform()) + mask[i];
      }
      std::ofstream(name("score", m), std::ios::binary)
          .write(reinterpret_cast<const char*>(score.data()), static_cast<std::streamsize>(4 * records));
      std::ofstream(name("keep", m), std::ios::binary)
          .write(reinterpret_cast<const char*>(mask.data()), static_cast<std::streamsize>(records));
    }
  }
  folder(const folder&) = delete;
  ~folder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::vector<mapped> map(const std::string& what, std::size_t bytes) const {
    std::vector<mapped> files;
    for (std::size_t m = 0; m < models; ++m) files.emplace_back(name(what, m), bytes * records_);
    return files;
  }

 private:
  [[nodiscard]] std::filesystem::path name(const std::string& what, std::size_t model) const {
    return path_ / (what + std::to_string(model));
  }
  std::filesystem::path path_;
  std::size_t records_;
};

// Private anonymous memory that is resident, in bytes.
double anonymous_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("RssAnon:")) return 1024 * std::strtod(line.c_str() + 8, nullptr);
  return 0;
}

const folder& stored(std::size_t records) {
  static const folder files(records);
  return files;
}

// Files are mapped anew in every run, page faults included, as a command-line run meets them.
void lira_mapped(benchmark::State& state) {
  const auto records = static_cast<std::size_t>(state.range(0));
  const folder& files = stored(records);
  const double before = anonymous_bytes();
  double most = 0;
  for (auto _ : state) {
    const std::vector<double> target(records, 5.5);
    std::vector<double> evidence(records);
    const std::vector<mapped> score_files = files.map("score", 4), keep_files = files.map("keep", 1);
    std::vector<std::span<const float>> scores;
    std::vector<std::span<const std::uint8_t>> keep;
    for (const mapped& file : score_files) scores.push_back(file.as<float>());
    for (const mapped& file : keep_files) keep.push_back(file.as<std::uint8_t>());
    const auto fitted = gaussian_likelihood_ratio<>{}.fit(shadow_models<float>(scores, keep));
    fitted(signals{target}, evidence);
    benchmark::DoNotOptimize(evidence.data());
    most = std::max(most, anonymous_bytes() - before);
  }
  state.counters["anonymous_bytes_a_record"] = most / static_cast<double>(records);
}

// What any pass over the same bytes costs: their plain sum, file after file.
void sum_mapped(benchmark::State& state) {
  const auto records = static_cast<std::size_t>(state.range(0));
  const folder& files = stored(records);
  for (auto _ : state) {
    double total = 0;
    for (const mapped& file : files.map("score", 4)) {
      const auto values = file.as<float>();
      double lanes[8] = {};
      for (std::size_t i = 0; i + 8 <= values.size(); i += 8)
        for (std::size_t lane = 0; lane < 8; ++lane) lanes[lane] += static_cast<double>(values[i + lane]);
      total += std::accumulate(std::begin(lanes), std::end(lanes), 0.0);
    }
    std::uint64_t ones = 0;
    for (const mapped& file : files.map("keep", 1)) {
      const auto mask = file.as<std::uint8_t>();
      ones = std::accumulate(mask.begin(), mask.end(), ones);
    }
    benchmark::DoNotOptimize(total);
    benchmark::DoNotOptimize(ones);
  }
}

}  // namespace

BENCHMARK(lira<preset::lira>)->Name("lira_online")->Arg(50'000)->Unit(benchmark::kMillisecond);
BENCHMARK(lira<preset::offline<preset::lira>>)->Name("lira_offline")->Arg(50'000)->Unit(benchmark::kMillisecond);
BENCHMARK(lira<preset::carlini_2022>)->Name("lira_online_median")->Arg(50'000)->Unit(benchmark::kMillisecond);
BENCHMARK(lira_mapped)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(sum_mapped)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

BENCHMARK_MAIN();
