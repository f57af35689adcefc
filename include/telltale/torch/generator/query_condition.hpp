// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/train/augment.hpp>
#include <telltale/torch/train/image_shift.hpp>
#include <telltale/torch/train/warp.hpp>

namespace telltale {

/// In what condition the adversary has the query picture: a part of the threat model, since a copy found on the web is
/// seldom the training file to the pixel. It decides how scores of pixels compare with scores of embeddings.
///
/// A condition is what an augmentation is, with a name that reports print; pictures are (n, channels, height, width) in
/// [-1, 1] and stay in it. Optional, of one with parameters: `text()`, which gives them in words.
template <class Policy>
concept QueryCondition = Augmentation<Policy>;

namespace query {

/// The training picture itself.
struct exact : augment::none {
  static constexpr std::string_view name = "exact";
};

/// The picture moved by some pixels, mirrored at the borders: another crop of it.
struct shifted {
  static constexpr std::string_view name = "shifted";

  std::int64_t down = 2,  ///< pixels, less than the height
      right = 1;          ///< pixels, less than the width

  [[nodiscard]] std::string text() const {
    return "shifted by " + std::to_string(down) + " and " + std::to_string(right) + " pixels";
  }

  /// Throws argument_error for pictures that are not larger than the shift.
  [[nodiscard]] at::Tensor operator()(const at::Tensor& pictures, std::span<random_stream>) const {
    detail::check_float_images("query::shifted", pictures);
    if (std::abs(down) >= pictures.size(2) || std::abs(right) >= pictures.size(3))
      detail::refuse("query::shifted", "pictures",
                     "have the shape " + detail::shape_text(pictures) + "; wanted more pixels than the shift of " +
                         std::to_string(down) + " and " + std::to_string(right));
    const at::TensorOptions whole = pictures.options().dtype(at::kLong);
    return detail::shifted_images(pictures, at::full({pictures.size(0)}, down, whole),
                                  at::full({pictures.size(0)}, right, whole));
  }
};

/// The picture mirrored left to right.
struct mirrored {
  static constexpr std::string_view name = "mirrored";

  /// Throws argument_error for what is no batch of float pictures.
  [[nodiscard]] at::Tensor operator()(const at::Tensor& pictures, std::span<random_stream>) const {
    detail::check_float_images("query::mirrored", pictures);
    return pictures.flip({3});
  }
};

/// Another exposure: v -> factor v + offset on the scale from 0 to 1, cut off at 0 and 1.
struct darkened {
  static constexpr std::string_view name = "darkened";

  double factor = 0.6,  ///< of the brightness
      offset = 0.1;     ///< added on the scale from 0 to 1

  [[nodiscard]] std::string text() const {
    return "darkened to " + std::to_string(factor) + " v + " + std::to_string(offset);
  }

  /// Throws argument_error for what is no batch of float pictures.
  [[nodiscard]] at::Tensor operator()(const at::Tensor& pictures, std::span<random_stream>) const {
    detail::check_float_images("query::darkened", pictures);
    return ((pictures + 1) * factor + 2 * offset - 1).clamp(-1, 1);
  }
};

/// Normal noise on every pixel, cut off at -1 and 1; `deviation` on the scale from -1 to 1.
struct noisy {
  static constexpr std::string_view name = "noisy";

  double deviation = 0.3;  ///< standard deviation, on the scale from -1 to 1

  [[nodiscard]] std::string text() const { return "noise of " + std::to_string(deviation); }

  /// Throws argument_error for what is no batch of float pictures. Cost: a normal for every number of the pictures.
  [[nodiscard]] at::Tensor operator()(const at::Tensor& pictures, std::span<random_stream> draws) const {
    detail::check_float_images("query::noisy", pictures);
    at::Tensor noise = at::empty(pictures.sizes(), at::kDouble);
    auto* to = noise.data_ptr<double>();
    const std::int64_t pixels = pictures.numel() / pictures.size(0);
    for (random_stream& draw : draws)
      for (std::int64_t i = 0; i < pixels; ++i) *to++ = draw.normal();
    return (pictures + noise.to(pictures.options()) * deviation).clamp(-1, 1);
  }
};

}  // namespace query

/// The query pictures as the adversary has them; what a condition draws depends on (seed, place of the picture) alone.
template <QueryCondition Condition>
[[nodiscard]] at::Tensor in_condition(const Condition& condition, const at::Tensor& pictures, std::uint64_t seed = 1) {
  std::vector<random_stream> draws;
  draws.reserve(static_cast<std::size_t>(pictures.size(0)));
  for (std::int64_t i = 0; i < pictures.size(0); ++i) draws.emplace_back(seed, static_cast<std::uint64_t>(i));
  return condition(pictures, std::span<random_stream>(draws));
}

}  // namespace telltale
