// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/images/emoji.hpp>
#include <telltale/images/near_duplicates.hpp>
#include <telltale/images/planar.hpp>

namespace lesson {

/// One pool of pictures with captions, in random order: emoji that are no people, of which no two look nearly alike. A
/// near copy of a member among the non-members would be half a member.
struct captioned_emoji {
  std::vector<std::string> captions;
  std::vector<telltale::images::rgb_image> pictures;  ///< 16 x 16

  explicit captioned_emoji(std::uint64_t seed) {
    namespace images = telltale::images;
    const images::emoji_set emoji = images::read_emoji({.side = 16});
    std::vector<images::rgb_image> plain;
    for (const std::size_t at : emoji.background) plain.push_back(emoji.pictures[at]);
    std::vector<std::size_t> pool = images::without_near_duplicates(plain, 0.004).kept;
    telltale::random_stream(seed).shuffle(pool);
    for (const std::size_t at : pool) {
      captions.push_back(emoji.entries[emoji.background[at]].name);
      pictures.push_back(std::move(plain[at]));
    }
  }

  /// Pixels of `count` pictures from `first` on, picture by picture, in [-1, 1].
  [[nodiscard]] std::vector<float> pixels(std::size_t first, std::size_t count) const {
    return telltale::images::planar(std::span(pictures).subspan(first, count));
  }
  [[nodiscard]] std::vector<std::string> captions_of(std::size_t first, std::size_t count) const {
    const auto from = captions.begin() + static_cast<std::ptrdiff_t>(first);
    return {from, from + static_cast<std::ptrdiff_t>(count)};
  }
};

}  // namespace lesson
