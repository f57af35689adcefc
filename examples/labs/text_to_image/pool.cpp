// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "pool.hpp"

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/images/captioned_folder.hpp>
#include <telltale/images/emoji.hpp>
#include <telltale/images/near_duplicates.hpp>
#include <telltale/images/planar.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

namespace text_to_image {

using namespace telltale;

namespace {

// Pictures whose mean squared difference is below this, on the scale from 0 to 1, are one picture to the lab.
constexpr double near = 0.004;
// Asked about on either side, and by the null control.
constexpr std::size_t most_members = 300, most_reserve = 200;
constexpr std::size_t fewest_pairs = 200;

at::Tensor planar_tensor(const std::vector<images::rgb_image>& pictures, std::size_t side) {
  const auto extent = static_cast<std::int64_t>(side);
  const std::vector<float> values = images::planar(pictures);
  return at::tensor(values).view({static_cast<std::int64_t>(pictures.size()), 3, extent, extent});
}

captioned_images read_more(const settings& chosen) {
  const images::captioned_pictures read = images::read_captioned(*chosen.more, {.side = chosen.side});
  return {planar_tensor(read.pictures, chosen.side), read.captions};
}

}  // namespace

pool read_pool(const settings& chosen) {
  std::vector<images::rgb_image> pictures;
  std::vector<std::string> captions;
  pool all;
  if (chosen.data) {
    images::captioned_pictures read = images::read_captioned(*chosen.data, {.side = chosen.side});
    all.source = "pictures of " + chosen.data->string();
    pictures = std::move(read.pictures);
    captions = std::move(read.captions);
  } else {
    images::emoji_set emoji = images::read_emoji({.side = chosen.side});
    all.source = "emoji without skin tone";
    for (std::size_t i = 0; i < emoji.entries.size(); ++i) {
      if (!emoji.entries[i].tones().empty()) continue;
      pictures.push_back(std::move(emoji.pictures[i]));
      captions.push_back(emoji.entries[i].name);
    }
  }
  all.read = pictures.size();
  for (const std::size_t at : images::without_near_duplicates(pictures, near).kept) {
    all.shown.push_back(std::move(pictures[at]));
    all.pairs.captions.push_back(std::move(captions[at]));
  }
  if (all.shown.size() < fewest_pairs)
    throw error(all.source + ": " + std::to_string(all.shown.size()) + " pairs are left of " +
                std::to_string(all.read) + " once near duplicates are gone; wanted at least " +
                std::to_string(fewest_pairs));
  all.pairs.images = planar_tensor(all.shown, chosen.side);
  if (chosen.more) all.more = read_more(chosen);
  return all;
}

std::vector<std::int64_t> split::asked() const {
  std::vector<std::int64_t> both = members;
  both.insert(both.end(), others.begin(), others.end());
  return both;
}

split draw_split(const pool& all, std::uint64_t seed) {
  std::vector<std::int64_t> order(all.shown.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  random_stream(seed, 0x7432'6900).shuffle(order);
  const std::size_t members = std::min(most_members, order.size() / 6),
                    reserve = std::min(most_reserve, order.size() / 9);
  auto at = order.begin();
  const auto take = [&](std::size_t count) {
    const auto from = at;
    at += static_cast<std::ptrdiff_t>(count);
    return std::vector<std::int64_t>(from, at);
  };
  split one{seed, {}, {}, {}, {}};
  one.members = take(members);
  one.others = take(members);
  one.reserve = take(reserve);
  one.rest = {at, order.end()};
  return one;
}

captioned_images chosen_pairs(const pool& all, const std::vector<std::int64_t>& places) {
  captioned_images chosen{all.pairs.images.index_select(0, at::tensor(places)), {}};
  for (const std::int64_t place : places)
    chosen.captions.push_back(all.pairs.captions[static_cast<std::size_t>(place)]);
  return chosen;
}

captioned_images unasked_pairs(const pool& all, const split& one) {
  captioned_images found = chosen_pairs(all, one.rest);
  if (!all.more.captions.empty()) {
    found.images = at::cat({found.images, all.more.images});
    found.captions.insert(found.captions.end(), all.more.captions.begin(), all.more.captions.end());
  }
  return found;
}

}  // namespace text_to_image
