// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <telltale/core/error.hpp>
#include <telltale/core/requirements.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/segmentation/images_with_masks.hpp>
#include <telltale/torch/segmentation/losses.hpp>
#include <telltale/torch/segmentation/observed.hpp>
#include <telltale/torch/segmentation/train_segmentation.hpp>
#include <telltale/torch/segmentation/while_training/plain.hpp>

namespace telltale {

/// What a teacher answered to the images that a student may learn from, and to validation images; logits.
struct teacher_answers {
  const at::Tensor& maps;               ///< (n, classes, height, width)
  const images_with_masks& validation;  ///< that the teacher was not trained on
  const at::Tensor& validation_maps;    ///< its answers to them
  const segmentation_loss& loss;        ///< what the student will make small
};

namespace req {
template <class Policy>
concept keeps_some_of_the_images = requires(const Policy& policy, const teacher_answers& answers) {
  { policy.keep(answers) } -> std::convertible_to<at::Tensor>;
};
}  // namespace req

/// Which images a student learns from.
///
/// Required: `name`; and `keep(answers)`, which gives a Boolean for each image.
template <class Policy>
concept ImageSelection = req::names_itself<Policy> && req::keeps_some_of_the_images<Policy>;

namespace selection {

/// Every image.
struct all {
  static constexpr std::string_view name = "all";

  [[nodiscard]] at::Tensor keep(const teacher_answers& answers) const {
    return at::ones({answers.maps.size(0)}, at::kBool);
  }
};

/// Images that the teacher is sure of, whose masks need not be known: the loss of its answer against its own hard mask
/// is at most the mean of the same over the validation images.
struct by_certainty {
  static constexpr std::string_view name = "by certainty";

  [[nodiscard]] at::Tensor keep(const teacher_answers& answers) const {
    const auto doubt = [&](const at::Tensor& maps) { return answers.loss(maps, maps.argmax(1)).to(at::kDouble); };
    return doubt(answers.maps) <= doubt(answers.validation_maps).mean();
  }
};

/// Images that the teacher is right about, as published: its loss against the true mask is at most its mean loss on the
/// validation images. The images' masks, (n, height, width) of int64, must be known. Throws argument_error for masks of
/// another shape.
struct by_truth {
  static constexpr std::string_view name = "by truth";

  at::Tensor masks;  ///< the true class of every pixel of the images

  [[nodiscard]] at::Tensor keep(const teacher_answers& answers) const {
    const at::Tensor& maps = answers.maps;
    if (!masks.defined() || masks.scalar_type() != at::kLong || masks.dim() != 3 || masks.size(0) != maps.size(0) ||
        masks.size(1) != maps.size(2) || masks.size(2) != maps.size(3))
      detail::refuse("selection::by_truth", "masks",
                     (masks.defined() ? "have the shape " + detail::shape_text(masks) : std::string("are undefined")) +
                         "; the teacher's maps have the shape " + detail::shape_text(maps) +
                         ": wanted an int64 for every pixel");
    const auto loss = [&](const at::Tensor& of, const at::Tensor& truth) {
      return answers.loss(of, truth.to(of.device()), answers.validation.ignored).to(at::kDouble);
    };
    return loss(maps, masks) <= loss(answers.validation_maps, answers.validation.masks).mean();
  }
};

}  // namespace selection

/// What a distillation came to.
struct distillation {
  std::vector<std::int64_t> selected;  ///< the images that the student learned from, ascending
  segmentation_training training;      ///< how the student's training went
};

/// Trains a student on images that a teacher has labelled: a network that never saw the teacher's training images.
///
///     unet student = make_unet(seed);
///     const auto made = distil_segmentation(teacher, unlabelled, validation, student, {.epochs = 50});
///
/// Defence: what is published is the student, which knows the members by the teacher's answers to other images alone.
/// Masks are hard: the class of the largest logit at every pixel. Published code rounds the teacher's numbers, which
/// are logits there, and so puts the threshold at a probability of 0.62 instead of 0.5. The adversary must own none of
/// the images, and none may be a member. `validation` says how good the teacher is on images that it was not trained
/// on; a selection compares with that. Cost: the teacher's answers and one training. Throws argument_error for images
/// that do not fit each other, where no image is selected, and what `maps_of` and `train_segmentation` throw.
/// Reference: Shejwalkar and Houmansadr 2021, "Membership privacy for machine learning models through knowledge
/// transfer"; Chobola, Usynin and Kaissis 2023, the defence by distillation (1,000 images, `selection::by_truth`).
template <TensorModel Teacher, TrainableModule Student, ImageSelection Selection = selection::by_certainty>
distillation distil_segmentation(Teacher& teacher, const at::Tensor& unlabelled, const images_with_masks& validation,
                                 Student& student, const segmentation_recipe& recipe, const Selection& selected = {},
                                 const segmentation_options& options = {}, const asking& how = {}) {
  constexpr std::string_view function = "distil_segmentation";
  detail::check(validation, function);
  detail::check(recipe.loss, function);
  images_with_masks shown{unlabelled, {}, validation.classes, std::nullopt};
  distillation result;
  {
    const at::NoGradGuard without_gradients;
    asking ask_teacher = how;
    ask_teacher.classes = static_cast<std::size_t>(validation.classes);
    const at::Tensor maps = maps_of(teacher, unlabelled, ask_teacher),
                     validation_maps = maps_of(teacher, validation.images, ask_teacher);
    const at::Tensor keep = selected.keep({maps, validation, validation_maps, recipe.loss}).to(at::kCPU);
    if (keep.dim() != 1 || keep.size(0) != unlabelled.size(0) || keep.scalar_type() != at::kBool)
      detail::refuse(function, "selected",
                     "gives " + detail::shape_text(keep) + "; wanted a Boolean for each of the " +
                         std::to_string(unlabelled.size(0)) + " images");
    for (std::int64_t i = 0; i < keep.size(0); ++i)
      if (keep[i].template item<bool>()) result.selected.push_back(i);
    if (result.selected.empty())
      detail::refuse(function, "unlabelled",
                     "has no image that is selected " + std::string(Selection::name) + " out of " +
                         std::to_string(unlabelled.size(0)) + "; wanted images like those of the validation set");
    shown.masks = maps.argmax(1).to(unlabelled.device());
  }
  result.training =
      train_segmentation(student, chosen(shown, result.selected), recipe, while_training::plain{}, options);
  return result;
}

}  // namespace telltale
