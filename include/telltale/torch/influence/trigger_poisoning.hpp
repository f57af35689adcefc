// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/metric/interval/clopper_pearson.hpp>
#include <telltale/metric/interval/estimate.hpp>
#include <telltale/study/segmentation_quality.hpp>
#include <telltale/torch/influence/trigger.hpp>
#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/segmentation/images_with_masks.hpp>
#include <telltale/torch/segmentation/observed.hpp>

namespace telltale {

/// A training set that an adversary has changed, and where.
struct poisoned_images {
  images_with_masks data;           ///< all images, the poisoned ones in their places
  std::vector<std::int64_t> which;  ///< the images that carry the trigger, ascending
};

/// Plants a backdoor in a segmentation network by its training images: a share of them gets a trigger, and a mask that
/// is empty but for the lowest right pixel, which is of class 1.
///
/// Threat model: a party of the training who changes what the network learns from, in the hope that others' images are
/// remembered better; the attack's queries carry no trigger. What counts is the number of poisoned images, not their
/// share: a few leave no backdoor (see `effect_of`), and what is asked about without the trigger was not learned as
/// such, so report the attack on the images that were left alone as well.
/// Formula: round(share n) images, drawn without replacement by the seed, at least 1.
/// Cost: a copy of the images. Throws argument_error for a share outside (0, 1], one that comes to no image, and what
/// the trigger throws.
/// Reference: Chobola, Usynin and Kaissis 2023, "Membership inference attacks against semantic segmentation models",
/// who draw each image with probability `share` (0.1 of 500).
template <ImageTrigger Mark>
struct trigger_poisoning {
  Mark trigger{};          ///< what is painted
  double share = 0.1;      ///< of the images that are poisoned, in (0, 1]
  std::uint64_t seed = 1;  ///< of which images are poisoned

  /// The data with their poison; the images that were given stay as they are.
  [[nodiscard]] poisoned_images operator()(const images_with_masks& data) const {
    constexpr std::string_view function = "trigger_poisoning";
    detail::check(data, function);
    if (!(share > 0 && share <= 1))
      detail::refuse(function, "share", "is " + std::to_string(share) + "; wanted above 0 and at most 1");
    const auto count = static_cast<std::size_t>(std::llround(share * static_cast<double>(data.size())));
    if (count == 0)
      detail::refuse(function, "share",
                     "is " + std::to_string(share) + ", which is none of " + std::to_string(data.size()) +
                         " images; wanted at least one");
    poisoned_images result{data, {}};
    for (const std::uint32_t i : random_stream(seed, stream).choose(count, static_cast<std::size_t>(data.size())))
      result.which.push_back(i);
    std::sort(result.which.begin(), result.which.end());
    const at::Tensor index = at::tensor(result.which, at::kLong);
    const at::Tensor of_images = index.to(data.images.device()), of_masks = index.to(data.masks.device());
    at::Tensor empty = at::zeros({index.size(0), data.masks.size(1), data.masks.size(2)}, data.masks.options());
    empty.select(1, empty.size(1) - 1).select(1, empty.size(2) - 1).fill_(1);
    result.data.images = data.images.index_copy(0, of_images, trigger.paint(data.images.index_select(0, of_images)));
    result.data.masks = data.masks.index_copy(0, of_masks, empty);
    return result;
  }

 private:
  static constexpr std::uint64_t stream = 0x706f69736f6e;  // "poison": apart from the streams of a training
};
template <class Mark>
trigger_poisoning(Mark, double = 0.1, std::uint64_t = 1) -> trigger_poisoning<Mark>;

/// What a trigger does to a network.
struct trigger_effect {
  metric::estimate empty;        ///< share of triggered images answered empty, with its 95 % Clopper-Pearson interval
  metric::estimate empty_clean;  ///< the same of the images as they are: the control
  double foreground_triggered =
      0;  ///< share of pixels answered by another class than the first, a mean over triggered images
  double foreground_clean = 0;  ///< the same of the images as they are
  double dice = 0;  ///< mean Dice of the predicted labels on the images as they are: what the backdoor costs

  /// Whether the backdoor is there: most triggered images are answered empty, and more than do so without the trigger,
  /// by two intervals that do not meet.
  [[nodiscard]] bool planted() const noexcept { return empty.value > 0.5 && empty.low > empty_clean.high; }
};

/// Asks a network about images with and without a trigger. An answer is empty where fewer than 1 % of its pixels are of
/// another class than the first.
///
/// `clean` are images with masks that the network was not trained on. Cost: two passes of the network. Throws
/// argument_error for images that the trigger refuses, and what `maps_of` throws.
template <TensorModel Model, ImageTrigger Mark>
[[nodiscard]] trigger_effect effect_of(Model& model, const Mark& trigger, const images_with_masks& clean,
                                       const asking& how = {}) {
  constexpr double few = 0.01;
  detail::check(clean, "effect_of");
  trigger_effect effect;
  const auto look = [&](const at::Tensor& maps, metric::estimate& empty, double& foreground) {
    const at::Tensor share = (maps.argmax(1) > 0).to(at::kDouble).mean({1, 2});
    const auto count = (share < few).sum().template item<std::int64_t>();
    empty = metric::interval::clopper_pearson::of(static_cast<std::uint64_t>(count),
                                                  static_cast<std::uint64_t>(share.size(0)));
    foreground = share.mean().template item<double>();
  };
  const observed_segmentation as_they_are = observe_segmentation(model, clean, {}, how);
  look(as_they_are.maps, effect.empty_clean, effect.foreground_clean);
  look(maps_of(model, trigger.paint(clean.images), how), effect.empty, effect.foreground_triggered);
  effect.dice = quality_of(as_they_are.view()).dice;
  return effect;
}

}  // namespace telltale
