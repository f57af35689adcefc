// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <telltale/images/image.hpp>

namespace telltale::images {

/// Pictures of one size with the label of every pixel: `names[i]` says where picture i comes from.
struct masked_pictures {
  std::vector<rgb_image> pictures;  ///< all of one size
  std::vector<std::uint8_t> masks;  ///< n x height x width
  std::vector<std::string> names;   ///< one for each picture
};

}  // namespace telltale::images
