// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/model/traced.hpp>
#include <telltale/torch/segmentation/unet.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"
#include "torch/segmentation_pictures.hpp"

using namespace telltale;

namespace {

at::Tensor flat(const unet& net) {
  std::vector<at::Tensor> all;
  for (const at::Tensor& each : net->parameters()) all.push_back(each.detach().cpu().flatten());
  return at::cat(all);
}

std::int64_t twice_convolved(std::int64_t from, std::int64_t to) {
  return (9 * from + 1) * to + (9 * to + 1) * to + 4 * to;  // two convolutions with offsets, two norms
}

}  // namespace

DOCTEST_TEST_CASE("a U-Net has the blocks that its shape says, counted by hand") {
  const auto count = [](const unet_shape& shape) {
    return make_unet(1, shape)->parameters().size() > 0 ? flat(make_unet(1, shape)).numel() : 0;
  };
  const std::int64_t expected = twice_convolved(3, 12) + twice_convolved(12, 24) + twice_convolved(24, 48) +
                                twice_convolved(48 + 24, 24) + twice_convolved(24 + 12, 12) + (12 + 1) * 2;
  DOCTEST_CHECK(expected == 67166);  // what the header says
  DOCTEST_CHECK(count({}) == expected);
  DOCTEST_CHECK(count({.norm = norm_layer::batch}) == expected);
  DOCTEST_CHECK(count({.channels = 1, .classes = 8, .levels = 1, .width = 6}) == twice_convolved(1, 6) + (6 + 1) * 8);
}

DOCTEST_TEST_CASE("group norms have up to 8 groups of two channels or more") {
  for (const auto& [channels, groups] :
       std::vector<std::pair<std::int64_t, std::int64_t>>{{2, 1}, {5, 1}, {8, 4}, {12, 6}, {20, 5}, {24, 8}, {48, 8}})
    DOCTEST_CHECK(telltale::detail::groups_of(channels) == groups);
}

DOCTEST_TEST_CASE("it answers every pixel of any sides that halve, in any batch, on every device") {
  oracle::for_each_device([](const at::Device& device) {
    unet net = make_unet(2, {.classes = 5}, at::TensorOptions(at::kFloat).device(device));
    const at::Tensor images = at::cat({oracle::discs(3, 1, 24).images, oracle::discs(3, 2, 24).images}, 3).to(device);
    const at::Tensor maps = net->forward(images);
    DOCTEST_CHECK(maps.sizes() == at::IntArrayRef({3, 5, 24, 48}));
    const at::Tensor alone = net->forward(images.narrow(0, 1, 1));
    DOCTEST_CHECK(at::allclose(maps.narrow(0, 1, 1), alone, 1e-4, 1e-5));
  });
  unet mixing = make_unet(2, {.norm = norm_layer::batch});
  const at::Tensor images = oracle::discs(4, 1).images;
  DOCTEST_CHECK(
      !at::allclose(mixing->forward(images).narrow(0, 0, 1), mixing->forward(images.narrow(0, 0, 1)), 1e-2, 1e-2));
  mixing->eval();
  DOCTEST_CHECK(
      at::allclose(mixing->forward(images).narrow(0, 0, 1), mixing->forward(images.narrow(0, 0, 1)), 1e-4, 1e-5));
}

DOCTEST_TEST_CASE("its first weights are a function of the seed, and torch's generators are left alone") {
  const at::Tensor before = at::globalContext().defaultGenerator(at::kCPU).get_state().clone();
  DOCTEST_CHECK(at::equal(flat(make_unet(7)), flat(make_unet(7))));
  DOCTEST_CHECK(!at::equal(flat(make_unet(7)), flat(make_unet(8))));
  DOCTEST_CHECK(at::equal(before, at::globalContext().defaultGenerator(at::kCPU).get_state()));
  DOCTEST_CHECK(make_unet(7)->text() ==
                "U-Net of 3 levels, width 12, group norm, 3 channels to 2 classes, begun of seed 7");
}

DOCTEST_TEST_CASE("it can be traced to a TorchScript module") {
  unet net = make_unet(3);
  net->eval();
  const at::Tensor images = oracle::discs(4, 1).images;
  script_model script = traced(net, images);
  DOCTEST_CHECK(at::allclose(script(images), net->forward(images), 1e-4, 1e-5));
}

DOCTEST_TEST_CASE("what a U-Net cannot be, or be asked, is refused in one sentence") {
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(make_unet(1, {.levels = 0})), "unet: levels: is 0; wanted 1 to 8",
                               argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(make_unet(1, {.classes = 1})), "unet: classes: is 1; wanted 2 to 1024",
                               argument_error);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(make_unet(1, {.channels = 0})), argument_error);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(make_unet(1, {.width = 1})), argument_error);
  unet net = make_unet(1);
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(net->forward(at::zeros({2, 3, 18, 16}))),
                               "unet: images: have the shape (2, 3, 18, 16); wanted (n, 3, height, width), height and "
                               "width multiples of 4 for 3 levels",
                               argument_error);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(net->forward(at::zeros({2, 1, 16, 16}))), argument_error);
}
