// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/core/concepts.hpp>
#include <telltale/core/detail/joined_text.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/observation/segmentation.hpp>
#include <telltale/scorer/loss.hpp>

/// Which pixels of an image count. A policy has a `name`, says in `holds` whether it needs the true mask, and
/// `mark(labels, width, counts)` sets counts[p] to 1 for every pixel that counts and to 0 for the others, from the
/// labels of the image, row by row; an ignored pixel never counts. Cost: O(pixels).
namespace telltale::over_pixels {

/// Every pixel that is not ignored.
struct everywhere {
  static constexpr std::string_view name = "over all pixels";
  static constexpr auto holds = knowledge::nothing;

  static void mark(std::span<const int> labels, std::size_t, std::span<std::uint8_t> counts) {
    for (std::size_t p = 0; p < labels.size(); ++p) counts[p] = labels[p] != label_maps::no_label;
  }
};

/// Pixels beside one of another class, above, below, left or right: where networks are least sure, and where what was
/// learned by heart shows. An image of one class has none, and is refused by the scorer.
struct boundary {
  static constexpr std::string_view name = "over the boundary";
  static constexpr auto holds = knowledge::truth;

  static void mark(std::span<const int> labels, std::size_t width, std::span<std::uint8_t> counts) {
    for (std::uint8_t& count : counts) count = 0;
    const auto compare = [&](std::size_t p, std::size_t q) {
      if (labels[p] == labels[q] || labels[p] == label_maps::no_label || labels[q] == label_maps::no_label) return;
      counts[p] = counts[q] = 1;
    };
    for (std::size_t p = 0; p < labels.size(); ++p) {
      if (p % width + 1 < width) compare(p, p + 1);
      if (p + width < labels.size()) compare(p, p + width);
    }
  }
};

}  // namespace telltale::over_pixels

namespace telltale {
namespace detail {
inline constexpr std::string_view then_pixels = ", mean ";
}  // namespace detail

/// The mean of a classifier's score over the pixels of an image: of the loss, the margin, the entropy, whether the
/// label is right.
///
/// Threat model: what the score needs, of every pixel; the true mask where score or policy hold the truth.
/// Formula: (1 / |P|) sum over p in P of s(p), P the pixels that count (`over_pixels::everywhere`,
/// `over_pixels::boundary`).
/// Range: the score's, in its unit.
/// Cost: the score's on images x pixels records, and a mark a pixel; `threads` images at a time (0: one a core), the
/// result does not depend on it.
/// Throws argument_error, naming the image, for what the score refuses, an image that is ignored everywhere, and one
/// without a boundary.
/// Reference: Chobola, Usynin and Kaissis 2023, "Membership inference attacks against semantic segmentation models",
/// and He, Rahimian, Schiele and Fritz 2020, "Segmentations-Leak", use the loss; the boundary is ours.
template <class Score = loss, class Where = over_pixels::everywhere>
struct mean_over_pixels {
  static constexpr std::string_view name = detail::joined_text<Score::name, detail::then_pixels, Where::name>::value;
  static constexpr auto needs = Score::needs;
  static constexpr auto holds = detail::holds_of<Score> | Where::holds;

  std::size_t threads = 1;

  void operator()(const Segmentation auto& batch, std::span<double> out) const {
    detail::check_size("mean_over_pixels", "out", out.size(), batch.subjects());
    const map_format format = batch.format();
    const bool with_truth = batch.has_masks() || holds != knowledge::nothing;
    detail::for_each_image(batch, with_truth, threads, [&] {
      return [&, scores = std::vector<double>(format.pixels()), counts = std::vector<std::uint8_t>(format.pixels())](
                 std::size_t image, const auto& pixels, std::span<const int> labels) mutable {
        Score{}(pixels, std::span<double>(scores));
        Where::mark(labels, format.width, counts);
        double sum = 0;
        std::size_t count = 0;
        for (std::size_t p = 0; p < scores.size(); ++p) {
          sum += counts[p] ? scores[p] : 0;
          count += counts[p];
        }
        if (count == 0)
          detail::refuse("segmentation", "masks",
                         "all pixels are of one class, so there is no boundary; leave such images out, or score them "
                         "over all pixels");
        out[image] = sum / static_cast<double>(count);
      };
    });
  }
};

}  // namespace telltale
