// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/ATen.h>

#include <telltale/core/membership.hpp>
#include <telltale/torch/segmentation/images_with_masks.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "settings.hpp"

namespace segmentation_lab {

/// All images that the lab has, with their masks.
struct pool {
  std::string source;
  std::size_t left_out = 0;  ///< masks without a boundary: there is nothing to segment
  telltale::images_with_masks all;
  std::vector<std::string> names;
  std::vector<int> group;  ///< of the thing that is pictured; empty where nobody says
  std::size_t groups = 0;
};

/// Throws error where there are too few images, and what reading the files throws.
[[nodiscard]] pool read_pool(const settings& chosen);

/// One side of the lab: images of which a network sees some, and which of them the first networks see.
struct side {
  telltale::images_with_masks images;           ///< twice as many as a network is trained on
  std::vector<std::vector<std::uint8_t>> keep;  ///< of every network on this side: 1 for what it is trained on
  std::vector<std::int64_t> places;             ///< in the pool

  [[nodiscard]] std::vector<telltale::membership> members(std::size_t network) const;
  [[nodiscard]] telltale::images_with_masks training(std::size_t network) const;
};

/// Who is what in one seed. Nothing but the draw decides, so that nothing but training can tell.
struct world {
  std::uint64_t seed = 1;
  side asked, other;                             ///< of the targets, and of the adversary's own networks
  telltale::images_with_masks test, validation;  ///< asked about by nobody
  telltale::images_with_masks references[2];     ///< of min-max and distillation, for the networks of either side
  std::vector<int> asked_groups;

  /// Every image that a network is asked about: asked, other and test, in this order.
  [[nodiscard]] at::Tensor questions() const;
};

[[nodiscard]] world draw_world(const pool& all, const settings& chosen, std::uint64_t seed);

}  // namespace segmentation_lab
