// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/images/image.hpp>
#include <telltale/images/resample.hpp>

namespace telltale::images {
namespace detail {

/// A byte already multiplied by its alpha, over a background's, on the gamma-encoded bytes.
inline std::uint8_t laid_over(unsigned premultiplied, unsigned alpha, unsigned background) {
  return static_cast<std::uint8_t>(std::min(255U, premultiplied + (background * (255 - alpha) + 127) / 255));
}

}  // namespace detail

/// Something cut out of its background: colours with how much each pixel covers, 0 (not at all) to 255.
///
/// Colours are multiplied by alpha (black where nothing covers), as fonts store them: only so is a mean of pixels the
/// mean of what is seen. Shape of alpha: height x width. Throws argument_error when alpha has another number of pixels
/// than the colours, and where no pixel covers more than half, so that no object could be seen.
class cutout {
 public:
  /// `name` says what it is, in messages.
  cutout(rgb_image premultiplied, std::vector<std::uint8_t> alpha, std::string name)
      : colours_(std::move(premultiplied)), alpha_(std::move(alpha)), name_(std::move(name)) {
    telltale::detail::check_size("cutout", "alpha", alpha_.size(), colours_.height() * colours_.width());
    if (std::none_of(alpha_.begin(), alpha_.end(), covers))
      telltale::detail::refuse("cutout", "alpha", "of '" + name_ + "' is nowhere above one half; wanted an object");
  }

  /// Whether a pixel of this alpha belongs to the object.
  [[nodiscard]] static constexpr bool covers(std::uint8_t alpha) noexcept { return alpha > 127; }

  /// Pixels from top to bottom.
  [[nodiscard]] std::size_t height() const noexcept { return colours_.height(); }
  /// Pixels from left to right.
  [[nodiscard]] std::size_t width() const noexcept { return colours_.width(); }
  /// The colours, multiplied by alpha.
  [[nodiscard]] const rgb_image& premultiplied() const noexcept { return colours_; }
  /// How much each pixel covers, height x width, row by row.
  [[nodiscard]] std::span<const std::uint8_t> alpha() const noexcept { return alpha_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  rgb_image colours_;
  std::vector<std::uint8_t> alpha_;
  std::string name_;
};

/// A cut-out lying on a background: its colours, and which pixels are the object's (1) or the background's (0).
struct masked_picture {
  rgb_image picture;               ///< the cut-out on the background
  std::vector<std::uint8_t> mask;  ///< height x width
};

/// Resizes the cut-out to height x width pixels, as `resized` does, and lays it on `background`, its upper left corner
/// at row `top` and column `left`. A pixel is c + b (255 - a) / 255, and the object's where a > 127; inside a sharp
/// border it may come out some percent too bright, as Lanczos' window overshoots there.
///
/// Throws argument_error when the cut-out would not lie inside, and as `resized` does.
[[nodiscard]] inline masked_picture laid_on(rgb_image background, const cutout& object, std::size_t height,
                                            std::size_t width, std::size_t top, std::size_t left) {
  if (height > background.height() || top > background.height() - height || width > background.width() ||
      left > background.width() - width)
    telltale::detail::refuse("laid_on", "height, width, top, left",
                             std::to_string(height) + " x " + std::to_string(width) + " at (" + std::to_string(top) +
                                 ", " + std::to_string(left) + ") is not inside " +
                                 std::to_string(background.height()) + " x " + std::to_string(background.width()));
  std::vector<std::uint8_t> grey;
  grey.reserve(object.alpha().size() * 3);
  for (const std::uint8_t alpha : object.alpha()) grey.insert(grey.end(), 3, alpha);
  const rgb_image alphas = resized({object.height(), object.width(), std::move(grey)}, height, width);
  const rgb_image colours = resized(object.premultiplied(), height, width);
  const std::size_t across = background.width();
  masked_picture laid{std::move(background), {}};
  laid.mask.resize(laid.picture.height() * across);
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t from = (y * width + x) * 3, to = (top + y) * across + left + x;
      const unsigned alpha = alphas.bytes()[from];
      laid.mask[to] = cutout::covers(static_cast<std::uint8_t>(alpha)) ? 1 : 0;
      for (std::size_t channel = 0; channel < 3; ++channel) {
        std::uint8_t& value = laid.picture.bytes()[to * 3 + channel];
        value = detail::laid_over(colours.bytes()[from + channel], alpha, value);
      }
    }
  return laid;
}

}  // namespace telltale::images
