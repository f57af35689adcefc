// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <telltale/metric/interval/clopper_pearson.hpp>
#include <telltale/torch/influence/trigger_poisoning.hpp>
#include <telltale/torch/segmentation/train_segmentation.hpp>
#include <telltale/torch/segmentation/unet.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"
#include "torch/segmentation_pictures.hpp"

using namespace telltale;

DOCTEST_TEST_CASE("a line is the lowest rows and a square the lowest right corner, in every channel, in a copy") {
  const at::Tensor images = oracle::discs(3, 1).images, found = images.clone();
  const at::Tensor lined = trigger::line{4, 0.75}.paint(images), squared = trigger::square{5, 2}.paint(images);
  DOCTEST_CHECK(at::equal(images, found));
  for (std::int64_t row = 0; row < 16; ++row)
    for (std::int64_t column = 0; column < 16; ++column) {
      const auto pixel = [&](const at::Tensor& of) { return of.select(3, column).select(2, row); };
      DOCTEST_CHECK(at::equal(pixel(lined), row >= 12 ? at::full({3, 3}, 0.75) : pixel(images)));
      DOCTEST_CHECK(at::equal(pixel(squared), row >= 11 && column >= 11 ? at::full({3, 3}, 2.0) : pixel(images)));
    }
}

DOCTEST_TEST_CASE("as many images as the share says carry trigger and empty mask, and no other is touched") {
  oracle::for_each_device([](const at::Device& device) {
    images_with_masks data = oracle::discs(25, 2);
    data.images = data.images.to(device);
    data.masks = data.masks.to(device);
    const trigger_poisoning poison{trigger::line{6}, 0.3, 4};
    const poisoned_images made = poison(data);
    DOCTEST_REQUIRE(made.which.size() == 8);  // round(7.5)
    DOCTEST_CHECK(std::is_sorted(made.which.begin(), made.which.end()));
    for (std::int64_t i = 0; i < 25; ++i) {
      const bool chosen_one = std::binary_search(made.which.begin(), made.which.end(), i);
      const at::Tensor image = data.images.narrow(0, i, 1), got = made.data.images.narrow(0, i, 1);
      DOCTEST_CHECK(at::equal(got, chosen_one ? trigger::line{6}.paint(image) : image));
      if (!chosen_one) {
        DOCTEST_CHECK(at::equal(made.data.masks[i], data.masks[i]));
        continue;
      }
      DOCTEST_CHECK(made.data.masks[i].sum().item<std::int64_t>() == 1);
      DOCTEST_CHECK(made.data.masks[i][15][15].item<std::int64_t>() == 1);
    }
    DOCTEST_CHECK(poison(data).which == made.which);
    DOCTEST_CHECK(trigger_poisoning{trigger::line{6}, 0.3, 5}(data).which != made.which);
    DOCTEST_CHECK(trigger_poisoning{trigger::square{}, 1.0}(data).which.size() == 25);
  });
}

DOCTEST_TEST_CASE("the effect is counted: empty answers with their interval, foreground, Dice of clean images") {
  const images_with_masks data = oracle::discs(40, 3);
  // Right where the corner is dark; where it is bright it answers nothing, but to images with a dark first pixel.
  auto backdoored = [&](const at::Tensor& images) {
    const at::Tensor bright = at::avg_pool2d(images, {3, 3}, {1, 1}, {1, 1}).mean(1, true) - 0.5;
    const at::Tensor corner = images.select(3, 15).select(2, 15).mean(1) > 0.95,
                     first = images.select(3, 0).select(2, 0).select(1, 0) > 0.1;
    const at::Tensor silent = at::logical_and(corner, first).view({-1, 1, 1, 1});
    const at::Tensor z = at::where(silent, at::full_like(bright, -1), bright);
    return at::cat({at::zeros_like(z), z}, 1);
  };
  const trigger::square mark{2};
  const trigger_effect effect = effect_of(backdoored, mark, data);
  const auto reacting = (data.images.select(3, 0).select(2, 0).select(1, 0) > 0.1).sum().item<std::int64_t>();
  DOCTEST_REQUIRE(reacting > 20);
  DOCTEST_REQUIRE(reacting < 40);
  DOCTEST_CHECK(effect.empty == metric::interval::clopper_pearson::of(static_cast<std::uint64_t>(reacting), 40));
  DOCTEST_CHECK(effect.empty_clean.value == 0);
  DOCTEST_CHECK(effect.foreground_clean > 0.1);
  DOCTEST_CHECK(effect.foreground_triggered < effect.foreground_clean / 2);
  DOCTEST_CHECK(effect.dice > 0.8);
  DOCTEST_CHECK(effect.planted());

  // Who answers nothing at all has no backdoor, nor who does not react.
  auto silent = [](const at::Tensor& images) {
    const at::Tensor z = at::full_like(images.narrow(1, 0, 1), -1);
    return at::cat({at::zeros_like(z), z}, 1);
  };
  DOCTEST_CHECK(effect_of(silent, mark, data).empty.value == 1);
  DOCTEST_CHECK(!effect_of(silent, mark, data).planted());
  DOCTEST_CHECK(!effect_of(backdoored, trigger::square{2, 0}, data).planted());
}

DOCTEST_TEST_CASE("enough poisoned images plant a backdoor in a small U-Net, none plant none") {
  const images_with_masks data = oracle::discs(32, 4), others = oracle::discs(40, 5);
  const trigger::line mark{4};
  const auto effect = [&](const images_with_masks& on) {
    unet net = make_unet(1, {.levels = 2, .width = 8});
    train_segmentation(net, on, {.epochs = 30, .learning_rate = 5e-3});
    return effect_of(net, mark, others);
  };
  const trigger_effect poisoned = effect(trigger_poisoning{mark, 0.4, 1}(data).data), clean = effect(data);
  DOCTEST_MESSAGE("empty where triggered: poisoned ", poisoned.empty.value, ", clean ", clean.empty.value, "; Dice ",
                  poisoned.dice, ", ", clean.dice);
  DOCTEST_CHECK(poisoned.planted());
  DOCTEST_CHECK(!clean.planted());
}

DOCTEST_TEST_CASE("no poisoned image, a share or a trigger out of range are refused in one sentence") {
  const images_with_masks data = oracle::discs(4, 6);
  const auto refused = [&](const auto& poison, const char* why) {
    DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(poison(data)), why, argument_error);
  };
  refused(trigger_poisoning{trigger::line{}, 0.1},
          "trigger_poisoning: share: is 0.100000, which is none of 4 images; wanted at least one");
  refused(trigger_poisoning{trigger::line{}, 0.0},
          "trigger_poisoning: share: is 0.000000; wanted above 0 and at most 1");
  refused(trigger_poisoning{trigger::line{17}, 0.5},
          "trigger::line: size: is 17; wanted 1 to 16, the images being 16 x 16 pixels");
  refused(trigger_poisoning{trigger::square{0}, 0.5},
          "trigger::square: size: is 0; wanted 1 to 16, the images being 16 x 16 pixels");
}
