// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Loss maps and Dice of stored output maps, 19 classes of 256 x 256 float32, beside reading the same bytes once from
// the same mapping on as many threads (30 GB/s on one core of the machine at hand). The exit code is 1 where a score
// takes longer than a bound that leaves room for a busy neighbour: 6 times as long for predicted labels, 8 for stored
// probabilities, 20 where 19 exponentials a pixel are computed. 20 images (100 MB) unless the first argument says
// another number: `segmentation_bench 200` is 1 GB. `anonymous_MB` is what a pass adds to the process' own memory,
// `naive` how many times longer the loop takes that one would write, pixel by pixel, for the loss of one image; of
// stored probabilities it reads one class a pixel and checks nothing, so that it is shorter.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/detail/parallel.hpp>
#include <telltale/core/random.hpp>
#include <telltale/io/npy.hpp>
#include <telltale/observation/segmentation.hpp>
#include <telltale/scorer/dice.hpp>
#include <telltale/scorer/mean_over_pixels.hpp>
#include <telltale/scorer/pixel_map.hpp>

namespace {

using namespace telltale;
using clock_type = std::chrono::steady_clock;

constexpr map_format format{19, 256, 256};
constexpr std::size_t pixels = format.pixels(), image_size = format.classes * pixels;
std::size_t images = 20;
double slowest = 0;  // as a share of its bound

// Logits with a leader, as a trained network gives, or their softmax, in a file that is mapped and removed at the end.
struct stored_maps {
  std::filesystem::path path;
  io::npy_values<float> values;

  explicit stored_maps(stored_as form)
      : path(std::filesystem::temp_directory_path() / ("telltale-maps-" + std::to_string(::getpid()) + ".npy")),
        values(written(path, form)) {}
  stored_maps(const stored_maps&) = delete;
  stored_maps& operator=(const stored_maps&) = delete;
  ~stored_maps() { std::filesystem::remove(path); }

  [[nodiscard]] segmentation<eigen<float>> seen(std::span<const std::uint8_t> masks, stored_as form) const {
    return {{values.span(), images, format.classes, pixels},
            format,
            label_maps(masks, images, format.height, format.width, 255),
            form};
  }

 private:
  static io::npy_values<float> written(const std::filesystem::path& to, stored_as form) {
    std::vector<float> image(image_size);
    random_stream random(1);
    for (std::size_t p = 0; p < pixels; ++p) {
      double sum = 0;
      for (std::size_t c = 0; c < format.classes; ++c) {
        const double logit = random.uniform() * 4 + (c == p / 64 % format.classes ? 5 : 0);
        image[c * pixels + p] = static_cast<float>(logit);
        sum += std::exp(logit);
      }
      if (form == stored_as::probabilities)
        for (std::size_t c = 0; c < format.classes; ++c) {
          float& q = image[c * pixels + p];
          q = static_cast<float>(std::exp(static_cast<double>(q)) / sum);
        }
    }
    io::npy_writer<float> writer(to, {images, format.classes, format.height, format.width});
    for (std::size_t i = 0; i < images; ++i) writer.append(image);
    writer.commit();
    return io::load_values<float>(to);
  }
};

std::vector<std::uint8_t> true_masks() {
  std::vector<std::uint8_t> masks(images * pixels);
  for (std::size_t p = 0; p < masks.size(); ++p)
    masks[p] = static_cast<std::uint8_t>(p % 97 == 0 ? 255 : p % pixels / 64 % format.classes);
  return masks;
}

template <class Work>
double seconds(const Work& work) {
  const auto start = clock_type::now();
  work();
  return std::chrono::duration<double>(clock_type::now() - start).count();
}

// The sum of every number in eight lanes: what memory allows.
void read_all(std::span<const float> values, std::size_t threads) {
  using P = detail::pack<float>;
  detail::in_parallel(images, threads, [&] {
    return [&](std::size_t image) {
      P a = P::all(0), b = a;
      const float* const from = values.data() + image * image_size;
      for (const float* at = from; at != from + image_size; at += 2 * P::lanes) {
        a = a + P::load(at);
        b = b + P::load(at + P::lanes);
      }
      benchmark::DoNotOptimize(a);
      benchmark::DoNotOptimize(b);
    };
  });
}

// Memory of the process that no file stands behind, in MB.
double anonymous() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word)
    if (word == "RssAnon:") {
      double kilobytes = 0;
      status >> kilobytes;
      return kilobytes / 1e3;
    }
  return std::numeric_limits<double>::quiet_NaN();
}

// The most that `work` adds, looked at every millisecond while it runs.
template <class Work>
double added_memory(const Work& work) {
  const double before = anonymous();
  double most = before;
  std::atomic<bool> done{false};
  std::thread watcher([&] {
    while (!done) {
      most = std::max(most, anonymous());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  work();
  done = true;
  watcher.join();
  return most - before;
}

// One image as one would write it: pixel by pixel, class by class. Returns the sum of losses and the overlaps.
double naive_image(const float* maps, const std::uint8_t* mask, stored_as form) {
  double sum = 0;
  for (std::size_t p = 0; p < pixels; ++p) {
    if (mask[p] == 255) continue;
    const double own = static_cast<double>(maps[mask[p] * pixels + p]);
    if (form == stored_as::probabilities) {
      sum += std::log(own);
      continue;
    }
    double top = -std::numeric_limits<double>::infinity(), total = 0;
    for (std::size_t c = 0; c < format.classes; ++c) top = std::max(top, static_cast<double>(maps[c * pixels + p]));
    for (std::size_t c = 0; c < format.classes; ++c) total += std::exp(static_cast<double>(maps[c * pixels + p]) - top);
    sum += own - top - std::log(total);
  }
  return sum;
}

// Reading and scoring in turn; the best of either, so that a neighbour on the machine tilts neither.
template <class Score>
void compare(benchmark::State& state, stored_as form, double bound) {
  const auto threads = static_cast<std::size_t>(state.range(0));
  const stored_maps maps(form);
  const std::vector<std::uint8_t> masks = true_masks();
  const segmentation<eigen<float>> batch = maps.seen(masks, form);
  const Score score{.threads = threads};
  std::vector<double> out(images * detail::width_of(score, batch));
  const auto work = [&] { score(batch, std::span<double>(out)); };
  read_all(maps.values.span(), threads);
  work();
  double reading = std::numeric_limits<double>::infinity(), scoring = reading;
  for (auto _ : state) {
    reading = std::min(reading, seconds([&] { read_all(maps.values.span(), threads); }));
    const double now = seconds(work);
    benchmark::DoNotOptimize(out.data());
    scoring = std::min(scoring, now);
    state.SetIterationTime(now);
  }
  const double naive =
      seconds([&] { benchmark::DoNotOptimize(naive_image(maps.values.span().data(), masks.data(), form)); });
  state.counters["of_reading"] = scoring / reading;
  state.counters["GB/s"] = static_cast<double>(images * image_size) * sizeof(float) / scoring / 1e9;
  state.counters["anonymous_MB"] = added_memory(work);
  state.counters["naive"] = naive * static_cast<double>(images) / (scoring * static_cast<double>(threads));
  slowest = std::max(slowest, scoring / reading / bound);
}

void list(const char* name, void (*run)(benchmark::State&, stored_as, double), stored_as form, double bound) {
  benchmark::RegisterBenchmark((std::string(name) + (form == stored_as::logits ? "/logits" : "/probabilities")).c_str(),
                               [=](benchmark::State& state) { run(state, form, bound); })
      ->ArgName("threads")
      ->Arg(1)
      ->Arg(2)
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond)
      ->Iterations(7);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc > 1) images = static_cast<std::size_t>(std::atoi(argv[1]));
  for (const stored_as form : {stored_as::logits, stored_as::probabilities}) {
    const double bound = form == stored_as::logits ? 20 : 8;
    list("loss_maps", compare<pixel_map<>>, form, bound);
    list("mean_loss", compare<mean_over_pixels<>>, form, bound);
    list("dice", compare<dice<>>, form, bound);
    list("dice_of_labels", compare<dice<dice_by::labels>>, form, form == stored_as::logits ? 6 : 8);
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return slowest > 1 ? 1 : 0;
}
