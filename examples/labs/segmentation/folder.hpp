// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pool.hpp"

namespace segmentation_lab {

/// Reads the pictures of images/ with the labels of masks/, PNG files of the same names.
[[nodiscard]] pool read_folder(const settings& chosen);

}  // namespace segmentation_lab
