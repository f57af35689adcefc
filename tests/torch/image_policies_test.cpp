// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// How images are put to models, in training and when they are asked: torch/train/augment.hpp, torch/campaign/asked.hpp.
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/torch/campaign/asked.hpp>
#include <telltale/torch/train/augment.hpp>
#include <telltale/torch/train/train_module.hpp>
#include <telltale/torch/train/warp.hpp>

#include "oracle/rule_inputs.hpp"
#include "torch/devices.hpp"
#include "torch/doctest.hpp"

using namespace telltale;
using oracle::has;
using oracle::refusal;

namespace {

at::Tensor numbered(at::IntArrayRef shape, const at::Device& device = at::kCPU) {
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) count *= extent;
  return at::arange(count, at::TensorOptions(at::kFloat).device(device)).reshape(shape);
}

std::vector<random_stream> streams(std::size_t count, std::uint64_t seed = 5) {
  std::vector<random_stream> draws;
  for (std::size_t i = 0; i < count; ++i) draws.emplace_back(seed, i);
  return draws;
}

// Padding by "reflect" and cutting out, as the published code of LiRA does it, by torch's own padding.
at::Tensor padded_and_cut(const at::Tensor& image, std::int64_t pad, std::int64_t row, std::int64_t column) {
  const at::Tensor padded = at::reflection_pad2d(image.unsqueeze(0), {pad, pad, pad, pad}).squeeze(0);
  return padded.narrow(1, row, image.size(1)).narrow(2, column, image.size(2));
}

// What a record's draws were, by the value of its first pixel: records are not changed.
struct spy {
  static constexpr std::string_view name = "spy";
  std::map<float, std::vector<std::uint64_t>>& seen;
  at::Tensor operator()(const at::Tensor& inputs, std::span<random_stream> draws) const {
    for (std::size_t i = 0; i < draws.size(); ++i)
      seen[inputs[static_cast<std::int64_t>(i)][0].item<float>()].push_back(draws[i]());
    return inputs;
  }
};

static_assert(Augmentation<augment::none> && Augmentation<augment::both<augment::mirror, augment::shift>> &&
              !Augmentation<asked::shifted>);
static_assert(QueryPolicy<asked::as_given> && QueryPolicy<asked::mirrored<asked::shifted>> &&
              !QueryPolicy<augment::mirror>);

}  // namespace

DOCTEST_TEST_CASE("queries are the published shifts, of the image and then of its mirror image") {
  oracle::for_each_device([](const at::Device& device) {
    const at::Tensor images = numbered({3, 2, 5, 7}, device);
    for (const std::size_t pixels : {0UL, 1UL, 3UL})
      for (const std::size_t stride : {1UL, 2UL, 5UL}) {
        const asked::mirrored policy{asked::shifted{pixels, stride}};
        std::size_t query = 0;
        for (const at::Tensor& image : {images, images.flip({3})})
          for (std::size_t row = 0; row <= 2 * pixels; row += stride)
            for (std::size_t column = 0; column <= 2 * pixels; column += stride, ++query) {
              const at::Tensor got = policy(images, query);
              for (std::int64_t i = 0; i < 3; ++i)
                DOCTEST_CHECK(at::equal(
                    got[i], padded_and_cut(image[i], static_cast<std::int64_t>(pixels), static_cast<std::int64_t>(row),
                                           static_cast<std::int64_t>(column))));
            }
        DOCTEST_CHECK(policy.count() == query);
      }
    DOCTEST_CHECK(asked::mirrored{asked::shifted{1}}.count() == 18);
    DOCTEST_CHECK(asked::mirrored{}.count() == 2);
    DOCTEST_CHECK(at::equal(asked::mirrored{}(images, 0), images));
    DOCTEST_CHECK(at::equal(asked::mirrored{}(images, 1), images.flip({3})));
    DOCTEST_CHECK(at::equal(asked::shifted{1}(images, 4), images));
    DOCTEST_CHECK(at::equal(asked::as_given{}(images, 0), images));
  });
  DOCTEST_CHECK(telltale::detail::text_of(asked::mirrored{asked::shifted{2, 2}}) ==
                "shifted by up to 2 in steps of 2 and mirrored");
}

DOCTEST_TEST_CASE("an augmented image is one of the shifts of it or of its mirror image, each as often") {
  oracle::for_each_device([](const at::Device& device) {
    const std::int64_t records = 3600;
    const at::Tensor image = numbered({1, 1, 4, 5}, device), images = image.expand({records, 1, 4, 5});
    auto draws = streams(static_cast<std::size_t>(records));
    const at::Tensor got = augment::both{augment::mirror{}, augment::shift{1}}(images, draws);
    const asked::mirrored all{asked::shifted{1}};
    double chi_square = 0, sum = 0;
    for (std::size_t query = 0; query < 18; ++query) {
      const auto count = (got == all(image, query)).reshape({records, -1}).all(1).sum().item<std::int64_t>();
      chi_square += std::pow(static_cast<double>(count) - 200, 2) / 200;
      sum += static_cast<double>(count);
    }
    DOCTEST_CHECK(sum == records);
    // 17 degrees of freedom: above 40.8 with probability 0.001, and below 4.4 as rarely.
    DOCTEST_CHECK(chi_square < 40.8);
    DOCTEST_CHECK(chi_square > 4.4);
  });
}

DOCTEST_TEST_CASE("what becomes of an image depends on its draws alone") {
  oracle::for_each_device([](const at::Device& device) {
    const at::Tensor images = numbered({12, 3, 6, 6}, device);
    const augment::both policy{augment::mirror{}, augment::shift{2}};
    auto together = streams(12);
    const at::Tensor all = policy(images, together);
    for (std::int64_t i = 0; i < 12; ++i) {
      auto alone = streams(12);
      const at::Tensor one = policy(images.narrow(0, i, 1), std::span(alone).subspan(static_cast<std::size_t>(i), 1));
      DOCTEST_CHECK(at::equal(one[0], all[i]));
    }
    DOCTEST_CHECK(!at::equal(all, images));
    // Gray images without a channel extent are images as well.
    auto again = streams(12);
    DOCTEST_CHECK(at::equal(policy(images.select(1, 0), again), all.select(1, 0)));
  });
}

DOCTEST_TEST_CASE("a record's draws in training do not depend on the batch size and differ by epoch and model") {
  oracle::for_each_device([](const at::Device& device) {
    const at::Tensor inputs = numbered({20, 1}, device);
    const std::vector<int> labels(20, 0);
    const auto net = [](std::uint64_t) { return torch::nn::Sequential(torch::nn::Linear(1, 2)); };
    const auto draws = [&](std::size_t batch_size, std::size_t model, std::uint64_t seed) {
      std::map<float, std::vector<std::uint64_t>> seen;
      const train::recipe recipe{
          .optimiser = train::momentum_sgd{1e-6}, .batch_size = batch_size, .epochs = 3, .seed = seed};
      (void)train::train_module(net, {inputs, labels, 2}, std::vector<std::uint8_t>(20, 1), recipe, model, spy{seen});
      return seen;
    };
    const auto by_three = draws(3, 0, 1);
    DOCTEST_CHECK(by_three.size() == 20);
    DOCTEST_CHECK(by_three == draws(20, 0, 1));
    DOCTEST_CHECK(by_three == draws(7, 0, 1));
    const auto other_model = draws(3, 1, 1), other_seed = draws(3, 0, 2);
    std::map<std::uint64_t, int> times;
    for (const auto* each : {&by_three, &other_model, &other_seed})
      for (const auto& [record, drawn] : *each)
        for (const std::uint64_t number : drawn) ++times[number];
    DOCTEST_CHECK(times.size() == 180);
  });
}

DOCTEST_TEST_CASE("warp: nothing at reach 0, a known turn by hand, a shift by whole pixels, and the border beyond") {
  oracle::for_each_device([](const at::Device& device) {
    const at::Tensor images = numbered({2, 3, 8, 8}, device);
    auto draws = streams(2);
    DOCTEST_CHECK(at::allclose(augment::warp{0, 0, 0}(images, draws), images, 0, 1e-4));
    // The image is read at the angle, factor and offsets of its own stream, in this order: here in float64 by hand.
    draws = streams(2);
    const augment::warp warp{0.3, 0.2, 0.25};
    const at::Tensor got = warp(images, draws).cpu();
    auto same = streams(2);
    for (std::int64_t i = 0; i < 2; ++i) {
      const auto within = [&](double reach) { return reach * (2 * same[static_cast<std::size_t>(i)].uniform() - 1); };
      const double angle = within(0.3), factor = 1 + within(0.2), right = within(0.25), down = within(0.25);
      for (std::int64_t row = 0; row < 8; ++row)
        for (std::int64_t column = 0; column < 8; ++column) {
          const double x = (2.0 * static_cast<double>(column) + 1) / 8 - 1,
                       y = (2.0 * static_cast<double>(row) + 1) / 8 - 1;
          const auto place = [](double v) { return std::clamp((v + 1) * 4 - 0.5, 0.0, 7.0); };
          const double px = place(factor * (std::cos(angle) * x - std::sin(angle) * y) + right),
                       py = place(factor * (std::sin(angle) * x + std::cos(angle) * y) + down);
          // Pixels are numbered in order, so bilinear interpolation gives the number of the place itself.
          const double wanted = static_cast<double>(i) * 192 + 64 + 8 * py + px;
          DOCTEST_CHECK(std::abs(got[i][1][row][column].item<double>() - wanted) < 1e-3);
        }
    }
  });
}

DOCTEST_TEST_CASE("light: a gain and an offset for each image, within reach and by its draws") {
  oracle::for_each_device([](const at::Device& device) {
    const at::Tensor images = numbered({3, 1, 4, 4}, device);
    auto draws = streams(3), same = streams(3);
    const at::Tensor got = augment::light{0.2}(images, draws);
    for (std::int64_t i = 0; i < 3; ++i) {
      random_stream& draw = same[static_cast<std::size_t>(i)];
      const double gain = 1 + 0.2 * (2 * draw.uniform() - 1), offset = 0.2 * (2 * draw.uniform() - 1);
      DOCTEST_CHECK(at::allclose(got[i], images[i] * gain + offset, 1e-5, 1e-5));
    }
  });
  auto draws = streams(2);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(augment::light{}(at::zeros({2, 4, 4}), draws)), argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(augment::warp{}(at::zeros({2, 1, 4, 4}, at::kByte), draws)),
                               "augment::warp: inputs: have the shape (2, 1, 4, 4) and hold Byte; wanted floats "
                               "(records, channels, height, width)",
                               argument_error);
}

DOCTEST_TEST_CASE("what is no image, or too small a one, is refused") {
  auto draws = streams(4);
  DOCTEST_CHECK(has(refusal([&] {
                      (void)augment::mirror{}(at::zeros({4, 9}), draws);
                    }),
                    "augment::mirror: inputs: have the shape (4, 9)"));
  DOCTEST_CHECK(has(refusal([&] {
                      (void)augment::shift{3}(at::zeros({4, 1, 3, 9}), draws);
                    }),
                    "more than 3 pixels in height and width"));
  DOCTEST_CHECK(has(refusal([&] {
                      (void)asked::shifted{3}(at::zeros({4, 1, 9, 3}), 0);
                    }),
                    "asked::shifted: inputs: have the shape (4, 1, 9, 3)"));
  DOCTEST_CHECK(has(refusal([&] { (void)asked::mirrored{}(at::zeros({4, 9}), 1); }), "asked::mirrored"));
  DOCTEST_CHECK(has(refusal([&] { (void)asked::shifted{1, 0}.count(); }), "stride: is 0"));
}
