// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/near_duplicates.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <telltale/core/random.hpp>

#include "../io/temporary.hpp"
#include "pictures.hpp"

#include <doctest/doctest.h>

using telltale::argument_error;
using telltale::random_stream;
using namespace telltale::images;

namespace {

/// The mean squared difference, on values from 0 to 1, as the definition says it.
double difference(const rgb_image& a, const rgb_image& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.bytes().size(); ++i) {
    const double apart = (a.bytes()[i] - b.bytes()[i]) / 255.0;
    sum += apart * apart;
  }
  return sum / static_cast<double>(a.bytes().size());
}

/// Every picture with every kept one, in full.
distinct_pictures slow(const std::vector<rgb_image>& pictures, double apart) {
  distinct_pictures found;
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    std::size_t at = 0;
    while (at < groups.size() && difference(pictures[i], pictures[groups[at].front()]) >= apart) ++at;
    if (at == groups.size()) {
      groups.push_back({i});
      found.kept.push_back(i);
    } else {
      groups[at].push_back(i);
    }
  }
  for (const auto& group : groups)
    if (group.size() > 1) found.groups.push_back(group);
  return found;
}

/// A few pictures, and copies of them with noise of several strengths.
std::vector<rgb_image> noisy_copies(std::size_t height, std::size_t width, std::uint64_t seed) {
  random_stream random(seed, 0);
  std::vector<rgb_image> pictures;
  for (std::size_t i = 0; i < 60; ++i) {
    rgb_image picture(height, width, white);
    if (i < 8) {
      for (std::uint8_t& byte : picture.bytes()) byte = static_cast<std::uint8_t>(random.below(256));
    } else {
      picture = pictures[random.below(i)];
      const std::uint64_t strength = 1 + random.below(60);
      for (std::uint8_t& byte : picture.bytes()) byte = static_cast<std::uint8_t>(byte / 2 + random.below(strength));
    }
    pictures.push_back(picture);
  }
  return pictures;
}

}  // namespace

TEST_CASE("what is kept and what repeats what is that of the plain comparison of all pairs") {
  std::size_t repeats = 0, kept = 0;
  for (const std::uint64_t seed : {1U, 2U, 3U})
    for (const double apart : {0.001, 0.004, 0.02})
      for (const std::size_t height : {1U, 3U, 16U}) {
        const std::vector<rgb_image> pictures = noisy_copies(height, 7, seed);
        const distinct_pictures fast = without_near_duplicates(pictures, apart), plain = slow(pictures, apart);
        CHECK(fast.kept == plain.kept);
        std::vector<std::vector<std::size_t>> groups = fast.groups;
        std::sort(groups.begin(), groups.end());  // found in the order of their second picture
        CHECK(groups == plain.groups);
        repeats += fast.repeats();
        kept += fast.kept.size();
      }
  CHECK(repeats > 100);
  CHECK(kept > 100);
}

TEST_CASE("a picture exactly so far apart is kept, and a chain of small steps is cut where it leaves the first") {
  std::vector<rgb_image> pictures;
  for (const std::uint8_t grey : std::vector<std::uint8_t>{0, 10, 20, 30})
    pictures.emplace_back(5, 9, colour{grey, grey, grey});
  const double step = 20.0 * 20.0 / (255.0 * 255.0);
  const distinct_pictures found = without_near_duplicates(pictures, step * (1 - 1e-9));
  CHECK(found.kept == std::vector<std::size_t>{0, 2});
  CHECK(found.groups == std::vector<std::vector<std::size_t>>{{0, 1}, {2, 3}});
  CHECK(without_near_duplicates(pictures, step * (1 + 1e-9)).kept == std::vector<std::size_t>{0, 3});
}

TEST_CASE("nothing is near at 0, and no picture is no repeat") {
  CHECK(without_near_duplicates(std::vector<rgb_image>(2, pattern(4, 4)), 0).repeats() == 0);
  CHECK(without_near_duplicates(std::vector<rgb_image>(2, pattern(4, 4)), 1e-9).repeats() == 1);
  CHECK(without_near_duplicates({}, 0.004).kept.empty());
}

TEST_CASE("mixed sizes and a distance that is none are refused") {
  const auto said = [](const std::vector<rgb_image>& pictures, double apart) {
    return message_of<argument_error>([&] { static_cast<void>(without_near_duplicates(pictures, apart)); });
  };
  CHECK(said({pattern(2, 3), pattern(3, 2)}, 0.1) ==
        "without_near_duplicates: pictures: picture 1 is 3 x 2; wanted 2 x 3, as the first");
  CHECK(said({}, -0.5) == "without_near_duplicates: apart: is -0.500000; wanted 0 to 1");
  CHECK(said({}, std::nan("")).ends_with("wanted 0 to 1"));
}
