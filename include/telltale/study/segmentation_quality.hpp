// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <numeric>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/observation/segmentation.hpp>
#include <telltale/scorer/dice.hpp>

namespace telltale {

/// How well a segmentation network predicts the masks of a set of images: the utility that a defence costs. Each in
/// [0, 1], larger is better, of predicted labels, over pixels that are not ignored.
struct segmentation_quality {
  /// Mean over images of the Dice coefficient, smoothing 1, mean over the classes but the background: `dice<hard>` + 1.
  double dice = 0;
  /// Mean over the classes that occur, in a mask or an answer, of the set's intersection over union; not by image.
  double mean_iou = 0;
  /// The share of pixels, of the whole set, whose label is right.
  double pixel_accuracy = 0;
};

/// The quality of answers whose masks are known, which need reveal no more than labels. Works on `threads` images at a
/// time (0: one a core); the result does not depend on it. Cost: one pass over the answers, and 24 bytes a class and
/// image. Throws argument_error for no image and no mask, and, naming the image, for what is no answer, a label out of
/// range and an image ignored everywhere.
[[nodiscard]] segmentation_quality quality_of(const Segmentation auto& answers, std::size_t threads = 1) {
  if (answers.subjects() == 0) detail::refuse("quality_of", "answers", "has no image; wanted at least 1");
  const std::size_t classes = answers.format().classes, images = answers.subjects();
  std::vector<double> dices(images);
  std::vector<detail::class_overlaps> kept(images, detail::class_overlaps(classes));
  detail::for_each_overlap<dice_by::labels>(
      answers, threads, [&](std::size_t image, const detail::class_overlaps& overlaps) {
        dices[image] = detail::mean_dice<over_classes::but_the_first>(overlaps, 1);
        kept[image] = overlaps;
      });
  double right = 0, pixels = 0, ious = 0, occurring = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    double covered = 0, either = 0;
    for (const detail::class_overlaps& each : kept) {
      covered += each.covered[c];
      either += each.predicted[c] + each.sizes[c] - each.covered[c];
      pixels += each.sizes[c];
    }
    right += covered;
    if (either == 0) continue;
    ious += covered / either;
    occurring += 1;
  }
  return {std::accumulate(dices.begin(), dices.end(), 0.0) / static_cast<double>(images), ious / occurring,
          right / pixels};
}

}  // namespace telltale
