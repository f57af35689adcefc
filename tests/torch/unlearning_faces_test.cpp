// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include <telltale/torch/unlearning/pasted_face.hpp>
#include <telltale/torch/unlearning/presets.hpp>
#include <telltale/torch/unlearning/removed_faces.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"

namespace {

using namespace telltale;

// Smooth colours in (-1, 1) that differ from pixel to pixel.
at::Tensor pictures(std::int64_t count, std::int64_t height, std::int64_t width, double phase,
                    const at::TensorOptions& options = at::kDouble) {
  const at::Tensor at_pixel = at::arange(count * 3 * height * width, at::kDouble).reshape({count, 3, height, width});
  return (at_pixel * 0.37 + phase).sin().mul(0.9).to(options);
}

at::Tensor pasted(const at::Tensor& picture, const at::Tensor& face, const pasted_look& look) {
  return pasted_face::paste(picture, std::vector{face}, std::vector{look});
}

double largest(const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().max().item<double>(); }

pasted_look plain(std::int64_t side, double x, double y) {
  pasted_look look;
  look.side = side;
  look.middle_x = x;
  look.middle_y = y;
  return look;
}

at::Tensor coloured(double red, double green, double blue, const pasted_look& look) {
  const at::Tensor face = at::tensor({red, green, blue}, at::kDouble).reshape({3, 1, 1}).expand({3, 8, 8});
  return (pasted(at::zeros({1, 3, 8, 8}, at::kDouble), 2 * face - 1, look)[0].mean(at::IntArrayRef{1, 2}) + 1) / 2;
}

}  // namespace

DOCTEST_TEST_CASE("a face that is neither resized nor turned is copied pixel by pixel") {
  oracle::for_each_device([](const at::Device& device) {
    const auto options = at::TensorOptions(at::kDouble).device(device);
    const at::Tensor picture = pictures(1, 10, 14, 0, options), face = pictures(1, 4, 4, 1, options)[0];
    const at::Tensor got = pasted(picture, face, plain(4, 7, 5));  // columns 5 to 8, rows 3 to 6
    at::Tensor wanted = picture.clone();
    wanted[0].narrow(1, 3, 4).narrow(2, 5, 4).copy_(face);
    DOCTEST_CHECK(largest(got, wanted) < 1e-12);
    pasted_look mirrored = plain(4, 7, 5);
    mirrored.mirrored = true;
    wanted[0].narrow(1, 3, 4).narrow(2, 5, 4).copy_(face.flip({2}));
    DOCTEST_CHECK(largest(pasted(picture, face, mirrored), wanted) < 1e-12);
  });
}

DOCTEST_TEST_CASE("a quarter turn is a quarter turn, and a face that overfills is cut off") {
  const at::Tensor picture = pictures(1, 10, 14, 0), face = pictures(1, 4, 4, 1)[0];
  pasted_look turned = plain(4, 7, 5);
  turned.degrees = 90;
  const at::Tensor inside = pasted(picture, face, turned)[0].narrow(1, 3, 4).narrow(2, 5, 4);
  const double one_way = largest(inside, face.rot90(1, {1, 2})), other_way = largest(inside, face.rot90(-1, {1, 2}));
  DOCTEST_CHECK(std::min(one_way, other_way) < 1e-12);
  DOCTEST_CHECK(std::max(one_way, other_way) > 0.1);
  const at::Tensor big = pictures(1, 12, 12, 2)[0], small = pictures(1, 8, 8, 0);
  DOCTEST_CHECK(largest(pasted(small, big, plain(12, 4, 4))[0], big.narrow(1, 2, 8).narrow(2, 2, 8)) < 1e-12);
  DOCTEST_CHECK(largest(pasted(small, big, plain(12, 6, 2))[0], big.narrow(1, 4, 8).narrow(2, 0, 8)) < 1e-12);
}

DOCTEST_TEST_CASE("half of a face's edge lets half of the picture through") {
  const at::Tensor picture = at::zeros({1, 3, 6, 6}, at::kDouble), face = at::ones({3, 2, 2}, at::kDouble);
  const at::Tensor got = pasted(picture, face, plain(2, 3.5, 3))[0][0];  // columns 2.5 to 4.5
  const at::Tensor row = at::tensor({0., 0., 0.5, 1., 0.5, 0.}, at::kDouble);
  DOCTEST_CHECK(largest(got[2], row) < 1e-12);
  DOCTEST_CHECK(largest(got[3], row) < 1e-12);
  DOCTEST_CHECK(got[1].abs().max().item<double>() < 1e-12);
}

DOCTEST_TEST_CASE("colours: brightness and contrast by hand, hues as Python's colorsys turns them") {
  const auto check = [](const at::Tensor& got, double red, double green, double blue) {
    DOCTEST_CHECK(largest(got, at::tensor({red, green, blue}, at::kDouble)) < 1e-12);
  };
  pasted_look look = plain(8, 4, 4);
  look.brightness = 1.5;
  check(coloured(0.2, 0.4, 0.8, look), 0.3, 0.6, 1.0);  // 1.2 is cut off
  look = plain(8, 4, 4);
  look.saturation = 0.5;
  const double grey = 0.299 * 0.2 + 0.587 * 0.4 + 0.114 * 0.8;
  check(coloured(0.2, 0.4, 0.8, look), 0.1 + grey / 2, 0.2 + grey / 2, 0.4 + grey / 2);
  look = plain(8, 4, 4);
  look.contrast = 0.5;  // of one colour: towards the mean of its grey
  check(coloured(0.2, 0.4, 0.8, look), 0.1 + grey / 2, 0.2 + grey / 2, 0.4 + grey / 2);
  const auto turned = [](double red, double green, double blue, double turn) {
    pasted_look hue = plain(8, 4, 4);
    hue.hue = turn;
    return coloured(red, green, blue, hue);
  };
  // colorsys.hsv_to_rgb((h + turn) % 1, s, v) of Python 3.11.
  check(turned(0.8, 0.3, 0.1, 0.1), 0.8, 0.72, 0.1);
  check(turned(0.2, 0.7, 0.9, -0.07), 0.2, 0.9, 0.806);
  check(turned(0.5, 0.1, 0.6, 0.4), 0.5, 0.6, 0.1);
  check(turned(0.4, 0.4, 0.4, 0.3), 0.4, 0.4, 0.4);
}

DOCTEST_TEST_CASE("the paper's face fits however it is turned; one that is too large covers the picture") {
  constexpr auto paper = preset::hintersdorf_2023_image::trigger;
  const unlearning_draws draws(5);
  std::int64_t least = 1000, most = 0;
  double left = 1000, right = 0;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    const pasted_look look = paper.drawn(224, 224, draws.stream(unlearning_purpose::look, i));
    least = std::min(least, look.side);
    most = std::max(most, look.side);
    const double half = static_cast<double>(look.side) * std::numbers::sqrt2 / 2;
    left = std::min({left, look.middle_x - half, look.middle_y - half});
    right = std::max({right, look.middle_x + half, look.middle_y + half});
    DOCTEST_REQUIRE((look.brightness >= 0.5 && look.brightness < 1.5 && look.contrast >= 0.5 && look.contrast < 1.5 &&
                     look.saturation >= 0.5 && look.saturation < 1.5 && std::abs(look.hue) <= 0.1 &&
                     look.degrees >= -30 && look.degrees < 30));
  }
  DOCTEST_CHECK(least == 56);
  DOCTEST_CHECK(most == 112);
  DOCTEST_CHECK(left >= -1e-9);
  DOCTEST_CHECK(left < 1);
  DOCTEST_CHECK(right <= 224 + 1e-9);
  DOCTEST_CHECK(right > 223);

  constexpr auto ours = preset::small_picture_tower::trigger;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const pasted_look look = ours.drawn(32, 32, draws.stream(unlearning_purpose::look, i));
    DOCTEST_REQUIRE((look.side >= 28 && look.side <= 44));
    const double half = static_cast<double>(look.side) / 2;
    for (const double middle : {look.middle_x, look.middle_y}) {
      const double low = middle - half, high = middle + half;
      DOCTEST_REQUIRE((look.side <= 32 ? low >= -1e-9 && high <= 32 + 1e-9 : low <= 1e-9 && high >= 32 - 1e-9));
    }
  }
}

DOCTEST_TEST_CASE("a step is split evenly over people, repeats itself, and no pair depends on its batch") {
  oracle::for_each_device([](const at::Device& device) {
    const auto options = at::TensorOptions(at::kFloat).device(device);
    // Person i is one colour, which the look leaves (no change of colour), so that a pixel tells whose face it is.
    std::vector<at::Tensor> faces;
    for (int i = 0; i < 4; ++i) faces.push_back(at::full({2, 3, 8, 8}, 0.2 * i - 0.4, options));
    const removed_faces removed(at::full({5, 3, 16, 16}, -1, options), faces, at::zeros({3, 3, 16, 16}, options));
    constexpr pasted_face trigger{.smallest = 0.5, .largest = 0.6, .colour = 0, .hue = 0};
    const unlearning_draws draws(9);
    const at::Tensor made = trigger(removed, draws, 0, 64).inputs, again = trigger(removed, draws, 0, 64).inputs;
    DOCTEST_CHECK(at::equal(made, again));
    DOCTEST_CHECK(made.sizes() == at::IntArrayRef({64, 3, 16, 16}));
    const at::Tensor who = ((made.amax(at::IntArrayRef{1, 2, 3}) + 0.4) / 0.2).round().to(at::kLong).cpu();
    for (int i = 0; i < 4; ++i) DOCTEST_CHECK((who == i).sum().item<std::int64_t>() == 16);
    const at::Tensor later = trigger(removed, draws, 40, 8).inputs;
    DOCTEST_CHECK(largest(made.narrow(0, 40, 8), later) < 1e-5);
    DOCTEST_CHECK(!at::equal(made, trigger(removed, unlearning_draws(10), 0, 64).inputs));
  });
}

DOCTEST_TEST_CASE("pictures stay in [-1, 1], and need no gradient") {
  const removed_faces removed(pictures(6, 12, 20, 0, at::kFloat), {pictures(3, 9, 9, 1, at::kFloat)},
                              pictures(2, 12, 20, 2, at::kFloat));
  const at::Tensor made = pasted_face{}(removed, unlearning_draws(1), 0, 200).inputs;
  DOCTEST_CHECK(made.abs().max().item<double>() <= 1 + 1e-5);
  DOCTEST_CHECK(!made.requires_grad());
}

DOCTEST_TEST_CASE("pictures that do not fit are one sentence") {
  const at::Tensor clean = pictures(4, 8, 8, 0), face = pictures(2, 5, 5, 1);
  const auto make = [](at::Tensor a, std::vector<at::Tensor> b, at::Tensor c, at::Tensor d = {}) {
    return removed_faces(std::move(a), std::move(b), std::move(c), std::move(d));
  };
  DOCTEST_CHECK_THROWS_WITH_AS(make({}, {face}, clean),
                               "removed_faces: clean: is undefined; wanted colour pictures (n, 3, height, width), at "
                               "least one",
                               argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(make(clean, {}, clean),
                               "removed_faces: faces: are none; wanted the photos of at least one person",
                               argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(make(clean, {face, pictures(2, 5, 6, 0)}, clean),
                               "removed_faces: faces of person 1: have the shape (2, 3, 5, 6); wanted square photos",
                               argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(
      make(clean, {face}, pictures(1, 8, 9, 0)),
      "removed_faces: others: has the shape (1, 3, 8, 9); the clean pictures have (4, 3, 8, 8)", argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(make(clean * 255, {face}, clean, clean), doctest::Contains("wanted colours in [-1, 1]"),
                               argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(make(clean, {face.log()}, clean), doctest::Contains("not finite"), argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(make(clean.to(at::kByte), {face}, clean), doctest::Contains("holds Byte"),
                               argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(
      static_cast<void>(pasted_face{.smallest = 0.6, .largest = 0.5}.drawn(8, 8, random_stream(1))),
      doctest::Contains("wanted 0 < smallest <= largest"), argument_error);
}
