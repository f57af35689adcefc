// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <telltale/images/image.hpp>

namespace telltale::images {

/// Which of many pictures are the first of their kind, and which repeat one.
struct distinct_pictures {
  std::vector<std::size_t> kept;                 ///< the first of each kind, in order
  std::vector<std::vector<std::size_t>> groups;  ///< each kind that is there more than once, the first in front

  /// How many pictures repeat an earlier one.
  [[nodiscard]] std::size_t repeats() const {
    std::size_t count = 0;
    for (const std::vector<std::size_t>& group : groups) count += group.size() - 1;
    return count;
  }
};

/// Finds pictures that are the same in size and in every byte, by a hash of their bytes.
///
/// Do this before members are split from non-members: a picture on both sides makes a non-member a member. Pictures
/// that are nearly the same stay, however small the difference. Cost: one pass.
[[nodiscard]] inline distinct_pictures distinct(std::span<const rgb_image> pictures) {
  distinct_pictures found;
  std::unordered_map<std::string_view, std::vector<std::size_t>> by_bytes;  // by size as well, see below
  std::unordered_map<std::size_t, std::size_t> group_of;                    // of a first picture
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const auto bytes = pictures[i].bytes();
    std::vector<std::size_t>& same = by_bytes[{reinterpret_cast<const char*>(bytes.data()), bytes.size()}];
    std::size_t first = i;  // 2 x 6 and 3 x 4 pixels have as many bytes, so the list may hold several kinds
    for (const std::size_t earlier : same)
      if (pictures[earlier] == pictures[i]) first = earlier;
    if (first == i) {
      same.push_back(i);
      found.kept.push_back(i);
    } else {
      const auto [at, fresh] = group_of.try_emplace(first, found.groups.size());
      if (fresh) found.groups.push_back({first});
      found.groups[at->second].push_back(i);
    }
  }
  return found;
}

}  // namespace telltale::images
