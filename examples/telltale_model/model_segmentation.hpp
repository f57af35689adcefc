// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common.hpp"

namespace tool {

/// Adds the command `segmentation`: attacks on a segmentation network whose rule is a network, with the thresholds
/// beside them.
void add_model_segmentation(program& state);

}  // namespace tool
