// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/membership.hpp>
#include <telltale/study/segmentation_quality.hpp>
#include <telltale/torch/segmentation/observed.hpp>

#include "attack_table.hpp"
#include "errors.hpp"
#include "known_records.hpp"

namespace tool {

/// What one network was asked, as paths; empty where nothing was given.
struct segmentation_paths {
  std::string outputs, model, images, masks, members;
};

/// What the command is told.
struct model_segmentation_options {
  segmentation_paths victim, shadow;
  bool probabilities = false;
  std::string auxiliary, ignore, floor, release, patch, scale, out, json;
  std::string epochs = "20", seed = "1", batch = "64", device = "cpu", fpr = "0.1,0.01", confidence = "0.95";
  std::vector<std::string> attacks;  ///< none: all
};

/// What becomes of the answers before the adversary sees them.
enum class released_as { they_are, noisy, labels };

/// How attacks are run, as numbers.
struct segmentation_settings {
  released_as release = released_as::they_are;
  double sigma = 0;             ///< of the noise
  std::optional<double> floor;  ///< of stored probabilities
  std::size_t epochs = 20;
  std::optional<std::size_t> patch;  ///< side of the patches of the loss map
  std::uint64_t seed = 1;
  telltale::asking how;
};

/// Checks the options before any file is read; `names` are the choices of --attack, `full_names` of its outputs.
[[nodiscard]] segmentation_settings checked_settings(const model_segmentation_options& options,
                                                     const std::vector<std::string>& names,
                                                     const std::vector<std::string>& full_names);

/// Answers to images, with what is known of those.
struct segmentation_side {
  telltale::observed_segmentation seen;
  at::Tensor images;  ///< undefined where they were not given
  std::vector<telltale::membership> member;
  std::uint64_t noise_seed = 1;
  origins places;  ///< from what the library names to what the user gave

  [[nodiscard]] bool has_masks() const { return seen.masks.defined(); }
};

/// A victim with the images that attacks are tested on, and answers of known membership to learn from: of a shadow
/// model, or of the victim to its other images.
struct segmentation_sides {
  segmentation_side victim;
  std::optional<segmentation_side> shadow;
  divided_records images;  ///< of the victim; with a shadow model all are tested

  [[nodiscard]] std::span<const telltale::membership> known_member() const {
    return shadow ? std::span<const telltale::membership>(shadow->member) : images.auxiliary_member;
  }
  [[nodiscard]] std::span<const telltale::membership> tested_member() const { return images.tested_member; }
};

/// Reads files and asks networks. What does not fit together and what no network answers is refused by name.
[[nodiscard]] segmentation_sides read_segmentation(const model_segmentation_options& options,
                                                   const segmentation_settings& settings, const shared_options& shared);

/// Every attack, bound to `sides` and `settings`, which must outlive the lines.
[[nodiscard]] std::vector<table_attack> segmentation_attacks(const segmentation_sides& sides,
                                                             const segmentation_settings& settings);

/// The names of all attacks, one a line of the table, before anything is read: as --attack has them, and in full.
struct segmentation_names {
  std::vector<std::string> choices, full;
};
[[nodiscard]] segmentation_names segmentation_attack_names();

/// How well the victim's answers, as they are released, cover the masks of members and of the others. Needs masks.
struct released_quality {
  telltale::segmentation_quality members, others;
};
[[nodiscard]] released_quality quality_behind_release(const segmentation_side& side,
                                                      const segmentation_settings& settings);

}  // namespace tool
