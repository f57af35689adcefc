// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/train/image_shift.hpp>

namespace telltale::detail {

/// Refuses what is no batch of planar pictures of floats.
inline void check_float_images(std::string_view function, const at::Tensor& images) {
  check_images(function, images, 0);
  if (images.dim() != 4 || !images.is_floating_point())
    refuse(function, "inputs",
           "have the shape " + shape_text(images) + " and hold " + at::toString(images.scalar_type()) +
               "; wanted floats (records, channels, height, width)");
}

}  // namespace telltale::detail

namespace telltale::augment {

/// Each image turned, scaled and moved by amounts of its own, in one bilinear resampling; pixels beyond the border are
/// those of the border.
///
/// Angle uniform in +- `rotation` radians, scale uniform in 1 +- `scale`, shift in either direction uniform in +-
/// `shift` of half the width. Images are floats (records, channels, height, width).
/// Throws argument_error for anything else.
struct warp {
  static constexpr std::string_view name = "warp";

  double rotation = 0.15,  ///< largest angle, in radians
      scale = 0.12,        ///< largest change of size, as a share of it
      shift = 0.12;        ///< largest move, as a share of half the width

  [[nodiscard]] std::string text() const {
    return "warp by " + std::to_string(rotation) + ", " + std::to_string(scale) + ", " + std::to_string(shift);
  }

  /// The images after their warps. Cost: 4 multiplications for every number of the images.
  [[nodiscard]] at::Tensor operator()(const at::Tensor& images, std::span<random_stream> draws) const {
    detail::check_float_images("augment::warp", images);
    at::Tensor maps = at::empty({images.size(0), 2, 3}, at::kFloat);
    float* to = maps.data_ptr<float>();
    const auto within = [](random_stream& draw, double reach) { return reach * (2 * draw.uniform() - 1); };
    for (random_stream& draw : draws) {
      const double angle = within(draw, rotation), factor = 1 + within(draw, scale);
      const double right = within(draw, shift), down = within(draw, shift);
      for (const double entry : {std::cos(angle) * factor, -std::sin(angle) * factor, right, std::sin(angle) * factor,
                                 std::cos(angle) * factor, down})
        *to++ = static_cast<float>(entry);
    }
    const at::Tensor grid = at::affine_grid_generator(maps.to(images.options()), images.sizes(), false);
    constexpr int bilinear = 0, border = 1;
    return at::grid_sampler(images, grid, bilinear, border, false);
  }
};

/// Each image with a contrast and a brightness of its own: x (1 + g) + b with g and b uniform in +- `reach`. Images are
/// floats (records, channels, height, width). Throws argument_error for anything else.
struct light {
  static constexpr std::string_view name = "light";

  double reach = 0.2;  ///< of contrast and of brightness

  [[nodiscard]] std::string text() const { return "light by " + std::to_string(reach); }

  [[nodiscard]] at::Tensor operator()(const at::Tensor& images, std::span<random_stream> draws) const {
    detail::check_float_images("augment::light", images);
    at::Tensor changes = at::empty({2, images.size(0), 1, 1, 1}, at::kFloat);
    auto* const gain = changes.data_ptr<float>();
    auto* const offset = gain + images.size(0);
    for (std::size_t i = 0; i < draws.size(); ++i) {
      gain[i] = static_cast<float>(1 + reach * (2 * draws[i].uniform() - 1));
      offset[i] = static_cast<float>(reach * (2 * draws[i].uniform() - 1));
    }
    changes = changes.to(images.options());
    return images * changes[0] + changes[1];
  }
};

}  // namespace telltale::augment
