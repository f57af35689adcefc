// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/image.hpp>

#include <vector>

#include "../io/temporary.hpp"
#include "pictures.hpp"

#include <doctest/doctest.h>

using telltale::argument_error;
using namespace telltale::images;

TEST_CASE("an image holds what it was given") {
  const rgb_image picture = pattern(2, 3), other = pattern(3, 2);
  CHECK(picture.height() == 2);
  CHECK(picture.width() == 3);
  CHECK(picture.bytes().size() == 18);
  CHECK(picture == pattern(2, 3));
  CHECK(picture != other);
  CHECK(rgb_image(1, 2, colour{1, 2, 3}) == rgb_image(1, 2, {1, 2, 3, 1, 2, 3}));
}

TEST_CASE("images of impossible sizes are refused in one sentence") {
  const auto said = [](const auto& action) { return message_of<argument_error>(action); };
  CHECK(said([] { rgb_image(0, 3, white); }) == "rgb_image: height, width: 0 x 3; wanted 1 to 67108864 pixels");
  CHECK(said([] { rgb_image(2, 2, std::vector<std::uint8_t>(11)); }) == "rgb_image: bytes: has 11 elements; wanted 12");
  constexpr std::size_t huge = std::size_t{1} << 40U;
  CHECK(said([] { rgb_image(huge, huge, white); }).ends_with("wanted 1 to 67108864 pixels"));
}
