// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "defences.hpp"

namespace segmentation_lab {

/// "DP-SGD, noise 0.5".
[[nodiscard]] std::string private_name(double noise);

/// DP-SGD on images, at this multiplier; the facts say epsilon and delta.
[[nodiscard]] answers train_privately(double noise, const defended_training& with);

/// A student that learns the hard masks which the network without a defence gives to images of nobody.
[[nodiscard]] answers distil(const defended_training& with);

}  // namespace segmentation_lab
