// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/cutout.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "../io/temporary.hpp"
#include "pictures.hpp"

#include <doctest/doctest.h>

using telltale::argument_error;
using namespace telltale::images;

namespace {

/// A disc of one colour with a soft border, multiplied by alpha as the class wants it.
cutout disc(std::size_t side, colour fill) {
  std::vector<std::uint8_t> alpha, bytes;
  for (std::size_t y = 0; y < side; ++y)
    for (std::size_t x = 0; x < side; ++x) {
      const double half = static_cast<double>(side) / 2;
      const double down = static_cast<double>(y) + .5 - half, right = static_cast<double>(x) + .5 - half;
      const double inside = half * half * .7 - down * down - right * right;
      alpha.push_back(static_cast<std::uint8_t>(std::clamp(128 + inside * 4, 0.0, 255.0)));
      for (const std::uint8_t channel : {fill.red, fill.green, fill.blue})
        bytes.push_back(static_cast<std::uint8_t>((channel * alpha.back() + 127) / 255));
    }
  return {rgb_image(side, side, bytes), alpha, "disc"};
}

std::string refusal(const std::vector<std::uint8_t>& alpha) {
  return message_of<argument_error>([&] { const cutout one(rgb_image(2, 2, colour{}), alpha, "a thing"); });
}

}  // namespace

TEST_CASE("a cut-out that is not resized shows its colour over the background's share") {
  const cutout object(rgb_image(1, 3, {200, 100, 50, 100, 50, 25, 0, 0, 0}), {255, 128, 0}, "row");
  const masked_picture laid = laid_on({2, 4, colour{10, 20, 240}}, object, 1, 3, 1, 1);
  CHECK(laid.mask == std::vector<std::uint8_t>{0, 0, 0, 0, 0, 1, 1, 0});
  const std::vector<std::uint8_t> second_row(laid.picture.bytes().begin() + 12, laid.picture.bytes().end());
  // Half covered: 100 + 10 * 127 / 255, 50 + 20 * 127 / 255, 25 + 240 * 127 / 255, to the nearest.
  CHECK(second_row == std::vector<std::uint8_t>{10, 20, 240, 200, 100, 50, 105, 60, 145, 10, 20, 240});
  CHECK(std::equal(laid.picture.bytes().begin(), laid.picture.bytes().begin() + 12,
                   rgb_image(1, 4, colour{10, 20, 240}).bytes().begin()));
}

TEST_CASE("a resized cut-out has no dark border: on its own colour only Lanczos' overshoot can be seen") {
  const std::vector<int> fill{200, 100, 50};
  const cutout object = disc(40, {200, 100, 50});
  for (const std::size_t side : {7U, 11U, 16U}) {
    const masked_picture laid = laid_on({16, 16, colour{200, 100, 50}}, object, side, side, 0, 0);
    for (std::size_t i = 0; i < laid.picture.bytes().size(); ++i) {
      CHECK(laid.picture.bytes()[i] >= fill[i % 3] - 2);         // three roundings
      CHECK(laid.picture.bytes()[i] <= fill[i % 3] * 1.13 + 2);  // 6 % beside a step along each axis
    }
    CHECK(std::count(laid.mask.begin(), laid.mask.end(), 1) > 0);
  }
}

TEST_CASE("the mask of a resized disc has the disc's share of the pixels") {
  const masked_picture laid = laid_on({64, 64, white}, disc(128, {0, 0, 0}), 64, 64, 0, 0);
  const auto covered = static_cast<double>(std::count(laid.mask.begin(), laid.mask.end(), 1));
  CHECK(covered / (64 * 64) == doctest::Approx(3.14159265 * .7 / 4).epsilon(.02));  // pi r^2 with r^2 = .7 / 4
}

TEST_CASE("what is no cut-out, or would lie outside, is refused") {
  CHECK(refusal({255, 0, 0, 0}).empty());
  CHECK(refusal({255, 0, 0}).starts_with("cutout: alpha: has 3 elements"));
  CHECK(refusal({127, 0, 100, 0}) == "cutout: alpha: of 'a thing' is nowhere above one half; wanted an object");
  const cutout object = disc(8, white);
  const auto said = [&](std::size_t height, std::size_t width, std::size_t top, std::size_t left) {
    return message_of<argument_error>([&] {
      static_cast<void>(laid_on({10, 12, white}, object, height, width, top, left));
    });
  };
  CHECK(said(8, 8, 2, 4).empty());
  CHECK(said(8, 8, 3, 4) == "laid_on: height, width, top, left: 8 x 8 at (3, 4) is not inside 10 x 12");
  CHECK_FALSE(said(8, 8, 2, 5).empty());
  CHECK_FALSE(said(11, 8, 0, 0).empty());
  CHECK_FALSE(said(8, 13, 0, 0).empty());
  CHECK(said(0, 8, 0, 0).starts_with("resized: "));
}
