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

  /// No images.
  label_maps() = default;

  /// A view of stored labels; `ignored` is the stored value of pixels without a class, if there is one.
  template <std::integral Stored>
  label_maps(std::span<const Stored> values, std::size_t images, std::size_t height, std::size_t width,
             std::optional<int> ignored = std::nullopt)
      : values_(values.data()),
        read_(&read_stored<Stored>),
        images_(images),
        height_(height),
        width_(width),
        ignored_(ignored) {
    detail::check_size("label_maps", "values", values.size(), images * height * width);
  }

  /// Maps, one an image.
  [[nodiscard]] std::size_t images() const noexcept { return images_; }
  /// Rows of pixels an image.
  [[nodiscard]] std::size_t height() const noexcept { return height_; }
  /// Pixels a row.
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  /// Pixels an image.
  [[nodiscard]] std::size_t pixels() const noexcept { return height_ * width_; }
  /// The stored label that says that a pixel belongs to no class.
  [[nodiscard]] std::optional<int> ignored() const noexcept { return ignored_; }

  /// Copies the labels of one image, ignored pixels as `no_label`. Throws argument_error naming image and pixel where a
  /// label is none of 0 ... classes - 1, and an image that is ignored at every pixel.
  void read(std::size_t image, std::size_t classes, std::span<int> out) const {
    detail::check_size("label_maps", "out", out.size(), pixels());
    if (!read_(*this, image, classes, out))
      detail::refuse("segmentation", "masks", "image " + std::to_string(image) + " is ignored at every pixel");
  }

 private:
  // Known by its type once an image, not once a pixel.
  template <class Stored>
  static bool read_stored(const label_maps& from, std::size_t image, std::size_t classes, std::span<int> out) {
    const Stored* const stored = static_cast<const Stored*>(from.values_) + image * from.pixels();
    const int ignored = from.ignored_.value_or(0);
    const bool ignores = from.ignored_.has_value();
    bool labelled = false;
    for (std::size_t p = 0; p < out.size(); ++p) {
      const auto label = +stored[p];  // a bool or char as a number
      if (ignores && std::cmp_equal(label, ignored)) {
        out[p] = no_label;
        continue;
      }
      if (std::cmp_less(label, 0) || std::cmp_greater_equal(label, classes))
        from.refuse_label(image, p, std::to_string(label), classes);
      out[p] = static_cast<int>(label);
      labelled = true;
    }
    return labelled;
  }

  [[noreturn, gnu::cold]] void refuse_label(std::size_t image, std::size_t pixel, const std::string& stored,
                                            std::size_t classes) const {
    detail::refuse(
        "segmentation", "masks",
        "image " + std::to_string(image) + " has label " + stored + " at row " + std::to_string(pixel / width_) +
            ", column " + std::to_string(pixel % width_) + "; wanted 0 to " + std::to_string(classes - 1) +
            (ignored_ ? ", or " + std::to_string(*ignored_) + " to ignore it" : ", or the label that says ignore"));
  }

  const void* values_ = nullptr;
  bool (*read_)(const label_maps&, std::size_t, std::size_t, std::span<int>) = nullptr;
  std::size_t images_ = 0, height_ = 0, width_ = 0;
  std::optional<int> ignored_;
};

namespace detail {

/// Calls use(first, count) for every run of equal labels: adding 1 a pixel to a counter waits for the last addition.
template <class Use>
void for_each_run(std::span<const int> labels, const Use& use) {
  for (std::size_t first = 0, end = 0; first < labels.size(); first = end) {
    while (end < labels.size() && labels[end] == labels[first]) ++end;
    use(first, end - first);
  }
}

}  // namespace detail
}  // namespace telltale
