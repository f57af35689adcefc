// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <telltale/core/error.hpp>

namespace telltale {

/// The true class of every pixel of n images, in place in whatever type of integer stores it; a view that never owns.
///
/// Shapes: images x height x width, row by row. Pixels whose label is `ignored` belong to no class (255 in Cityscapes).
/// Values are checked as they are read. Throws argument_error unless the span has exactly that many elements.
class label_maps {
 public:
  /// What `read` makes of an ignored pixel.
  static constexpr int no_label = -1;

  label_maps() = default;

  template <std::integral Stored>
  label_maps(std::span<const Stored> values, std::size_t images, std::size_t height, std::size_t width,
             std::optional<int> ignored = std::nullopt)
      : values_(values.data()),
        load_([](const void* from, std::size_t at) {
          const Stored value = static_cast<const Stored*>(from)[at];
          return std::in_range<int>(value) ? std::optional<int>(static_cast<int>(value)) : std::nullopt;
        }),
        images_(images),
        height_(height),
        width_(width),
        ignored_(ignored) {
    detail::check_size("label_maps", "values", values.size(), images * height * width);
  }

  [[nodiscard]] std::size_t images() const noexcept { return images_; }
  [[nodiscard]] std::size_t height() const noexcept { return height_; }
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  [[nodiscard]] std::size_t pixels() const noexcept { return height_ * width_; }
  [[nodiscard]] std::optional<int> ignored() const noexcept { return ignored_; }

  /// Copies the labels of one image, ignored pixels as `no_label`, and says whether any pixel has one. Throws
  /// argument_error naming image and pixel where a label is none of 0 ... classes - 1.
  [[nodiscard]] bool read(std::size_t image, std::size_t classes, std::span<int> out) const {
    detail::check_size("label_maps", "out", out.size(), pixels());
    bool labelled = false;
    for (std::size_t p = 0; p < out.size(); ++p) {
      const std::optional<int> stored = load_(values_, image * pixels() + p);
      if (stored && stored == ignored_) {
        out[p] = no_label;
        continue;
      }
      if (!stored || !std::in_range<std::size_t>(*stored) || static_cast<std::size_t>(*stored) >= classes)
        refuse_label(image, p, stored, classes);
      out[p] = *stored;
      labelled = true;
    }
    return labelled;
  }

 private:
  [[noreturn, gnu::cold]] void refuse_label(std::size_t image, std::size_t pixel, const std::optional<int>& stored,
                                            std::size_t classes) const {
    detail::refuse(
        "segmentation", "masks",
        "image " + std::to_string(image) + " has label " +
            (stored ? std::to_string(*stored) : "beyond the range of int") + " at row " +
            std::to_string(pixel / width_) + ", column " + std::to_string(pixel % width_) + "; wanted 0 to " +
            std::to_string(classes - 1) +
            (ignored_ ? ", or " + std::to_string(*ignored_) + " to ignore it" : ", or the label that says ignore"));
  }

  const void* values_ = nullptr;
  std::optional<int> (*load_)(const void*, std::size_t) = nullptr;
  std::size_t images_ = 0, height_ = 0, width_ = 0;
  std::optional<int> ignored_;
};

}  // namespace telltale
