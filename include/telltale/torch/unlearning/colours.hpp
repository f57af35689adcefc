// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/ATen.h>

namespace telltale::detail {

// Colours are (records, 3, height, width) in [0, 1], factors (records, 1, 1, 1).

/// Luma: 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), (records, 1, height, width).
[[nodiscard]] inline at::Tensor grey_of(const at::Tensor& colours) {
  return 0.299 * colours.narrow(1, 0, 1) + 0.587 * colours.narrow(1, 1, 1) + 0.114 * colours.narrow(1, 2, 1);
}

/// (1 - factor) other + factor colours, cut off at 0 and 1.
[[nodiscard]] inline at::Tensor blended(const at::Tensor& colours, const at::Tensor& other, const at::Tensor& factor) {
  return (factor * colours + (1 - factor) * other).clamp(0, 1);
}

/// Colours turned around the circle of hues by a part of it, saturation and value kept: RGB to HSV and back.
[[nodiscard]] inline at::Tensor turned_hues(const at::Tensor& colours, const at::Tensor& turn) {
  const at::Tensor value = colours.amax(1, true), spread = value - colours.amin(1, true);
  const at::Tensor grey = spread == 0, by = at::where(grey, at::ones_like(spread), spread);
  const at::Tensor red = colours.narrow(1, 0, 1), green = colours.narrow(1, 1, 1), blue = colours.narrow(1, 2, 1);
  const at::Tensor sixths = at::where(red == value, (green - blue) / by,
                                      at::where(green == value, (blue - red) / by + 2, (red - green) / by + 4));
  const at::Tensor hue = sixths + 6 * turn;
  // The component of each n in {5, 3, 1} is value - spread max(0, min(k, 4 - k, 1)), k = (n + hue) mod 6.
  const auto component = [&](double n) {
    const at::Tensor k = at::remainder(hue + n, 6);
    return value - spread * at::minimum(k, 4 - k).clamp(0, 1);
  };
  return at::cat({component(5), component(3), component(1)}, 1);
}

}  // namespace telltale::detail
