// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/torch/segmentation/train_segmentation.hpp>
#include <telltale/torch/segmentation/unet.hpp>

#include <ctime>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "networks.hpp"

namespace segmentation_lab {

/// Seconds of a processor that this thread has had.
[[nodiscard]] inline double processor_seconds() {
  std::timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// How one network of the lab is trained.
struct training_plan {
  std::size_t epochs = 0;
  std::uint64_t seed = 1;
  std::vector<std::size_t> snapshots = {};  ///< beside the end
  std::optional<telltale::best_on> stop = std::nullopt;
  std::optional<std::filesystem::path> weights = std::nullopt;  ///< a file for the network as it ends
  std::function<void(telltale::unet&, answers&)> afterwards = nullptr;
};

[[nodiscard]] inline telltale::unet_shape shape_for(const settings& chosen, const telltale::images_with_masks& data) {
  return {.channels = data.images.size(1), .classes = data.classes, .levels = 3, .width = chosen.width};
}

/// A network's maps of all questions, asked in the way of the policy.
template <class Policy>
[[nodiscard]] at::Tensor ask_all(telltale::unet& model, const at::Tensor& questions, const Policy& policy) {
  return telltale::observe_segmentation(model, telltale::images_with_masks{questions, {}}, policy, {.batch_size = 64})
      .maps;
}

/// Trains a U-Net and asks it the questions.
template <class Policy = telltale::while_training::plain>
[[nodiscard]] answers train_and_ask(const settings& chosen, const telltale::images_with_masks& data,
                                    const at::Tensor& questions, const training_plan& plan, const lab::talker& say,
                                    const Policy& policy = {}) {
  answers made;
  std::vector<at::Tensor> maps;
  telltale::unet model = telltale::make_unet(plan.seed, shape_for(chosen, data));
  double asking = 0;
  telltale::segmentation_options options;
  options.stop = plan.stop;
  options.progress = [&](std::size_t done, std::size_t total) { say("epochs", done, total); };
  options.each_epoch = [&](std::size_t epoch) {
    if (epoch == plan.epochs || std::find(plan.snapshots.begin(), plan.snapshots.end(), epoch) == plan.snapshots.end())
      return;
    const double begun = processor_seconds();
    maps.push_back(ask_all(model, questions, policy));
    made.epochs.push_back(epoch);
    asking += processor_seconds() - begun;
  };
  const double begun = processor_seconds();
  const telltale::segmentation_training trained = telltale::train_segmentation(
      model, data, {.epochs = plan.epochs, .batch_size = settings::batch, .seed = plan.seed}, policy, options);
  made.facts["seconds"] = processor_seconds() - begun - asking;
  made.facts["kept epoch"] = static_cast<double>(trained.kept);
  maps.push_back(ask_all(model, questions, policy));
  made.epochs.push_back(plan.epochs);
  made.maps = at::stack(maps);
  if (plan.afterwards) plan.afterwards(model, made);
  if (plan.weights) ::torch::save(model, plan.weights->string());
  return made;
}

}  // namespace segmentation_lab
