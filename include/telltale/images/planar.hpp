// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/images/image.hpp>

namespace telltale::images {

/// Pictures of one size as what a network takes: n x 3 x height x width floats, each v / 127.5 - 1, so in [-1, 1].
///
/// Cost: one pass. Throws argument_error when there is no picture, or one differs in size from the first.
[[nodiscard]] inline std::vector<float> planar(std::span<const rgb_image> pictures) {
  if (pictures.empty()) telltale::detail::refuse("planar", "pictures", "is empty; wanted at least one picture");
  const std::size_t height = pictures.front().height(), width = pictures.front().width(), area = height * width;
  std::vector<float> values(pictures.size() * 3 * area);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const rgb_image& picture = pictures[i];
    if (picture.height() != height || picture.width() != width)
      telltale::detail::refuse("planar", "pictures",
                               "picture " + std::to_string(i) + " is " + std::to_string(picture.height()) + " x " +
                                   std::to_string(picture.width()) + "; wanted " + std::to_string(height) + " x " +
                                   std::to_string(width) + ", as the first");
    for (std::size_t channel = 0; channel < 3; ++channel) {
      float* const plane = values.data() + (i * 3 + channel) * area;
      for (std::size_t pixel = 0; pixel < area; ++pixel)
        plane[pixel] = static_cast<float>(picture.bytes()[3 * pixel + channel]) / 127.5F - 1;
    }
  }
  return values;
}

/// The same for one picture: 3 x height x width.
[[nodiscard]] inline std::vector<float> planar(const rgb_image& picture) { return planar(std::span(&picture, 1)); }

}  // namespace telltale::images
