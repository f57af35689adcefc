// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <telltale/core/concepts.hpp>
#include <telltale/core/detail/joined_text.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/observation/segmentation.hpp>
#include <telltale/scorer/loss.hpp>

namespace telltale {
namespace detail {
inline constexpr std::string_view of_every_pixel = " of every pixel";
}  // namespace detail

/// A classifier's score of every pixel of an image: of `loss` it is minus the structured loss map.
///
/// Threat model: what the score needs, of every pixel; the true mask where the score holds the truth.
/// Formula: s(u, v), 0 where the pixel is ignored. He et al. 2020 take L(u, v) = -log max(p_y(u, v), 1e-30), whose sign
/// is turned here, and whose floor is `floored(answers, 1e-30)` where probabilities of 0 are stored: logits need none.
/// Range: the score's, in its unit. Width: height x width numbers, row by row.
/// Cost: the score's on images x pixels records; `threads` images at a time (0: one a core).
/// Throws argument_error, naming the image, for what the score refuses and an image that is ignored everywhere.
/// Reference: He, Rahimian, Schiele and Fritz 2020, "Segmentations-Leak: membership inference attacks and defenses in
/// semantic image segmentation", section 4.2.
template <class Score = loss>
struct pixel_map {
  static constexpr std::string_view name = detail::joined_text<Score::name, detail::of_every_pixel>::value;
  static constexpr auto needs = Score::needs;
  static constexpr auto holds = detail::holds_of<Score>;

  std::size_t threads = 1;

  [[nodiscard]] static std::size_t width(const Segmentation auto& batch) { return batch.format().pixels(); }

  void operator()(const Segmentation auto& batch, std::span<double> out) const {
    const std::size_t size = batch.format().pixels();
    detail::check_size("pixel_map", "out", out.size(), batch.subjects() * size);
    const bool with_truth = batch.has_masks() || holds != knowledge::nothing;
    detail::for_each_image(batch, with_truth, threads, [&] {
      return [&](std::size_t image, const auto& pixels, std::span<const int> labels) {
        const std::span<double> map = out.subspan(image * size, size);
        Score{}(pixels, map);
        for (std::size_t p = 0; p < size; ++p)
          if (labels[p] == label_maps::no_label) map[p] = 0;
      };
    });
  }
};

}  // namespace telltale
