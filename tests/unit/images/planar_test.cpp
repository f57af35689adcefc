// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/planar.hpp>

#include <vector>

#include "../io/temporary.hpp"
#include "pictures.hpp"

#include <doctest/doctest.h>

using telltale::argument_error;
using namespace telltale::images;

TEST_CASE("planar floats are channel by channel in [-1, 1]") {
  const rgb_image first(1, 2, {0, 51, 255, 255, 102, 0}), second(1, 2, white);
  const std::vector<float> values = planar(std::vector{first, second});
  const std::vector<float> wanted{-1, 1, -0.6F, -0.2F, 1, -1, 1, 1, 1, 1, 1, 1};
  REQUIRE(values.size() == wanted.size());
  for (std::size_t i = 0; i < values.size(); ++i) CHECK(values[i] == doctest::Approx(wanted[i]).epsilon(1e-6));
  CHECK(planar(first) == std::vector<float>(values.begin(), values.begin() + 6));
}

TEST_CASE("no picture and pictures of two sizes are refused") {
  const auto said = [](const auto& action) { return message_of<argument_error>(action); };
  CHECK(said([] { static_cast<void>(planar(std::vector<rgb_image>())); }).starts_with("planar: pictures: is empty"));
  CHECK(said([] {
          static_cast<void>(planar(std::vector{pattern(2, 2), pattern(2, 3)}));
        }) == "planar: pictures: picture 1 is 2 x 3; wanted 2 x 2, as the first");
}
