// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/duplicates.hpp>

#include <cstdint>
#include <vector>

#include "pictures.hpp"

#include <doctest/doctest.h>

using namespace telltale::images;

TEST_CASE("the first of each kind is kept, and repeats are counted by kind") {
  const std::vector<rgb_image> pictures{pattern(2, 2),         rgb_image(2, 2, white), pattern(2, 2),
                                        pattern(3, 2),         rgb_image(2, 2, white), pattern(2, 2),
                                        rgb_image(1, 4, white)};
  const distinct_pictures found = distinct(pictures);
  // The last is as many white bytes as the second, in another shape.
  CHECK(found.kept == std::vector<std::size_t>{0, 1, 3, 6});
  CHECK(found.groups == std::vector<std::vector<std::size_t>>{{0, 2, 5}, {1, 4}});
  CHECK(found.repeats() == 3);
}

TEST_CASE("a byte tells two pictures apart, and no picture is no repeat") {
  std::vector<rgb_image> pictures(2, pattern(4, 4));
  pictures[1].bytes().back() ^= 1U;
  CHECK(distinct(pictures).repeats() == 0);
  CHECK(distinct(pictures).kept.size() == 2);
  CHECK(distinct({}).kept.empty());
}
