// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/torch/segmentation/train_segmentation.hpp>
#include <telltale/torch/segmentation/unet.hpp>
#include <telltale/torch/segmentation/while_training/adversarial.hpp>
#include <telltale/torch/segmentation/while_training/crops.hpp>
#include <telltale/torch/segmentation/while_training/mixed.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"
#include "torch/segmentation_pictures.hpp"

using namespace telltale;

namespace {

constexpr unet_shape small{.levels = 2, .width = 4};

std::vector<random_stream> streams(std::size_t count, std::uint64_t seed = 1) {
  std::vector<random_stream> draws;
  for (std::size_t i = 0; i < count; ++i) draws.emplace_back(seed, i);
  return draws;
}

// Every pixel says which image, row and column it is; the mask is a function of it.
images_with_masks numbered(std::int64_t count, std::int64_t height, std::int64_t width) {
  const at::Tensor all = at::arange(count * height * width, at::kFloat).view({count, 1, height, width});
  return {all.expand({count, 2, height, width}).contiguous(), all.select(1, 0).remainder(3).to(at::kLong), 3};
}

template <class Module>
at::Tensor numbers_of(Module& module) {
  std::vector<at::Tensor> all;
  for (const at::Tensor& each : module->parameters()) all.push_back(each.detach().cpu().flatten());
  return at::cat(all).clone();
}

template <class Policy>
at::Tensor trained(const images_with_masks& data, const Policy& policy, const segmentation_recipe& recipe,
                   const segmentation_options& options = {}) {
  unet net = make_unet(1, small);
  train_segmentation(net, data, recipe, policy, options);
  return numbers_of(net);
}

}  // namespace

DOCTEST_TEST_CASE("a crop is a window of its own image and mask, anywhere in it") {
  const images_with_masks data = numbered(300, 7, 9);
  auto draws = streams(300);
  const images_with_masks crops = while_training::crops(4).shown(data, draws);
  DOCTEST_CHECK(crops.images.sizes() == at::IntArrayRef({300, 2, 4, 4}));
  DOCTEST_CHECK(crops.masks.sizes() == at::IntArrayRef({300, 4, 4}));
  std::set<std::pair<std::int64_t, std::int64_t>> places;
  bool windows = true;
  for (std::int64_t i = 0; i < 300; ++i) {
    const auto first = static_cast<std::int64_t>(crops.images[i][0][0][0].item<float>()) - i * 63;
    const std::int64_t row = first / 9, column = first % 9;
    windows = windows && row >= 0 && row <= 3 && column >= 0 && column <= 5;
    places.emplace(row, column);
    windows = windows && at::equal(crops.images[i], data.images[i].narrow(1, row, 4).narrow(2, column, 4)) &&
              at::equal(crops.masks[i], data.masks[i].narrow(0, row, 4).narrow(1, column, 4));
  }
  DOCTEST_CHECK(windows);
  // A place of 24 is missed by 300 uniform draws with probability 24 (23/24)^300 = 7e-5.
  DOCTEST_CHECK(places.size() == 24);
}

DOCTEST_TEST_CASE("a network of crops sees tiles alone, which are put together as they lay") {
  const images_with_masks data = numbered(3, 8, 12);
  std::vector<std::vector<std::int64_t>> seen;
  const map_function echo = [&](const at::Tensor& tiles) {
    seen.push_back(tiles.sizes().vec());
    return tiles;
  };
  DOCTEST_CHECK(at::equal(while_training::crops(4).predict(echo, data.images), data.images));
  DOCTEST_CHECK(seen == std::vector<std::vector<std::int64_t>>{{18, 2, 4, 4}});
  // A tile's answer depends on nothing beside it.
  const map_function mean = [](const at::Tensor& tiles) { return tiles.mean({2, 3}, true).expand_as(tiles); };
  const at::Tensor tiled = while_training::crops(4).predict(mean, data.images);
  DOCTEST_CHECK(tiled[1][0][5][9].item<float>() ==
                doctest::Approx(data.images[1][0].narrow(0, 4, 4).narrow(1, 8, 4).mean().item<float>()));
  seen.clear();
  DOCTEST_CHECK(at::equal(while_training::crops(4, true).predict(echo, data.images), data.images));
  DOCTEST_CHECK(seen == std::vector<std::vector<std::int64_t>>{{3, 2, 8, 12}});
}

DOCTEST_TEST_CASE("what is trained on crops is a function of seed and side") {
  const images_with_masks data = oracle::discs(6, 1);
  DOCTEST_CHECK(at::equal(trained(data, while_training::crops(8), {.epochs = 2}),
                          trained(data, while_training::crops(8), {.epochs = 2})));
  DOCTEST_CHECK(!at::equal(trained(data, while_training::crops(8), {.epochs = 2}),
                           trained(data, while_training::crops(12), {.epochs = 2})));
  DOCTEST_CHECK(!at::equal(trained(data, while_training::crops(8), {.epochs = 2}),
                           trained(data, while_training::crops(8), {.epochs = 2, .seed = 2})));
}

DOCTEST_TEST_CASE("mixed images are the columns of another before a split, and their own behind it, masks alike") {
  const images_with_masks data = numbered(40, 3, 10);
  auto draws = streams(40);
  const images_with_masks mixed = while_training::mixed(2).shown(data, draws);
  std::vector<int> used(40, 0);
  for (std::int64_t i = 0; i < 40; ++i) {
    const at::Tensor from = mixed.images[i][0].div(30, "floor").to(at::kLong);  // the image that each pixel is of
    const auto other = from[0][0].item<std::int64_t>();
    const std::int64_t split = other == i ? 0 : from[0].ne(i).sum().item<std::int64_t>();
    DOCTEST_CHECK(split < 10);
    at::Tensor expected = data.images[i].clone(), labels = data.masks[i].clone();
    if (split > 0) {
      expected.narrow(2, 0, split).copy_(data.images[other].narrow(2, 0, split));
      labels.narrow(1, 0, split).copy_(data.masks[other].narrow(1, 0, split));
      ++used[static_cast<std::size_t>(other)];
    }
    DOCTEST_CHECK(at::equal(mixed.images[i], expected));
    DOCTEST_CHECK(at::equal(mixed.masks[i], labels));
  }
  DOCTEST_CHECK(*std::max_element(used.begin(), used.end()) == 1);  // a permutation gives each image away once
}

DOCTEST_TEST_CASE("the split follows the law of Beta(2, 2)") {
  // Image 0 is all zeros, every other pixel 1: of two images one gets the other's columns whenever they are exchanged.
  std::array<int, 4> quarters{};
  int exchanged = 0;
  const images_with_masks data{at::arange(2, at::kFloat).view({2, 1, 1, 1}).expand({2, 1, 1, 400}).contiguous(),
                               at::zeros({2, 1, 400}, at::kLong)};
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    auto draws = streams(2, seed);
    const at::Tensor mixed = while_training::mixed(2).shown(data, draws).images;
    const auto of_one = mixed[0].sum().item<std::int64_t>(), of_zero = 400 - mixed[1].sum().item<std::int64_t>();
    if (of_one == 0 && of_zero == 0) continue;  // not exchanged
    ++exchanged;
    ++quarters[static_cast<std::size_t>(of_one / 100)];
    ++quarters[static_cast<std::size_t>(of_zero / 100)];
  }
  DOCTEST_CHECK(std::abs(exchanged - 2000) < 4 * std::sqrt(1000.0));
  // P(B < x) = 3 x^2 - 2 x^3: 5/32 below a quarter, half below a half.
  const std::array<double, 4> law{5.0 / 32, 11.0 / 32, 11.0 / 32, 5.0 / 32};
  double chi_square = 0;
  for (std::size_t k = 0; k < 4; ++k) {
    const double expected = 2 * exchanged * law[k];
    chi_square += (quarters[k] - expected) * (quarters[k] - expected) / expected;
  }
  DOCTEST_CHECK(chi_square < 16.27);  // the upper 0.001 of 3 degrees of freedom
}

DOCTEST_TEST_CASE("adversarial regularisation at lambda 0 has the bytes of plain training, and of itself above") {
  const images_with_masks data = oracle::discs(6, 2), reference = oracle::discs(5, 3);
  const segmentation_recipe recipe{.epochs = 3, .batch_size = 4};
  const at::Tensor plain = trained(data, while_training::plain{}, recipe);
  DOCTEST_CHECK(at::equal(plain, trained(data, while_training::adversarial(reference, 0), recipe)));
  const at::Tensor regularised = trained(data, while_training::adversarial(reference, 1), recipe);
  DOCTEST_CHECK(!at::equal(plain, regularised));
  DOCTEST_CHECK(at::equal(regularised, trained(data, while_training::adversarial(reference, 1), recipe)));
  DOCTEST_CHECK(!at::equal(regularised, trained(data, while_training::adversarial(oracle::discs(5, 4), 1), recipe)));
}

DOCTEST_TEST_CASE(
    "its attack and the attack's optimiser are kept: a training that was cut off has the bytes of one go") {
  const images_with_masks data = oracle::discs(6, 5), reference = oracle::discs(6, 6);
  const segmentation_recipe recipe{.epochs = 13, .batch_size = 3};
  const while_training::adversarial policy(reference, 2);
  const auto folder = std::filesystem::temp_directory_path() / "telltale_adversarial_test";
  std::filesystem::remove_all(folder);
  struct killed {};
  const auto die = [](std::size_t done, std::size_t) {
    if (done == 12) throw killed();
  };
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(trained(data, policy, recipe, {.folder = folder, .progress = die})),
                          killed);
  const at::Tensor once = trained(data, policy, recipe), resumed = trained(data, policy, recipe, {.folder = folder});
  DOCTEST_CHECK(at::equal(once, resumed));
  DOCTEST_CHECK_THROWS_WITH_AS(
      static_cast<void>(trained(data, while_training::adversarial(reference, 3), recipe, {.folder = folder})),
      doctest::Contains("is the checkpoint of another training"), file_error);
  std::filesystem::remove_all(folder);
}

DOCTEST_TEST_CASE("its attack learns what tells members apart, and nothing where nothing does") {
  oracle::for_each_device([](const at::Device& device) {
    // The network is right about some images and answers half and half to others: which, a fifth channel says.
    const auto marked = [](std::int64_t count, std::uint64_t seed, bool right) {
      images_with_masks data = oracle::discs(count, seed);
      data.images =
          at::cat({data.masks.unsqueeze(1).to(at::kFloat), at::full({count, 1, 16, 16}, right ? 1.0 : 0.0)}, 1);
      return data;
    };
    const map_function network = [&](const at::Tensor& images) {
      const at::Tensor sure = ((images.narrow(1, 0, 1) * 2 - 1) * images.narrow(1, 1, 1) * 3).to(device);
      return at::cat({-sure, sure}, 1);
    };
    const auto fined = [&](bool right_about_reference) {
      const images_with_masks members = marked(32, 7, true);
      const while_training::adversarial policy(marked(32, 8, right_about_reference), 1.0, 1e-2);
      auto attack = policy.regulariser(members, {8, 1, at::TensorOptions(at::kFloat).device(device)});
      for (std::size_t epoch = 0; epoch < 15; ++epoch) attack.before_epoch(network, members, epoch);
      const auto added = [&](std::uint64_t seed, bool right) {
        const images_with_masks of = marked(200, seed, right);  // that it has not seen
        return attack.added(network(of.images), of.masks.to(device)).template item<double>();
      };
      return std::pair(added(9, true), added(10, right_about_reference));
    };
    const auto [of_members, of_reference] = fined(false);
    DOCTEST_MESSAGE("mean probability of a member: like members ", of_members, ", like the reference ", of_reference);
    DOCTEST_CHECK(of_members > 0.9);
    DOCTEST_CHECK(of_reference < 0.1);
    const auto [one, another] = fined(true);
    DOCTEST_MESSAGE("where the network treats both alike: ", one, ", ", another);
    DOCTEST_CHECK(std::abs(one - another) < 0.1);
  });
}

DOCTEST_TEST_CASE("policies say what they are, and refuse what they cannot do in one sentence") {
  DOCTEST_CHECK(while_training::crops(8).text() == "crops of 8, predicted in tiles");
  DOCTEST_CHECK(while_training::crops(8, true).text() == "crops of 8, predicted whole");
  DOCTEST_CHECK(while_training::mixed{}.text() == "mixed, alpha 2");
  const images_with_masks data = oracle::discs(3, 1);
  const auto refused = [&](const auto& policy, const std::string& why) {
    unet net = make_unet(1, small);
    DOCTEST_CHECK_THROWS_WITH_AS(train_segmentation(net, data, {.epochs = 1}, policy), doctest::Contains(why.c_str()),
                                 argument_error);
  };
  refused(while_training::crops(17),
          "while_training::crops: side: is 17; wanted 1 to the sides of the images, 16 x 16");
  refused(while_training::crops(0), "side: is 0");
  refused(while_training::mixed(0), "while_training::mixed: alpha: is 0.000000; wanted a positive number");
  refused(while_training::adversarial(data, -1), "while_training::adversarial: lambda: is -1.000000; wanted 0 or more");
  refused(while_training::adversarial(data, 1, 0), "learning_rate: is 0.000000; wanted a positive number");
  refused(while_training::adversarial(oracle::discs(3, 1, 8)),
          "reference: has images of shape (3, 3, 8, 8) and 2 classes; wanted those of the training images, (3, 3, 16, "
          "16) and 2");
  refused(while_training::adversarial(images_with_masks{}), "while_training::adversarial: images: are undefined");
  unet net = make_unet(1, small);
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(observe_segmentation(net, data, while_training::crops(5))),
                               doctest::Contains("wanted height and width multiples of the tiles' side 5"),
                               argument_error);
}
