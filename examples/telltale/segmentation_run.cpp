// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <thread>
#include <utility>

#include <telltale/core/detail/parallel.hpp>
#include <telltale/report/progress.hpp>

#include "segmentation.hpp"

namespace tool {
namespace {

/// What an image gave, with its own number in what is wrong with it: the library saw one image.
image_values measure_one(const segmentation_files& files, const signal_request& request, const image_answers& answers,
                         const image_pictures& pictures) {
  try {
    if (files.holds_labels()) return measure_labels(request, answers, pictures);
    return answers.floats.empty() ? measure_image<double>(request, answers, pictures)
                                  : measure_image<float>(request, answers, pictures);
  } catch (const telltale::argument_error& refusal) {
    std::string reason = refusal.reason();
    const std::string theirs = "image 0";
    if (reason.starts_with(theirs)) reason.replace(0, theirs.size(), "image " + std::to_string(answers.image));
    throw telltale::argument_error("segmentation", refusal.argument(), reason);
  }
}

}  // namespace

origins segmentation_origins(const segmentation_options& options) {
  const std::string release = "--release " + options.release.substr(0, options.release.find(':'));
  return origins()
      .from("answers", options.outputs)
      .from("maps", options.outputs)
      .from("masks", options.masks.empty() ? "--masks" : options.masks)
      .from("least", "--floor")
      .from("score", options.outputs)
      .from("k", release)
      .from("decimals", release)
      .from("sigma", release)
      .from("floor", release)
      .from("t", release)
      .reword("or the label that says ignore", "or --ignore that label")
      .reword("store logits, or name a floor: floored(batch, 1e-6)",
              options.release.empty() ? "give logits, or a --floor" : "give a --floor behind the --release")
      .reword("(logits are another form)", "(logits are given without --probabilities)")
      .reword("leave such images out, or score them over all pixels",
              "leave such images out, or take a signal of all pixels");
}

image_values measure_picture(const segmentation_files& files, const signal_request& request, std::size_t image,
                             std::span<std::uint8_t> wrong, const origins& places) {
  signal_request no_number = request;
  no_number.signal.clear();
  segmentation_files::reader reader(files);
  return places.name_in([&] { return measure_one(files, no_number, reader.of(image), {{}, wrong}); });
}

segmentation_measured measure_all(const segmentation_files& files, const signal_request& request,
                                  const std::function<void(std::span<const float>)>& losses, const origins& places,
                                  const shared_options& shared) {
  const std::size_t pixels = files.format().pixels(), n = files.images();
  const std::size_t cores = std::max<std::size_t>(1, std::thread::hardware_concurrency());
  const std::size_t threads = std::min(n, shared.threads == 0 ? cores : shared.threads);
  // Maps are written in order, so a block of them waits for its slowest image: one an image and thread bounds memory.
  const std::size_t block = losses ? threads : 16 * threads;
  segmentation_measured found;
  found.values.resize(n);
  std::vector<std::uint8_t> raised(n, 0);
  std::vector<float> maps(losses ? block * pixels : 0);
  telltale::progress_line line("measuring images", shared.quiet);
  places.name_in([&] {
    for (std::size_t first = 0; first < n; first += block) {
      line(first, n);
      const std::size_t count = std::min(block, n - first);
      telltale::detail::in_parallel(count, threads, [&]() -> std::function<void(std::size_t)> {
        return [&, reader = segmentation_files::reader(files)](std::size_t at) mutable {
          const std::span<float> map = losses ? std::span(maps).subspan(at * pixels, pixels) : std::span<float>();
          const image_values values = measure_one(files, request, reader.of(first + at), {map, {}});
          found.values[first + at] = values.value;
          raised[first + at] = values.raised_by_floor ? 1 : 0;
        };
      });
      if (losses) losses(std::span<const float>(maps).first(count * pixels));
    }
  });
  line(n, n);
  found.raised_by_floor = static_cast<std::size_t>(std::count(raised.begin(), raised.end(), 1));
  return found;
}

}  // namespace tool
