// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <telltale/accounting/privacy_loss.hpp>
#include <telltale/study/segmentation_quality.hpp>
#include <telltale/torch/segmentation/observed.hpp>
#include <telltale/torch/segmentation/private_segmentation.hpp>
#include <telltale/torch/segmentation/unet.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"
#include "torch/segmentation_pictures.hpp"

using namespace telltale;

namespace {

constexpr unet_shape small{.levels = 2, .width = 4};

at::Tensor numbers_of(const unet& module) {
  std::vector<at::Tensor> all;
  for (const at::Tensor& each : module->parameters()) all.push_back(each.detach().cpu().flatten());
  return at::cat(all).clone();
}

images_with_masks with_ignored(std::int64_t count, std::uint64_t seed) {
  images_with_masks data = oracle::discs(count, seed);
  data.masks.narrow(1, 0, 2).fill_(255);
  data.ignored = 255;
  return data;
}

}  // namespace

DOCTEST_TEST_CASE("without noise, with a huge bound and all images it is plain training by Adam") {
  oracle::for_each_device([](const at::Device& device) {
    const at::TensorOptions there = at::TensorOptions(at::kFloat).device(device);
    const images_with_masks data = with_ignored(6, 1);
    unet net = make_unet(1, small, there), twin = make_unet(1, small, there), begun = make_unet(1, small);
    train_private_segmentation(net, data, clipping::flat(1e9), gaussian_noise(0.0), poisson_sampling(1.0),
                               {.steps = 6, .learning_rate = 1e-2});
    ::torch::optim::Adam adam(twin->parameters(), ::torch::optim::AdamOptions(1e-2));
    for (int step = 0; step < 6; ++step) {
      adam.zero_grad();
      segmentation_loss{}(twin->forward(data.images.to(device)), data.masks.to(device), 255).mean().backward();
      adam.step();
    }
    // Adam divides by the gradient's size, so that rounding shows where a gradient is nearly 0.
    DOCTEST_CHECK(((numbers_of(net) - numbers_of(twin)).abs() > 1e-4).to(at::kDouble).mean().item<double>() < 0.02);
    DOCTEST_CHECK((numbers_of(net) - numbers_of(begun)).abs().max().item<double>() > 0.03);
    DOCTEST_CHECK(!net->is_training());
  });
}

DOCTEST_TEST_CASE("the gradients of a U-Net's images are clipped without being formed, as if formed one by one") {
  const images_with_masks data = with_ignored(5, 2);
  unet net = make_unet(1);
  net->train();
  const telltale::detail::loss_of_masks loss{{}, data.ignored};
  per_example_gradients engine(net->parameters(), [&](const at::Tensor& images, const at::Tensor& masks) {
    return loss(net->forward(images), masks);
  });
  const at::Tensor squares = engine.squared_norms(data.images, data.masks).sum(1);
  DOCTEST_CHECK_MESSAGE(engine.route().ghost, engine.route().why_not);
  for (std::int64_t i = 0; i < 5; ++i) {
    net->zero_grad();
    loss(net->forward(data.images.narrow(0, i, 1)), data.masks.narrow(0, i, 1)).sum().backward();
    double square = 0;
    for (const at::Tensor& each : net->parameters()) square += each.grad().square().sum().item<double>();
    DOCTEST_CHECK(squares[i].item<double>() == doctest::Approx(square).epsilon(1e-4));
  }
}

DOCTEST_TEST_CASE("what it spends is the accountant's, its sources decide, and noise costs the network") {
  const images_with_masks data = oracle::discs(12, 3);
  const auto trained = [&](double noise, std::uint64_t seed, std::size_t steps) {
    unet net = make_unet(1, small);
    const auto spent = train_private_segmentation(
        net, data, clipping::flat(1.0), gaussian_noise(noise, random_source::seeded{seed}),
        poisson_sampling(0.5, random_source::seeded{2}), {.steps = steps, .learning_rate = 1e-2});
    return std::pair(net, spent);
  };
  const auto [net, spent] = trained(1.5, 1, 10);
  DOCTEST_CHECK(spent.steps() == 10);
  DOCTEST_CHECK(
      spent.epsilon(1e-5) ==
      accounting::privacy_loss{}.epsilon(accounting::composition(accounting::gaussian{1.5, 0.5, 10}), 1e-5).epsilon);
  DOCTEST_CHECK(at::equal(numbers_of(net), numbers_of(trained(1.5, 1, 10).first)));
  DOCTEST_CHECK(!at::equal(numbers_of(net), numbers_of(trained(1.5, 2, 10).first)));

  const images_with_masks others = oracle::discs(20, 4);
  const auto quality = [&](double noise) {
    auto made = trained(noise, 1, 120);
    return quality_of(observe_segmentation(made.first, others).view()).dice;
  };
  const double quiet = quality(0), loud = quality(30);
  DOCTEST_MESSAGE("Dice without noise ", quiet, ", with much ", loud);
  DOCTEST_CHECK(quiet > 0.8);
  DOCTEST_CHECK(loud < quiet - 0.1);
}

DOCTEST_TEST_CASE("a batch normalisation, data that do not fit and a recipe out of range are refused in one sentence") {
  const images_with_masks data = oracle::discs(4, 5);
  const auto refused = [&](const unet_shape& shape, const images_with_masks& of,
                           const private_segmentation_recipe& recipe, const char* why) {
    unet net = make_unet(1, shape);
    const at::Tensor begun = numbers_of(net);
    DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(train_private_segmentation(
                                     net, of, clipping::flat(1.0), gaussian_noise(1.0), poisson_sampling(0.5), recipe)),
                                 why, argument_error);
    DOCTEST_CHECK(at::equal(begun, numbers_of(net)));
  };
  refused(
      {.norm = norm_layer::batch}, data, {},
      "train_private_segmentation: module: has a batch normalisation, which mixes the images of a batch so that none "
      "has a gradient of its own to be clipped; make it with norm_layer::group");
  refused(small, data, {.steps = 0}, "train_private_segmentation: steps: is 0; wanted at least 1");
  refused(small, data, {.learning_rate = 0},
          "train_private_segmentation: learning_rate: is 0.000000; wanted a positive number");
  refused(small, data, {.loss = {.smoothing = -1}},
          "train_private_segmentation: loss.smoothing: is -1.000000; wanted a positive number");
  refused(small, {data.images, data.masks, 1}, {}, "train_private_segmentation: classes: is 1; wanted at least 2");
}
