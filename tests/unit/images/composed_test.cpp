// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/composed.hpp>
#include <telltale/images/emoji_cutouts.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "../io/temporary.hpp"

#include <doctest/doctest.h>

using telltale::argument_error;
using namespace telltale::images;

namespace {

/// A block of one colour that covers all of its box.
cutout block(std::size_t height, std::size_t width, colour fill) {
  return {rgb_image(height, width, fill), std::vector<std::uint8_t>(height * width, 255), "block"};
}

std::span<const std::uint8_t> mask_of(const composed_pictures& made, std::size_t at, std::size_t side) {
  return std::span(made.masks).subspan(at * side * side, side * side);
}

std::string refusal(const composing& how) {
  return message_of<argument_error>([&] { static_cast<void>(compose(std::vector{block(2, 2, white)}, how)); });
}

}  // namespace

TEST_CASE("a picture depends on the seed, its place and its own cut-out only") {
  const std::vector<cutout> three{block(10, 10, {255, 0, 0}), block(20, 10, {0, 255, 0}), block(5, 9, {0, 0, 255})};
  const std::vector<cutout> other{block(30, 30, white), three[1], block(3, 3, white)};
  const composed_pictures a = compose(three), b = compose(other), again = compose(three);
  CHECK(a.pictures == again.pictures);
  CHECK(a.masks == again.masks);
  CHECK(a.pictures[1] == b.pictures[1]);
  CHECK(a.pictures[0] != b.pictures[0]);
  CHECK(compose(three, {.seed = 2}).pictures[1] != a.pictures[1]);
  const std::vector<cutout> twice{three[0], three[0]};
  const composed_pictures same = compose(twice);
  CHECK(same.pictures[0] != same.pictures[1]);
}

TEST_CASE("an object lies inside, as large as was asked for, and the mask is where its colour is") {
  const composing how{.side = 40, .smallest = .5, .largest = .75, .noise = 0};
  const std::vector<cutout> blocks(60, block(20, 10, {1, 2, 3}));
  const composed_pictures made = compose(blocks, how);
  std::set<std::size_t> heights;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const auto mask = mask_of(made, i, 40);
    std::size_t top = 40, bottom = 0, left = 40, right = 0;
    for (std::size_t p = 0; p < mask.size(); ++p) {
      const auto pixel = made.pictures[i].bytes().subspan(p * 3, 3);
      const bool object = pixel[0] == 1 && pixel[1] == 2 && pixel[2] == 3;
      CHECK((mask[p] == 1) == object);
      if (mask[p] == 0) continue;
      top = std::min(top, p / 40);
      bottom = std::max(bottom, p / 40 + 1);
      left = std::min(left, p % 40);
      right = std::max(right, p % 40 + 1);
    }
    CHECK(bottom - top >= 20);
    CHECK(bottom - top <= 30);
    CHECK(std::abs(2 * static_cast<int>(right - left) - static_cast<int>(bottom - top)) <= 1);  // its shape is kept
    CHECK(std::accumulate(mask.begin(), mask.end(), std::size_t{0}) == (bottom - top) * (right - left));
    heights.insert(bottom - top);
  }
  CHECK(heights.size() > 7);  // of 11
}

TEST_CASE("noise has the deviation that was asked for") {
  const composing quiet{.side = 64, .noise = 0}, loud{.side = 64, .noise = 8};
  const std::vector<cutout> blocks(20, block(4, 4, {128, 128, 128}));
  const composed_pictures a = compose(blocks, quiet), b = compose(blocks, loud);
  CHECK(a.masks == b.masks);
  double sum = 0, squares = 0, count = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i)
    for (std::size_t k = 0; k < a.pictures[i].bytes().size(); ++k) {
      if (a.masks[i * 64 * 64 + k / 3] == 0) continue;  // on the object nothing is clipped
      const double apart = b.pictures[i].bytes()[k] - a.pictures[i].bytes()[k];
      sum += apart;
      squares += apart * apart;
      ++count;
    }
  // 20 blocks of at least 29 x 29 pixels: rounding adds 1 / 12 to the variance, chance well under 1 % to the deviation.
  CHECK(std::abs(sum / count) < .15);
  CHECK(std::sqrt(squares / count) == doctest::Approx(std::sqrt(64 + 1.0 / 12)).epsilon(.02));
}

TEST_CASE("the four kinds of background are all drawn") {
  const composing how{.side = 32, .smallest = .01, .largest = .01, .noise = 0};
  const std::vector<cutout> points(80, block(1, 1, white));
  std::size_t plain = 0, two = 0, many = 0;
  for (const rgb_image& picture : compose(points, how).pictures) {
    std::set<std::vector<std::uint8_t>> colours;
    for (std::size_t p = 0; p < 32 * 32; ++p) {
      const auto pixel = picture.bytes().subspan(p * 3, 3);
      colours.emplace(pixel.begin(), pixel.end());
    }
    const std::size_t of_background = colours.size() - 1;  // one is the object's
    plain += of_background == 1 ? 1 : 0;
    two += of_background == 2 ? 1 : 0;
    many += of_background > 2 ? 1 : 0;
  }
  // 20 expected of plain and of striped, 40 of the other two; four deviations are 15.5 and 17.9.
  CHECK(plain > 4);
  CHECK(two > 4);
  CHECK(many > 22);
}

TEST_CASE("options that make no picture are refused") {
  CHECK(refusal({}).empty());
  CHECK(refusal({.side = 0}) == "compose: how.side: is 0; wanted at least 1");
  CHECK(refusal({.smallest = 0}).starts_with("compose: how.smallest, how.largest: are 0.0"));
  CHECK_FALSE(refusal({.smallest = .9}).empty());
  CHECK_FALSE(refusal({.largest = 1.1}).empty());
  CHECK(refusal({.noise = -1}).ends_with("wanted 0 or more"));
  CHECK_FALSE(refusal({.noise = std::numeric_limits<double>::quiet_NaN()}).empty());
}

TEST_CASE("emoji are cut out once each, with their groups, and cover a fifth of the pictures") {
  INFO("this test needs the Debian packages fonts-noto-color-emoji and unicode-data");
  const emoji_cutouts set = read_emoji_cutouts();
  CHECK(set.cutouts.size() > 1200);
  CHECK(set.cutouts.size() == set.entries.size());
  CHECK(set.near_duplicates > 0);
  std::set<std::string> names, groups;
  for (std::size_t i = 0; i < set.entries.size(); ++i) {
    CHECK(set.cutouts[i].name() == set.entries[i].name);
    CHECK(set.entries[i].tones().empty());
    names.insert(set.entries[i].name);
    groups.insert(set.entries[i].group);
  }
  CHECK(names.size() == set.entries.size());
  CHECK(groups.size() == 8);  // nine groups of emoji-test.txt that hold more than components, without the flags
  CHECK_FALSE(groups.contains("Flags"));
  const composed_pictures made = compose(set.cutouts);
  const auto covered = static_cast<double>(std::accumulate(made.masks.begin(), made.masks.end(), std::size_t{0}));
  CHECK(covered / static_cast<double>(made.masks.size()) == doctest::Approx(.21).epsilon(.05));  // in a prototype: .21
  CHECK(read_emoji_cutouts({.apart = 0}).near_duplicates == 0);
}

TEST_CASE("an emoji cut out and laid on a colour is what the font draws on it") {
  emoji_font font;
  const std::vector<std::uint32_t> face{0x1F600};
  const auto cut = font.cut_out(face, "face");
  const auto drawn = font.draw(face, {10, 200, 30});
  REQUIRE(cut.has_value());
  REQUIRE(drawn.has_value());
  if (!cut || !drawn) return;
  const masked_picture laid = laid_on({136, 136, colour{10, 200, 30}}, *cut, 136, 136, 0, 0);
  CHECK(laid.picture == *drawn);
  CHECK(laid.mask[0] == 0);
  CHECK(laid.mask[68 * 136 + 68] == 1);
  CHECK_FALSE(font.cut_out(std::vector<std::uint32_t>{'A'}));
}
