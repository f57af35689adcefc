// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/core/requirements.hpp>
#include <telltale/torch/train/image_shift.hpp>
#include <telltale/torch/train/policy_text.hpp>

namespace telltale {

namespace req {
template <class Policy>
concept puts_records_in_several_ways = requires(const Policy& policy, const at::Tensor& inputs, std::size_t query) {
  { policy.count() } -> std::convertible_to<std::size_t>;
  { policy(inputs, query) } -> std::convertible_to<at::Tensor>;
};
}  // namespace req

/// In how many ways a model is asked about one record.
///
/// Required: `name`; `count()`, the number of queries; and a const call `policy(inputs, query)` that makes one of them
/// for a whole batch. Optional, of one with parameters: `text()`, which gives them in words.
template <class Policy>
concept QueryPolicy = req::names_itself<Policy> && req::puts_records_in_several_ways<Policy>;

/// How records are put to a model; images are (records, ..., height, width). The several answers to one record are the
/// columns of its signal, and pooling them is the rule's.
namespace asked {

/// Each record once, as it is.
struct as_given {
  static constexpr std::string_view name = "as given";

  [[nodiscard]] static constexpr std::size_t count() noexcept { return 1; }
  [[nodiscard]] at::Tensor operator()(at::Tensor inputs, std::size_t) const { return inputs; }
};

/// Each image moved by -pixels, -pixels + stride, ... in height and, faster, in width, mirrored at the borders: with
/// stride 1 (2 pixels + 1)^2 queries.
///
/// Reference: Carlini, Chien, Nasr, Song, Terzis and Tramer 2022; order and borders from their published code
/// (inference.py, `shift` and `stride`), from reading, not run.
struct shifted {
  static constexpr std::string_view name = "shifted";

  std::size_t pixels = 1;  ///< the largest move, in pixels
  std::size_t stride = 1;  ///< pixels from one move to the next, at least 1

  [[nodiscard]] std::string text() const {
    return "shifted by up to " + std::to_string(pixels) + " in steps of " + std::to_string(stride);
  }

  /// Throws argument_error when the stride is 0.
  [[nodiscard]] std::size_t count() const { return steps() * steps(); }

  /// Throws argument_error for images that are not larger than the largest move.
  [[nodiscard]] at::Tensor operator()(const at::Tensor& images, std::size_t query) const {
    detail::check_images("asked::shifted", images, pixels);
    const at::Tensor row = pixels_of(images, query / steps(), images.size(-2)),
                     column = pixels_of(images, query % steps(), images.size(-1));
    return images.index_select(-2, row).index_select(-1, column);
  }

 private:
  [[nodiscard]] std::size_t steps() const {
    if (stride == 0) detail::refuse("asked::shifted", "stride", "is 0; wanted at least 1");
    return 2 * pixels / stride + 1;
  }
  [[nodiscard]] at::Tensor pixels_of(const at::Tensor& images, std::size_t step, std::int64_t extent) const {
    const auto offset = static_cast<std::int64_t>(step * stride) - static_cast<std::int64_t>(pixels);
    return detail::reflected_pixels(at::full({}, offset, images.options().dtype(at::kLong)), extent);
  }
};

/// The queries of another policy, then the same of the image mirrored left to right: 2 queries of the image itself, and
/// 18 by `mirrored{shifted{1}}`.
///
/// Reference: as for `shifted`, whose code asks for these (`reflect`) unless told otherwise.
template <QueryPolicy Inner = as_given>
struct mirrored {
  static constexpr std::string_view name = "mirrored";

  [[no_unique_address]] Inner inner{};  ///< the queries of the image itself

  [[nodiscard]] std::string text() const { return detail::text_of(inner) + " and mirrored"; }
  [[nodiscard]] std::size_t count() const { return 2 * inner.count(); }

  /// The first half of the queries is of the images, the second of their mirror images. Throws argument_error for what
  /// is no batch of images, and what the inner policy throws.
  [[nodiscard]] at::Tensor operator()(const at::Tensor& images, std::size_t query) const {
    detail::check_images("asked::mirrored", images, 0);
    const std::size_t half = inner.count();
    return query < half ? inner(images, query) : inner(images.flip({-1}), query - half);
  }
};
mirrored() -> mirrored<>;
template <class Inner>
mirrored(Inner) -> mirrored<Inner>;

}  // namespace asked
}  // namespace telltale
