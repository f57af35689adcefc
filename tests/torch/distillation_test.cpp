// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <telltale/study/segmentation_quality.hpp>
#include <telltale/torch/segmentation/distillation.hpp>
#include <telltale/torch/segmentation/unet.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"
#include "torch/segmentation_pictures.hpp"

using namespace telltale;

namespace {

constexpr unet_shape small{.levels = 2, .width = 4};

// Knows discs by their brightness, and is `sure` of it.
struct bright_teacher {
  double sure = 20;

  [[nodiscard]] at::Tensor operator()(const at::Tensor& images) const {
    const at::Tensor z = (at::avg_pool2d(images, {3, 3}, {1, 1}, {1, 1}).mean(1, true) - 0.5) * sure;
    return at::cat({at::zeros_like(z), z}, 1);
  }
};

double log_loss(double foreground_logit, bool foreground) {
  return std::log(1 + std::exp(foreground ? -foreground_logit : foreground_logit));
}

}  // namespace

DOCTEST_TEST_CASE(
    "images are selected by the teacher's loss against its own or the true mask, up to the mean elsewhere") {
  // One pixel an image, its logit of the foreground written down.
  const auto maps_of_logits = [](const std::vector<double>& logits) {
    const at::Tensor z = at::tensor(logits, at::kDouble).view({-1, 1, 1, 1});
    return at::cat({at::zeros_like(z), z}, 1);
  };
  const std::vector<double> offered{-4, 0.5, 3, -0.2, 1.1}, elsewhere{1, -2};
  const at::Tensor maps = maps_of_logits(offered), others = maps_of_logits(elsewhere);
  const images_with_masks validation{at::zeros({2, 1, 1, 1}), at::tensor({0, 0}, at::kLong).view({2, 1, 1})};
  const segmentation_loss entropy{.dice = 0};
  const teacher_answers answers{maps, validation, others, entropy};

  const at::Tensor sure = selection::by_certainty{}.keep(answers);
  const double doubt = (log_loss(1, true) + log_loss(-2, false)) / 2;  // 0.220
  for (std::size_t i = 0; i < offered.size(); ++i)
    DOCTEST_CHECK(sure[static_cast<std::int64_t>(i)].item<bool>() == (log_loss(offered[i], offered[i] > 0) <= doubt));
  DOCTEST_CHECK(sure.sum().item<std::int64_t>() == 2);

  const at::Tensor truth = at::tensor({0, 1, 0, 1, 1}, at::kLong).view({5, 1, 1});
  const at::Tensor right = selection::by_truth{truth}.keep(answers);
  const double wrong = (log_loss(1, false) + log_loss(-2, false)) / 2;  // 0.720
  for (std::size_t i = 0; i < offered.size(); ++i) {
    const auto at_ = static_cast<std::int64_t>(i);
    DOCTEST_CHECK(right[at_].item<bool>() ==
                  (log_loss(offered[i], truth[at_][0][0].item<std::int64_t>() == 1) <= wrong));
  }
  DOCTEST_CHECK(right.sum().item<std::int64_t>() == 3);
  DOCTEST_CHECK(selection::all{}.keep(answers).sum().item<std::int64_t>() == 5);
}

DOCTEST_TEST_CASE("a student is trained on the selected images and the teacher's hard masks, and on nothing else") {
  oracle::for_each_device([](const at::Device& device) {
    const images_with_masks reference = oracle::discs(10, 1), validation = oracle::discs(6, 2);
    bright_teacher teacher;
    const at::TensorOptions there = at::TensorOptions(at::kFloat).device(device);
    unet student = make_unet(1, small, there), twin = make_unet(1, small, there);
    const segmentation_recipe recipe{.epochs = 4, .batch_size = 3};
    const distillation made = distil_segmentation(teacher, reference.images, validation, student, recipe);
    DOCTEST_CHECK(made.training.epochs == 4);
    DOCTEST_CHECK(!made.selected.empty());
    DOCTEST_CHECK(made.selected.size() < 10);
    images_with_masks labelled = chosen(reference, made.selected);
    labelled.masks = (teacher(labelled.images).select(1, 1) > 0).to(at::kLong);
    train_segmentation(twin, labelled, recipe);
    const oracle::deterministic_kernels same;
    for (std::size_t p = 0; p < student->parameters().size(); ++p)
      DOCTEST_CHECK(at::allclose(student->parameters()[p], twin->parameters()[p], 1e-4, 1e-5));
  });
}

DOCTEST_TEST_CASE("a student learns what its teacher knows") {
  const images_with_masks reference = oracle::discs(24, 3), validation = oracle::discs(8, 4),
                          others = oracle::discs(24, 5);
  bright_teacher teacher;
  unet student = make_unet(2, small);
  distil_segmentation(teacher, reference.images, validation, student,
                      {.epochs = 30, .batch_size = 4, .learning_rate = 1e-2}, selection::all{});
  const double of_teacher = quality_of(observe_segmentation(teacher, others).view()).dice,
               of_student = quality_of(observe_segmentation(student, others).view()).dice;
  DOCTEST_MESSAGE("Dice of the teacher ", of_teacher, ", of the student ", of_student);
  DOCTEST_CHECK(of_student > of_teacher - 0.1);
}

DOCTEST_TEST_CASE("what leaves nothing to learn from is refused in one sentence") {
  const images_with_masks reference = oracle::discs(4, 6), validation = oracle::discs(4, 7);
  unet student = make_unet(1, small);
  // Sure on the validation images, whose first pixel is marked, and on no other.
  auto teacher = [](const at::Tensor& images) {
    const at::Tensor marked = (images.select(1, 0).select(1, 0).select(1, 0) > 5).to(at::kFloat) * 10 + 0.1;
    const at::Tensor z = marked.view({-1, 1, 1, 1}).expand({images.size(0), 1, images.size(2), images.size(3)});
    return at::cat({at::zeros_like(z), z}, 1);
  };
  images_with_masks marked = validation;
  marked.images = validation.images.clone();
  marked.images.select(1, 0).select(1, 0).select(1, 0).fill_(9);
  DOCTEST_CHECK_THROWS_WITH_AS(
      static_cast<void>(distil_segmentation(teacher, reference.images, marked, student, {})),
      "distil_segmentation: unlabelled: has no image that is selected by certainty out of 4; wanted images like those "
      "of the validation set",
      argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(
      static_cast<void>(distil_segmentation(teacher, reference.images, validation, student, {},
                                            selection::by_truth{reference.masks.narrow(0, 0, 3)})),
      "selection::by_truth: masks: have the shape (3, 16, 16); the teacher's maps have the shape (4, 2, 16, 16): "
      "wanted "
      "an int64 for every pixel",
      argument_error);
  images_with_masks of_three = validation;
  of_three.classes = 3;
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(distil_segmentation(teacher, reference.images, of_three, student, {})),
                               "maps_of: model: answers with 2 classes; wanted 3", argument_error);
}
