// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <telltale/images/image.hpp>
#include <telltale/images/names.hpp>

#include "settings.hpp"

namespace identity {

/// Pictures, people and words: what is the same for every seed.
struct world {
  std::string people;                              ///< what the people are, for the report
  at::Tensor pictures;                             ///< (n, 3, 32, 32) in [-1, 1], on the lab's device
  std::vector<telltale::images::rgb_image> shown;  ///< the same
  std::vector<std::string> persons;                ///< what each person is called in the report, not to the model
  std::vector<std::vector<std::int64_t>> photos;   ///< of each person, places in `pictures`
  std::vector<std::vector<int>> looks;             ///< gender of each photo; empty where it is not known
  std::vector<std::int64_t> background;            ///< pictures of things, places in `pictures`
  std::vector<std::string> background_names;
  std::vector<std::string> prompts;    ///< of the attack
  telltale::images::name_lists lists;  ///< without names that are words of a caption

  [[nodiscard]] std::size_t fewest_photos() const;
};

[[nodiscard]] world read_world(const settings& chosen);

/// The templates that captions of training are made of. "{}" is the only one that is a prompt of the attack too.
[[nodiscard]] const std::vector<std::string>& training_templates();

/// What a seed draws: who is a member, what everybody is called, and the order of everybody's photos.
///
/// Of a person's photos in that order the first `training_photos` train, the next serve as triggers of the image
/// backdoor, the last `last_photos` attack where the number of training photos varies.
struct trial {
  std::uint64_t seed;
  std::vector<bool> member;
  std::vector<std::vector<std::int64_t>> photos;
  std::vector<std::vector<int>> looks;
  std::vector<std::string> names;  ///< candidates; the first is the name of the first person, and so on

  [[nodiscard]] std::size_t persons() const { return photos.size(); }
};

inline constexpr std::size_t last_photos = 4;

[[nodiscard]] trial draw_trial(const world& all, std::uint64_t seed);

}  // namespace identity
