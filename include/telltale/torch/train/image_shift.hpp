// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/backend/tensor_view.hpp>

namespace telltale::detail {

/// Refuses what is no batch of images (records, ..., height, width) larger than `pixels` in both directions.
inline void check_images(std::string_view function, const at::Tensor& images, std::size_t pixels) {
  const auto reach = static_cast<std::int64_t>(pixels);
  if (images.dim() < 3 || images.size(-1) <= reach || images.size(-2) <= reach)
    refuse(function, "inputs",
           "have the shape " + shape_text(images) + "; wanted images (records, ..., height, width) of more than " +
               std::to_string(pixels) + " pixels in height and width");
}

/// Where offset + 0, offset + 1, ... lie in an image of `extent` pixels that is mirrored about its outermost pixels, as
/// padding by "reflect" has it: -1 is pixel 1. Any shape of offsets, with the extent as a further dimension.
[[nodiscard]] inline at::Tensor reflected_pixels(const at::Tensor& offset, std::int64_t extent) {
  const at::Tensor at_pixel = offset.unsqueeze(-1) + at::arange(extent, offset.options());
  return (extent - 1) - ((extent - 1) - at_pixel.abs()).abs();
}

/// Each image moved by an offset of its own: pixel (r, c) of the result is pixel (r + down, c + right) of the image,
/// mirrored at the borders. Offsets are integers, one an image, smaller than height and width.
[[nodiscard]] inline at::Tensor shifted_images(const at::Tensor& images, const at::Tensor& down,
                                               const at::Tensor& right) {
  const std::int64_t records = images.size(0), height = images.size(-2), width = images.size(-1);
  const at::Tensor row = reflected_pixels(down, height).unsqueeze(2),
                   column = reflected_pixels(right, width).unsqueeze(1);
  const at::Tensor planes = images.reshape({records, -1, height * width});
  const at::Tensor from = (row * width + column).reshape({records, 1, height * width}).expand_as(planes);
  return planes.gather(2, from).reshape(images.sizes());
}

}  // namespace telltale::detail
