// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/torch/segmentation/images_with_masks.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "networks.hpp"

namespace segmentation_lab {

/// What a network with a defence is trained with.
struct defended_training {
  const settings& chosen;
  const world& in;
  telltale::images_with_masks members;
  const telltale::images_with_masks& reference;  ///< of this side
  std::uint64_t seed = 1;
  std::filesystem::path teacher;  ///< weights of the network without a defence
  const lab::talker& say;
};

/// Trains by a defence that `training_defences` names.
[[nodiscard]] answers train_defended(const std::string& defence, const defended_training& with);

/// A network without a defence whose training images were poisoned; its facts tell of the trigger.
[[nodiscard]] answers train_poisoned(const settings& chosen, const world& in, const poisoning& how, std::uint64_t seed,
                                     const lab::talker& say);
/// Draws the images.
[[nodiscard]] std::uint64_t poisoning_seed(const world& in);
[[nodiscard]] std::string poisoned_name(const poisoning& how);

/// Which of the asked images were poisoned.
[[nodiscard]] std::vector<bool> was_poisoned(const world& in, const poisoning& how);

/// A network trained on so many of the asked images for as many steps as the others.
[[nodiscard]] answers train_on_some(const settings& chosen, const world& in, std::size_t size, std::uint64_t seed,
                                    const lab::talker& say);

}  // namespace segmentation_lab
