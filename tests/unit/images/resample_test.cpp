// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <zlib.h>
#include <telltale/images/resample.hpp>

#include "../io/temporary.hpp"
#include "oracle/pillow.hpp"
#include "pictures.hpp"

#include <doctest/doctest.h>

using telltale::argument_error;
using namespace telltale::images;

TEST_CASE("Lanczos gives the bytes of Pillow's") {
  using namespace oracle;
  CHECK(largest_difference(resized(pattern(17, 13), 5, 7).bytes(), pillow::lanczos_17x13_to_5x7) == 0);
  CHECK(largest_difference(resized(pattern(6, 5), 11, 14).bytes(), pillow::lanczos_6x5_to_11x14) == 0);
  CHECK(largest_difference(resized(pattern(9, 8), 9, 3).bytes(), pillow::lanczos_9x8_to_9x3) == 0);
  CHECK(largest_difference(resized(pattern(1, 2), 4, 3).bytes(), pillow::lanczos_1x2_to_4x3) == 0);
  const rgb_image small = resized(pattern(136, 136), 32, 32);
  CHECK(::crc32(0, small.bytes().data(), static_cast<uInt>(small.bytes().size())) == pillow::crc_of_lanczos_136_to_32);
}

TEST_CASE("a size that stays leaves the picture, and one colour stays one colour") {
  CHECK(resized(pattern(9, 4), 9, 4) == pattern(9, 4));
  const colour grey{40, 180, 255};
  CHECK(resized(rgb_image(50, 31, grey), 7, 90) == rgb_image(7, 90, grey));
}

TEST_CASE("the centre square takes as much from either side, an odd remainder from the far one") {
  // Widths 5 and 4 around a centre of 3 rows: columns 1 to 3, and 0 to 2.
  for (const std::size_t width : {5U, 4U}) {
    const rgb_image whole = pattern(3, width), square = centre_square(whole);
    REQUIRE(square.height() == 3);
    REQUIRE(square.width() == 3);
    const std::size_t left = (width - 3) / 2;
    for (std::size_t y = 0; y < 3; ++y)
      for (std::size_t at = 0; at < 9; ++at)
        CHECK(square.bytes()[y * 9 + at] == whole.bytes()[(y * width + left) * 3 + at]);
  }
  CHECK(centre_square(pattern(6, 2)).height() == 2);
}

TEST_CASE("impossible sizes are refused") {
  const auto said = [](const auto& action) { return message_of<argument_error>(action); };
  CHECK(said([] { static_cast<void>(resized(pattern(2, 2), 0, 5)); }).starts_with("resized: height, width: 0 x 5"));
  // The picture between the two axes would be as high as the old one and as wide as the new one.
  CHECK(said([] { static_cast<void>(resized(rgb_image(40000, 1, white), 1, 40000)); }).starts_with("resized: "));
}
