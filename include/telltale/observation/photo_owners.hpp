// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>

namespace telltale {

/// Which photos show whom: the photos of each person, whatever their order in the array.
///
/// Shapes: owner one person in [0, persons) a photo.
/// Cost: O(photos), and as many numbers held.
/// Throws argument_error when an owner is no person, and for a person without photos.
class photo_owners {
 public:
  /// From the owner of each photo; `function` is named in what is thrown. Throws argument_error for 2^32 photos or
  /// more, too.
  photo_owners(std::string_view function, std::span<const int> owner, std::size_t persons)
      : first_(persons + 1), photos_(owner.size()) {
    if (owner.size() > std::numeric_limits<std::uint32_t>::max())
      detail::refuse(function, "owner", "has " + std::to_string(owner.size()) + " photos; wanted less than 2^32");
    for (std::size_t photo = 0; photo < owner.size(); ++photo) {
      if (owner[photo] < 0 || std::size_t(owner[photo]) >= persons)
        detail::refuse(function, "owner",
                       "photo " + std::to_string(photo) + " belongs to person " + std::to_string(owner[photo]) +
                           "; wanted 0 to " + std::to_string(persons - 1));
      ++first_[std::size_t(owner[photo]) + 1];
    }
    for (std::size_t person = 0; person < persons; ++person) {
      if (first_[person + 1] == 0)
        detail::refuse(function, "owner", "person " + std::to_string(person) + " has no photo; wanted at least 1");
      first_[person + 1] += first_[person];
    }
    std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
    for (std::size_t photo = 0; photo < owner.size(); ++photo)
      photos_[next[std::size_t(owner[photo])]++] = static_cast<std::uint32_t>(photo);
  }

  /// Persons asked about.
  [[nodiscard]] std::size_t persons() const noexcept { return first_.size() - 1; }
  /// Photos of all of them.
  [[nodiscard]] std::size_t photos() const noexcept { return photos_.size(); }

  /// The photos of a person in the order of the array.
  [[nodiscard]] std::span<const std::uint32_t> of(std::size_t person) const noexcept {
    return std::span(photos_).subspan(first_[person], first_[person + 1] - first_[person]);
  }

 private:
  std::vector<std::size_t> first_;
  std::vector<std::uint32_t> photos_;
};

}  // namespace telltale
