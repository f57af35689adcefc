// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/io/npy.hpp>
#include <telltale/report/progress.hpp>
#include <telltale/scorer/entropy.hpp>
#include <telltale/scorer/mean_over_pixels.hpp>
#include <telltale/torch/model/input_file.hpp>
#include <telltale/torch/model/script_model.hpp>

#include "files.hpp"
#include "known_records.hpp"
#include "records.hpp"
#include "segmentation_parts.hpp"

namespace tool {
namespace {

namespace io = telltale::io;

std::vector<std::int64_t> extents_of(const io::npy_array& array) {
  return {array.shape().begin(), array.shape().end()};
}

/// Two channels of one, which is the foreground: its logit beside 0, or its probability beside what is left.
at::Tensor with_background(const at::Tensor& maps, bool probabilities) {
  if (maps.dim() != 4 || maps.size(1) != 1) return maps;
  return at::cat({probabilities ? 1 - maps : at::zeros_like(maps), maps}, 1);
}

at::Tensor read_outputs(const std::string& path) {
  const io::npy_array array = io::read_npy(path);
  const std::string wanted = "(n, classes, height, width)";
  if (array.dtype().kind != 'f')
    throw telltale::file_error(path, "holds " + array.dtype().name() + "; wanted logits or probabilities " + wanted +
                                         " of a float type (predicted labels are what --release argmax makes of them)");
  if (array.shape().size() != 4 || array.size() == 0)
    throw telltale::file_error(path, "has shape " + shape_text(array) + "; wanted " + wanted + ", none of them 0");
  const io::npy_values<float> values{array};
  at::Tensor maps = at::empty(extents_of(array), at::kFloat);
  std::copy(values.span().begin(), values.span().end(), maps.data_ptr<float>());
  return maps;
}

at::Tensor read_masks(const std::string& path) {
  const io::npy_array array = io::read_npy(path);
  if (array.dtype().kind == 'f' || array.dtype().kind == 'c')
    throw telltale::file_error(path, "holds " + array.dtype().name() + "; wanted integers, the class of each pixel");
  if (array.shape().size() != 3 || array.size() == 0)
    throw telltale::file_error(path, "has shape " + shape_text(array) + "; wanted (n, height, width), none of them 0");
  const std::vector<std::int64_t> values = array.to_vector<std::int64_t>();
  return at::tensor(values, at::kLong).reshape(extents_of(array));
}

at::Tensor ask_model(const segmentation_paths& paths, const at::Tensor& images, bool probabilities,
                     const segmentation_settings& settings, const shared_options& shared) {
  telltale::script_model model = telltale::script_model::load(paths.model, *settings.how.device);
  model.eval();
  const auto asked = [&](const at::Tensor& batch) { return with_background(model(batch), probabilities); };
  telltale::progress_line line("asking " + paths.model, shared.quiet);
  telltale::asking how = settings.how;
  how.progress = std::ref(line);
  return origins()
      .from("inputs", paths.images)
      .from("images", paths.images)
      .from("model", paths.model)
      .from("forward", paths.model)
      .name_in([&] { return telltale::maps_of(asked, images, how); });
}

/// Refuses what no attack could use, by the name of the file, before any is run.
void check(const segmentation_side& side, const std::string& masks_path, const std::string& outputs_path) {
  const at::Tensor &maps = side.seen.maps, &masks = side.seen.masks;
  if (maps.size(1) < 2)
    throw telltale::file_error(outputs_path, "has 1 class; wanted at least 2, or one channel of the foreground");
  if (masks.defined() &&
      (masks.size(0) != maps.size(0) || masks.size(1) != maps.size(2) || masks.size(2) != maps.size(3)))
    throw telltale::file_error(masks_path, "has shape " + telltale::detail::shape_text(masks) + "; " + outputs_path +
                                               " has maps of " + std::to_string(maps.size(0)) + " images of " +
                                               std::to_string(maps.size(2)) + " x " + std::to_string(maps.size(3)) +
                                               " pixels");
  std::vector<double> unused(side.member.size());
  side.places.name_in([&] { telltale::mean_over_pixels<telltale::entropy>{}(side.seen.view(), unused); });
}

segmentation_side read_side(const segmentation_paths& paths, const std::string& prefix,
                            const model_segmentation_options& options, const segmentation_settings& settings,
                            const shared_options& shared) {
  segmentation_side side;
  if (!paths.images.empty()) {
    std::optional<double> scale;
    if (!options.scale.empty()) scale = number("--scale", options.scale);
    side.images =
        origins().from("scale", "--scale").name_in([&] { return telltale::load_inputs(paths.images, scale); });
    if (side.images.dim() != 4)
      throw telltale::file_error(paths.images, "has shape " + telltale::detail::shape_text(side.images) +
                                                   "; wanted (n, channels, height, width)");
  }
  const std::string& answered_by = paths.outputs.empty() ? paths.model : paths.outputs;
  side.seen.maps = paths.outputs.empty()
                       ? ask_model(paths, side.images, options.probabilities, settings, shared)
                       : with_background(read_outputs(paths.outputs), options.probabilities).to(*settings.how.device);
  side.seen.form = options.probabilities ? telltale::stored_as::probabilities : telltale::stored_as::logits;
  const auto images = static_cast<std::size_t>(side.seen.maps.size(0));
  if (side.images.defined() && side.images.size(0) != side.seen.maps.size(0))
    throw telltale::file_error(paths.images, "has " + counted(static_cast<std::size_t>(side.images.size(0)), "image") +
                                                 "; " + answered_by + " has " + std::to_string(images));
  if (!paths.masks.empty()) side.seen.masks = read_masks(paths.masks);
  if (!options.ignore.empty()) {
    const std::size_t label = whole_number("--ignore", options.ignore, 0);
    if (!std::in_range<int>(label)) throw usage_error("--ignore", "is " + options.ignore + "; wanted a smaller label");
    side.seen.ignored = static_cast<std::int64_t>(label);
  }
  side.member = load_members(paths.members, images, "image");
  side.places.from("masks", paths.masks.empty() ? "--" + prefix + "masks" : paths.masks)
      .from("maps", answered_by)
      .from("answers", answered_by)
      .from("least", "--floor")
      .reword("name a floor: floored(batch, 1e-6)", "give --floor 1e-6");
  check(side, paths.masks, answered_by);
  return side;
}

void check_fit(const segmentation_sides& sides, const model_segmentation_options& options) {
  const auto of = [](const segmentation_paths& paths) { return paths.outputs.empty() ? paths.model : paths.outputs; };
  const at::Tensor& victim = sides.victim.seen.maps;
  if (sides.shadow && sides.shadow->seen.maps.sizes().slice(1) != victim.sizes().slice(1))
    throw telltale::file_error(
        of(options.shadow), "answers an image by " + telltale::detail::shape_text(sides.shadow->seen.maps[0]) +
                                " numbers, " + of(options.victim) + " by " + telltale::detail::shape_text(victim[0]) +
                                ": a network that learns on one must fit the other");
  const auto least = static_cast<std::size_t>(std::min(victim.size(2), victim.size(3)));
  if (!options.patch.empty() && whole_number("--patch", options.patch, 4) > least)
    throw usage_error("--patch", "is " + options.patch + "; wanted at most " + std::to_string(least) +
                                     ", so that a patch fits into the maps");
}

/// Either outputs or a model with its images, and what belongs to them.
void check_paths(const segmentation_paths& paths, const std::string& prefix) {
  const std::string outputs = "--" + prefix + "outputs", model = "--" + prefix + "model",
                    images = "--" + prefix + "images";
  if (!paths.outputs.empty() && !paths.model.empty())
    throw usage_error(model, "is given beside " + outputs + "; wanted one");
  if (paths.outputs.empty() && paths.model.empty())
    throw usage_error(outputs, "is missing, and " + model + " too; wanted what the network answers");
  if (!paths.model.empty() && paths.images.empty())
    throw usage_error(images, "is missing; " + model + " must be asked about something");
  required("--" + prefix + "members", paths.members, "which images the network was trained on, 1 or 0 each");
}

}  // namespace

segmentation_settings checked_settings(const model_segmentation_options& options, const std::vector<std::string>& names,
                                       const std::vector<std::string>& full_names) {
  for (const std::string& name : options.attacks) checked_name("--attack", name, "attack", names);
  check_paths(options.victim, "");
  const segmentation_paths& shadow = options.shadow;
  const bool has_shadow = !shadow.outputs.empty() || !shadow.model.empty();
  if (has_shadow)
    check_paths(shadow, "shadow-");
  else
    for (const auto& [option, value] :
         {std::pair("--shadow-images", &shadow.images), std::pair("--shadow-masks", &shadow.masks),
          std::pair("--shadow-members", &shadow.members)})
      if (!value->empty()) throw usage_error(option, "has no shadow model; wanted --shadow-outputs or --shadow-model");
  if (has_shadow && !options.auxiliary.empty())
    throw usage_error("--auxiliary", "is given beside a shadow model, whose images are the known ones; wanted one");
  segmentation_settings settings;
  settings.seed = whole_number("--seed", options.seed, 0);
  settings.epochs = whole_number("--epochs", options.epochs, 1);
  if (!options.patch.empty()) settings.patch = whole_number("--patch", options.patch, 4);
  settings.how.batch_size = whole_number("--batch", options.batch, 1);
  settings.how.device = device_of(options.device);
  static constexpr std::string_view noisy = "noise:";
  if (options.release == "argmax") {
    settings.release = released_as::labels;
  } else if (options.release.starts_with(noisy)) {
    settings.release = released_as::noisy;
    settings.sigma = number("--release", options.release.substr(noisy.size()));
    if (settings.sigma < 0) throw usage_error("--release", "adds noise of a deviation below 0");
  } else if (!options.release.empty()) {
    throw usage_error("--release", "is '" + options.release + "'; wanted argmax, or noise:SIGMA as in noise:0.1");
  }
  if (!options.floor.empty()) {
    if (settings.release != released_as::they_are)
      throw usage_error("--floor", "is of no use beside --release, which leaves no probability of 0");
    settings.floor = number("--floor", options.floor);
    if (!(*settings.floor >= double{std::numeric_limits<float>::min()} && *settings.floor < 0.5))
      throw usage_error("--floor", "is " + options.floor + "; wanted 1e-30, or another number up to 0.5");
  }
  static_cast<void>(rates_of(options.fpr, options.confidence));
  std::vector<named_path> inputs{{"--auxiliary", options.auxiliary}}, outputs = outputs_in(options.out, full_names);
  for (const auto& [paths, prefix] : {std::pair(&options.victim, "--"), std::pair(&shadow, "--shadow-")}) {
    inputs.emplace_back(std::string(prefix) + "outputs", paths->outputs);
    inputs.emplace_back(std::string(prefix) + "model", paths->model);
    inputs.emplace_back(std::string(prefix) + "images", paths->images);
    inputs.emplace_back(std::string(prefix) + "masks", paths->masks);
    inputs.emplace_back(std::string(prefix) + "members", paths->members);
  }
  outputs.insert(outputs.begin(), {"--json", options.json});
  refuse_overlap(inputs, outputs);
  return settings;
}

segmentation_sides read_segmentation(const model_segmentation_options& options, const segmentation_settings& settings,
                                     const shared_options& shared) {
  segmentation_sides sides;
  sides.victim = read_side(options.victim, "", options, settings, shared);
  sides.victim.noise_seed = 2 * settings.seed;
  if (options.shadow.outputs.empty() && options.shadow.model.empty()) {
    sides.images = divide(sides.victim.member, options.victim.members,
                          options.auxiliary.empty() ? "0.5" : options.auxiliary, options.seed);
  } else {
    sides.shadow = read_side(options.shadow, "shadow-", options, settings, shared);
    sides.shadow->noise_seed = 2 * settings.seed + 1;
    sides.images.tested_member = sides.victim.member;
    for (std::size_t i = 0; i < sides.victim.member.size(); ++i) sides.images.tested.push_back(i);
  }
  check_fit(sides, options);
  return sides;
}

}  // namespace tool
