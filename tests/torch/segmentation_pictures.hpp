// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/ATen.h>

#include <cstdint>

#include <telltale/torch/segmentation/images_with_masks.hpp>
#include <telltale/torch/train/seeded_generators.hpp>

namespace oracle {

/// Bright discs on noise, `side` x `side` pixels of three channels, and where they are: what a small network learns in
/// seconds.
[[nodiscard]] inline telltale::images_with_masks discs(std::int64_t count, std::uint64_t seed, std::int64_t side = 16) {
  const telltale::detail::seeded_generators seeded(seed, at::kCPU);
  const at::Tensor place = at::arange(side, at::kFloat) + 0.5;
  const at::Tensor centres = (at::rand({count, 2, 1, 1}) * 0.5 + 0.25) * static_cast<double>(side),
                   radii = (at::rand({count, 1, 1}) * 0.15 + 0.15) * static_cast<double>(side);
  const at::Tensor down = place.view({1, side, 1}) - centres.select(1, 0),
                   right = place.view({1, 1, side}) - centres.select(1, 1);
  const at::Tensor inside = (down * down + right * right) < radii * radii;
  const at::Tensor colours = at::rand({count, 3, 1, 1}) * 0.5 + 0.5;
  return {at::rand({count, 3, side, side}) * 0.5 + inside.unsqueeze(1).to(at::kFloat) * colours, inside.to(at::kLong)};
}

}  // namespace oracle
