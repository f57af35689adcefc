// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <telltale/scorer/dice.hpp>
#include <telltale/study/segmentation_quality.hpp>
#include <telltale/torch/model/traced.hpp>
#include <telltale/torch/segmentation/observed.hpp>
#include <telltale/torch/segmentation/unet.hpp>
#include <telltale/torch/segmentation/while_training/crops.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"
#include "torch/segmentation_pictures.hpp"

using namespace telltale;

DOCTEST_TEST_CASE("maps are asked for batch by batch, in evaluation mode, and the mode comes back") {
  oracle::for_each_device([](const at::Device& device) {
    unet net = make_unet(1, {.width = 4, .norm = norm_layer::batch}, at::TensorOptions(at::kFloat).device(device));
    const at::Tensor images = oracle::discs(7, 1).images;
    net->eval();
    const at::Tensor whole = net->forward(images.to(device));
    net->train();
    std::vector<std::size_t> done;
    const at::Tensor maps =
        maps_of(net, images, {.batch_size = 3, .device = device, .progress = [&](std::size_t so_far, std::size_t) {
                                done.push_back(so_far);
                              }});
    DOCTEST_CHECK(at::allclose(maps, whole, 1e-4, 1e-5));
    DOCTEST_CHECK(!maps.requires_grad());
    DOCTEST_CHECK(net->is_training());
    DOCTEST_CHECK(done == std::vector<std::size_t>{3, 6, 7});
  });
}

DOCTEST_TEST_CASE("one channel is the foreground's logit: the background's 0 gives the same probabilities") {
  auto foreground = [](const at::Tensor& images) { return images.narrow(1, 0, 1) * 4 - 2; };
  const at::Tensor images = oracle::discs(3, 2).images;
  const at::Tensor maps = maps_of(foreground, images);
  DOCTEST_CHECK(maps.sizes() == at::IntArrayRef({3, 2, 16, 16}));
  DOCTEST_CHECK(at::allclose(at::softmax(maps, 1).select(1, 1), at::sigmoid(foreground(images)).select(1, 0)));
}

DOCTEST_TEST_CASE("a TorchScript module of any origin is asked like any network") {
  unet net = make_unet(3, {.width = 4});
  net->eval();
  const images_with_masks data = oracle::discs(4, 3);
  script_model script = traced(net, data.images);
  const observed_segmentation observed = observe_segmentation(script, data);
  DOCTEST_CHECK(at::allclose(observed.maps, net->forward(data.images), 1e-4, 1e-5));
  DOCTEST_CHECK(at::equal(observed.masks, data.masks));
}

DOCTEST_TEST_CASE("an observation has the format, masks and ignored pixels of what was collected, and scores") {
  images_with_masks data = oracle::discs(5, 4);
  data.masks.narrow(1, 0, 2).fill_(255);
  data.ignored = 255;
  auto right = [&](const at::Tensor& images) {
    const at::Tensor bright = images.mean(1, true) * 20 - 10;
    return at::cat({-bright, bright}, 1);
  };
  const observed_segmentation observed = observe_segmentation(right, data);
  const auto batch = observed.view();
  DOCTEST_CHECK(batch.subjects() == 5);
  DOCTEST_CHECK(batch.format() == map_format{2, 16, 16});
  DOCTEST_CHECK(batch.masks().ignored() == std::optional<int>(255));
  std::vector<double> scores(5);
  dice<dice_by::labels>{}(batch, std::span<double>(scores));
  for (std::int64_t i = 0; i < 5; ++i) {
    const at::Tensor y = data.masks[i].eq(1), counts = data.masks[i].ne(255),
                     p = at::logical_and(observed.maps[i].argmax(0).eq(1), counts);
    const auto sum = [](const at::Tensor& of) { return of.sum().item<double>(); };
    DOCTEST_CHECK(scores[static_cast<std::size_t>(i)] ==
                  doctest::Approx((2 * sum(at::logical_and(p, y)) + 1) / (sum(p) + sum(y) + 1) - 1));
  }
  DOCTEST_CHECK(quality_of(batch).dice > 0.5);

  const images_with_masks unlabelled{data.images, {}};
  DOCTEST_CHECK(!observe_segmentation(right, unlabelled).view().has_masks());
}

DOCTEST_TEST_CASE("a policy that predicts otherwise is observed as it predicts") {
  const images_with_masks data = oracle::discs(3, 5);
  std::vector<std::int64_t> sides;
  auto echo = [&](const at::Tensor& images) {
    sides.push_back(images.size(2));
    return images.narrow(1, 0, 2);
  };
  const observed_segmentation tiled = observe_segmentation(echo, data, while_training::crops(8));
  DOCTEST_CHECK(sides == std::vector<std::int64_t>{8});
  DOCTEST_CHECK(at::equal(tiled.maps, data.images.narrow(1, 0, 2)));
}

DOCTEST_TEST_CASE("what is no map of pixels is refused in one sentence") {
  const at::Tensor images = oracle::discs(3, 6).images;
  auto labels = [](const at::Tensor& batch) { return batch.flatten(1); };
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(maps_of(labels, images)),
                               "maps_of: model: answers with shape (3, 768) to a batch of shape (3, 3, 16, 16); wanted "
                               "(3, classes, height, width)",
                               argument_error);
  auto echo = [](const at::Tensor& batch) { return batch; };
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(maps_of(echo, images, {.classes = 2})),
                               "maps_of: model: answers with 3 classes; wanted 2", argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(maps_of(echo, images[0])),
                               "maps_of: images: have the shape (3, 16, 16); wanted (n, channels, height, width)",
                               argument_error);
  auto broken = [](const at::Tensor& batch) { return batch / 0; };
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(maps_of(broken, images)), doctest::Contains("answers record 0 with"),
                               argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(
      static_cast<void>(observed_segmentation{at::zeros({2, 3, 4}), {}}.view()),
      "observed_segmentation: maps: have the shape (2, 3, 4); wanted (images, classes, height, "
      "width), none of them 0",
      argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(observed_segmentation{images, at::zeros({3, 16, 16})}.view()),
                               doctest::Contains("wanted (images, height, width) of int64 on the host"),
                               argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(
      static_cast<void>(observed_segmentation{images, at::zeros({2, 16, 16}, at::kLong)}.view()),
      doctest::Contains("masks: has 2 images; the maps have 3"), argument_error);
}
