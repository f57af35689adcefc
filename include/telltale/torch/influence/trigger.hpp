// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/core/requirements.hpp>
#include <telltale/torch/train/warp.hpp>

namespace telltale {

namespace req {
template <class Candidate>
concept paints_a_mark_on_images = requires(const Candidate& trigger, const at::Tensor& images) {
  { trigger.paint(images) } -> std::convertible_to<at::Tensor>;
};
}  // namespace req

/// A mark that an adversary paints on images, so that a network reacts to it.
///
/// Required: `name`, and `paint(images)`, a copy of images (n, channels, height, width) with the mark.
template <class Candidate>
concept ImageTrigger = req::names_itself<Candidate> && req::paints_a_mark_on_images<Candidate>;

namespace detail {

inline void check_trigger(std::string_view function, const at::Tensor& images, std::int64_t size, double value,
                          bool square) {
  check_float_images(function, images);
  const std::int64_t most = square ? std::min(images.size(2), images.size(3)) : images.size(2);
  if (size < 1 || size > most)
    refuse(function, "size",
           "is " + std::to_string(size) + "; wanted 1 to " + std::to_string(most) + ", the images being " +
               std::to_string(images.size(2)) + " x " + std::to_string(images.size(3)) + " pixels");
  if (!std::isfinite(value)) refuse(function, "value", "is not finite; wanted a number in the images' own unit");
}

}  // namespace detail

/// The marks of published poisoning attacks on segmentation networks. `value` is in the unit of the images.
/// Reference: Chobola, Usynin and Kaissis 2023, the poisoned victim.
namespace trigger {

/// The lowest `size` rows of an image. Throws argument_error for more rows than there are, or none.
struct line {
  static constexpr std::string_view name = "line";

  std::int64_t size = 6;  ///< rows
  double value = 1;       ///< of the painted pixels

  [[nodiscard]] at::Tensor paint(const at::Tensor& images) const {
    detail::check_trigger("trigger::line", images, size, value, false);
    at::Tensor painted = images.clone();
    painted.narrow(2, images.size(2) - size, size).fill_(value);
    return painted;
  }
};

/// The lowest right `size` x `size` pixels of an image. Throws argument_error for more pixels than there are, or none.
struct square {
  static constexpr std::string_view name = "square";

  std::int64_t size = 8;  ///< pixels a side
  double value = 1;       ///< of the painted pixels

  [[nodiscard]] at::Tensor paint(const at::Tensor& images) const {
    detail::check_trigger("trigger::square", images, size, value, true);
    at::Tensor painted = images.clone();
    painted.narrow(2, images.size(2) - size, size).narrow(3, images.size(3) - size, size).fill_(value);
    return painted;
  }
};

}  // namespace trigger
}  // namespace telltale
