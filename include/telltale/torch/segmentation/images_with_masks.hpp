// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/train/tensor_dataset.hpp>

namespace telltale {

/// Images and the true class of every pixel: what a segmentation network learns from.
struct images_with_masks {
  at::Tensor images;         ///< (n, channels, height, width), floats
  at::Tensor masks;          ///< (n, height, width), int64: 0 to classes - 1, or `ignored`; class 0 is the background
  std::int64_t classes = 2;  ///< how many classes, the background included
  std::optional<std::int64_t> ignored = std::nullopt;  ///< the label of pixels that belong to no class, 255 mostly

  /// How many images; 0 where they are undefined.
  [[nodiscard]] std::int64_t size() const { return images.defined() ? images.size(0) : 0; }
};

namespace detail {

/// Refuses images and masks that do not fit, or are none: what anything that learns from them begins with.
/// One pass over both.
inline void check(const images_with_masks& data, std::string_view function) {
  const auto shape = [](const at::Tensor& tensor) {
    return tensor.defined() ? "have the shape " + shape_text(tensor) + " and hold " + at::toString(tensor.scalar_type())
                            : std::string("are undefined");
  };
  const at::Tensor &images = data.images, &masks = data.masks;
  if (!images.defined() || images.dim() != 4 || images.numel() == 0 || !images.is_floating_point())
    refuse(function, "images", shape(images) + "; wanted floats (n, channels, height, width), none of them 0");
  if (!masks.defined() || masks.scalar_type() != at::kLong || masks.dim() != 3 || masks.size(0) != images.size(0) ||
      masks.size(1) != images.size(2) || masks.size(2) != images.size(3))
    refuse(function, "masks",
           shape(masks) + "; wanted Long (" + std::to_string(images.size(0)) + ", " + std::to_string(images.size(2)) +
               ", " + std::to_string(images.size(3)) + "), a label for every pixel");
  if (data.classes < 2) refuse(function, "classes", "is " + std::to_string(data.classes) + "; wanted at least 2");
  check_finite_tensor(function, "images", images);
  const at::Tensor counts = data.ignored ? masks != *data.ignored : at::ones_like(masks, at::kBool);
  const at::Tensor bad = at::logical_and(counts, at::logical_or(masks < 0, masks >= data.classes));
  if (bad.any().item<bool>()) {
    const at::Tensor first = bad.nonzero()[0].cpu();
    const auto at_ = [&](std::int64_t axis) { return first[axis].item<std::int64_t>(); };
    refuse(function, "masks",
           "image " + std::to_string(at_(0)) + " has label " +
               std::to_string(masks[at_(0)][at_(1)][at_(2)].item<std::int64_t>()) + " at row " +
               std::to_string(at_(1)) + ", column " + std::to_string(at_(2)) + "; wanted 0 to " +
               std::to_string(data.classes - 1) +
               (data.ignored ? ", or " + std::to_string(*data.ignored) + " to ignore it"
                             : ", or the label that says ignore"));
  }
  const at::Tensor empty = counts.flatten(1).any(1).logical_not();
  if (empty.any().item<bool>())
    refuse(function, "masks",
           "image " + std::to_string(empty.nonzero()[0][0].item<std::int64_t>()) + " is ignored at every pixel");
}

}  // namespace detail

/// Those images, in that order; one may be named more than once. Copies them.
/// Throws argument_error for a number that is none of an image.
[[nodiscard]] inline images_with_masks chosen(const images_with_masks& from, std::span<const std::int64_t> which) {
  for (const std::int64_t i : which)
    if (i < 0 || i >= from.size())
      detail::refuse("chosen", "which",
                     "names image " + std::to_string(i) + "; there are " + std::to_string(from.size()));
  at::Tensor index = at::empty({static_cast<std::int64_t>(which.size())}, at::kLong);
  std::copy(which.begin(), which.end(), index.data_ptr<std::int64_t>());
  images_with_masks result = from;
  result.images = from.images.index_select(0, index.to(from.images.device()));
  if (from.masks.defined()) result.masks = from.masks.index_select(0, index.to(from.masks.device()));
  return result;
}

}  // namespace telltale
