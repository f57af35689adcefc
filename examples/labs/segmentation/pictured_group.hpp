// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "networks.hpp"

namespace segmentation_lab {

/// A classifier trained on the images of the first undefended network to name the group of what is pictured, with the
/// U-Net's way down, for as many epochs. Its answers are maps of one pixel, of the asked images.
[[nodiscard]] answers train_on_groups(const settings& chosen, const world& in, std::uint64_t seed,
                                      const lab::talker& say);

/// Minus the cross-entropy of every asked image.
[[nodiscard]] std::vector<double> group_scores(const answers& of, const world& in);

}  // namespace segmentation_lab
