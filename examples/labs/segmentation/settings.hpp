// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace segmentation_lab {

/// Share and shape of a trigger that is painted into training images.
struct poisoning {
  std::string trigger;  ///< "line" or "square"
  double share = 0;
};

/// What the lab is asked to do.
struct settings {
  std::optional<std::filesystem::path> data;  ///< a folder with images/ and masks/; nothing: composed emoji
  std::filesystem::path out = "segmentation-lab";
  bool quick = false, quiet = false, atlas = true;
  bool binary = false;      ///< masks of the folder hold 0 and 255
  std::size_t classes = 2;  ///< of the folder's masks
  std::size_t seeds = 5, jobs = 0, side = 32;

  /// Images that a network is trained on; as many others are asked about. Images that nobody is asked about, where the
  /// Dice is measured, and those of min-max and distillation, for each side.
  std::size_t members = 128, test = 200, reference = 256;
  std::int64_t width = 12;  ///< of the U-Net's first level; three levels, each twice as wide
  std::size_t epochs = 60;
  std::vector<std::size_t> snapshots{0, 5, 10, 15, 20, 30, 40, 60};  ///< epochs at which the pool is attacked

  /// Networks on random halves of one pool, each once the target of all others, and of a second pool for the networks
  /// that attack.
  std::size_t pool_models = 8, shadow_models = 2;
  std::size_t attack_epochs = 30;

  std::size_t short_training = 10, longer_training = 20, patience = 10;
  std::size_t crop_epochs = 180;  ///< a crop is a quarter of an image
  std::vector<double> noise_levels{0.05, 0.2, 0.5};
  std::vector<double> private_noise{0.5, 1, 2};
  bool min_max = true, both_ways = true, groups = true;
  std::vector<poisoning> poisonings{{"line", .05},   {"line", .1},   {"line", .2},   {"line", .4},
                                    {"square", .05}, {"square", .1}, {"square", .2}, {"square", .4}};
  std::vector<std::size_t> sizes{32, 64, 128, 256};  ///< of training sets, at the steps of `members` images
  std::size_t atlas_splits = 4, atlas_epochs = 40;   ///< of every seed

  /// The settings of minutes.
  void shorten() {
    quick = true;
    seeds = 1;
    members = 64;
    reference = 128;
    epochs = 40;
    snapshots = {0, 10, 20, 40};
    attack_epochs = 20;
    crop_epochs = 120;
    noise_levels = {0.2, 0.5};
    private_noise = {1};
    poisonings = {{"line", .1}, {"line", .4}};
    sizes = {32, 64, 128};
    atlas_splits = 3;
  }

  /// Steps of a training of `epochs` on `members` images, in batches of `batch`.
  static constexpr std::size_t batch = 8;
  [[nodiscard]] std::size_t steps() const { return (members + batch - 1) / batch * epochs; }

  /// All that decides a seed's figures: figures of another text are measured again.
  [[nodiscard]] std::string text() const;
};

}  // namespace segmentation_lab
