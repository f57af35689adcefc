// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/membership.hpp>
#include <telltale/core/random.hpp>
#include <telltale/images/composed.hpp>
#include <telltale/images/emoji_cutouts.hpp>
#include <telltale/images/planar.hpp>
#include <telltale/torch/segmentation/images_with_masks.hpp>

namespace lesson {

/// Emoji on random backgrounds with their masks, 32 x 32 pixels, in random order: every image is independent of the
/// others. A mask is never empty.
struct masked_emoji {
  telltale::images_with_masks all;

  explicit masked_emoji(std::uint64_t seed) {
    namespace images = telltale::images;
    const images::emoji_cutouts cut = images::read_emoji_cutouts();
    const images::composed_pictures made = images::compose(cut.cutouts, {.seed = seed});
    const auto n = static_cast<std::int64_t>(made.pictures.size());
    all = {at::tensor(images::planar(made.pictures)).view({n, 3, 32, 32}),
           at::tensor(made.masks).to(at::kLong).view({n, 32, 32})};
    std::vector<std::int64_t> order(made.pictures.size());
    std::iota(order.begin(), order.end(), std::int64_t{0});
    telltale::random_stream(seed).shuffle(order);
    std::erase_if(order, [&](std::int64_t i) { return all.masks[i].sum().item<std::int64_t>() == 0; });
    all = telltale::chosen(all, order);
  }

  /// `count` images from `first` on.
  [[nodiscard]] telltale::images_with_masks part(std::int64_t first, std::int64_t count) const {
    return {all.images.narrow(0, first, count), all.masks.narrow(0, first, count)};
  }

  /// Of `count` images the first half are members.
  [[nodiscard]] static std::vector<telltale::membership> first_half(std::size_t count) {
    std::vector<telltale::membership> member(count / 2, telltale::membership::in);
    member.resize(count, telltale::membership::out);
    return member;
  }
};

}  // namespace lesson
