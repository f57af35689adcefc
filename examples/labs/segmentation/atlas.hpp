// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "networks.hpp"

namespace segmentation_lab {

/// Slices of the template of mricron-data with the regions of its atlas, merged to seven groups; members and others
/// are blocks of slices with gaps between them.
[[nodiscard]] bool has_atlas();

/// The k-th split of a seed.
[[nodiscard]] std::uint64_t atlas_split(std::uint64_t seed, std::size_t k);

/// A network trained on the members of a split; its questions are members, then others.
[[nodiscard]] answers train_on_atlas(const settings& chosen, std::uint64_t split, const lab::talker& say);

/// Those answers with their masks and who is a member: before and after training.
[[nodiscard]] telltale::observed_segmentation seen_slices(const answers& of, std::size_t epoch, std::uint64_t split);
[[nodiscard]] std::vector<telltale::membership> slice_members(std::uint64_t split);

}  // namespace segmentation_lab
