// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/backend/label_maps.hpp>
#include <telltale/core/concepts.hpp>
#include <telltale/core/detail/parallel.hpp>
#include <telltale/core/error.hpp>
#include <telltale/observation/classification.hpp>

namespace telltale {

namespace family {
/// The observations of a segmentation network: class scores, or predicted labels, of every pixel of images.
struct segmentation {};
}  // namespace family

/// How the numbers of an output map are an image: class by class, each row by row (`classes`, `height`, `width`).
struct map_format {
  std::size_t classes = 0, height = 0, width = 0;

  /// Pixels an image: height x width.
  [[nodiscard]] constexpr std::size_t pixels() const noexcept { return height * width; }
  friend constexpr bool operator==(const map_format&, const map_format&) = default;
};

namespace req {
template <class Batch>
concept answers_pixel_by_pixel = std::same_as<typename Batch::family, family::segmentation> &&
                                 requires(const Batch& batch, std::size_t image, std::span<const int> labels) {
                                   { batch.format() } -> std::convertible_to<map_format>;
                                   { batch.masks() } -> std::convertible_to<label_maps>;
                                   { batch.has_masks() } -> std::convertible_to<bool>;
                                   { batch.pixels_of(image, labels) } -> Classification;
                                 };
}  // namespace req

/// Any observation of a segmentation network, released through a policy or not; a subject is an image. Scorers
/// constrain on it. An image is a batch of pixels: `pixels_of(image, labels)` is a `Classification`, so that every
/// scorer of a classifier judges pixels as well.
///
/// Required, beside what `Observation` asks: `format()`, classes and extents of an image; `masks()`, the true class of
/// every pixel, throwing argument_error where there are none; `has_masks()`, whether there are; `pixels_of(image,
/// labels)`, the pixels of an image as records of a classifier with these true classes. Optional: `pixels`, the type of
/// such a batch.
template <class Batch>
concept Segmentation = Observation<Batch> && req::answers_pixel_by_pixel<Batch>;

/// What a segmentation network answered to n images, and their true masks where the adversary has them.
///
/// Threat model: black box; the adversary submits images and sees for every pixel what `Reveals` says: class scores
/// from `confidence` on, otherwise the predicted label. It views the caller's arrays and copies nothing.
/// Shapes: maps n x classes x (height width), at least 2 classes; masks n x height x width, labels in [0, classes) or
/// the one that says ignore.
/// Throws argument_error when shapes disagree; values are checked as they are read.
/// Cost: none for class scores; one pass over predicted labels.
template <class Backend, access_to Reveals = access_to::logits>
class segmentation {
 public:
  static constexpr std::string_view name = "segmentation";
  static constexpr access_to reveals = Reveals;
  using backend = Backend;
  using family = telltale::family::segmentation;
  using scalar = typename Backend::scalar;
  using view = typename Backend::view;  ///< an array of the caller's, images x classes x pixels
  using pixels = classification<Backend, Reveals>;

  /// Class scores: a view of images x classes x pixels. One channel only is the foreground of two classes: give both.
  segmentation(view maps, const map_format& format, const label_maps& masks = {}, stored_as form = stored_as::logits)
    requires(covers(Reveals, access_to::confidence))
      : maps_(maps), format_(format), masks_(masks), subjects_(maps.subjects()), form_(form) {
    if (maps.queries() != format.classes || maps.classes() != format.pixels())
      detail::refuse(name, "maps",
                     "has " + std::to_string(maps.queries()) + " x " + std::to_string(maps.classes()) +
                         " numbers an image; wanted " + text_of(format));
    check_format();
  }

  /// Predicted labels, image by image; they are checked here.
  segmentation(std::span<const int> predicted, const map_format& format, const label_maps& masks = {})
    requires(!covers(Reveals, access_to::confidence))
      : predicted_(predicted), format_(format), masks_(masks) {
    check_pixels();
    subjects_ = predicted.size() / format.pixels();
    detail::check_size(name, "predicted", predicted.size(), subjects_ * format.pixels());
    check_format();
    for (std::size_t at = 0; at < predicted.size(); ++at)
      if (predicted[at] < 0 || !std::cmp_less(predicted[at], format.classes))
        detail::refuse(name, "predicted",
                       "has label " + std::to_string(predicted[at]) + " at pixel " +
                           std::to_string(at % format.pixels()) + " of image " + std::to_string(at / format.pixels()) +
                           "; wanted 0 to " + std::to_string(format.classes - 1));
  }

  /// Images.
  [[nodiscard]] std::size_t subjects() const noexcept { return subjects_; }
  [[nodiscard]] const map_format& format() const noexcept { return format_; }
  [[nodiscard]] bool has_masks() const noexcept { return masks_.images() > 0; }
  /// The true masks. Throws argument_error where there are none.
  [[nodiscard]] const label_maps& masks() const {
    if (!has_masks()) detail::refuse(name, "masks", "were not given; the scorer needs them");
    return masks_;
  }

  /// The pixels of an image as records of a classifier, their true classes in `labels`.
  [[nodiscard]] pixels pixels_of(std::size_t image, std::span<const int> labels) const {
    if constexpr (covers(Reveals, access_to::confidence))
      return pixels(Backend::across(maps_, image), labels, form_);
    else
      return pixels(predicted_.subspan(image * format_.pixels(), format_.pixels()), labels);
  }

 private:
  [[nodiscard]] static std::string text_of(const map_format& format) {
    return std::to_string(format.classes) + " classes of " + std::to_string(format.height) + " x " +
           std::to_string(format.width) + " pixels";
  }

  void check_pixels() const {
    if (format_.pixels() == 0) detail::refuse(name, "format", "has no pixel: " + text_of(format_));
  }

  void check_format() const {
    check_pixels();
    if (format_.classes < 2)
      detail::refuse(name, "format",
                     "has " + text_of(format_) +
                         "; wanted at least 2 classes: a single channel is the foreground, so add the background's "
                         "(0 beside a logit, 1 - p beside a probability)");
    if (!has_masks()) return;
    if (masks_.images() != subjects_)
      detail::refuse(name, "masks",
                     "has " + std::to_string(masks_.images()) + " images; the maps have " + std::to_string(subjects_));
    if (masks_.height() != format_.height || masks_.width() != format_.width)
      detail::refuse(name, "masks",
                     "are " + std::to_string(masks_.height()) + " x " + std::to_string(masks_.width()) +
                         " pixels; the maps are " + std::to_string(format_.height) + " x " +
                         std::to_string(format_.width));
  }

  view maps_{};
  std::span<const int> predicted_{};
  map_format format_;
  label_maps masks_;
  std::size_t subjects_ = 0;
  stored_as form_ = stored_as::logits;
};

namespace detail {

/// Calls a worker (image, pixels, labels) for every image, on `threads` threads (0: one a core), each with a worker of
/// its own made by `make()`. `labels` has one entry a pixel, `label_maps::no_label` where it is ignored; where the
/// truth is not asked for all pixels have label 0. Scratch: the labels of one image a thread.
///
/// Throws argument_error naming the image: for answers that a classifier does not give, and, where the truth is asked
/// for, for a label out of range and for an image none of whose pixels is labelled.
template <class Batch, class Make>
void for_each_image(const Batch& batch, bool with_truth, std::size_t threads, const Make& make) {
  const map_format format = batch.format();
  if (with_truth) static_cast<void>(batch.masks());
  in_parallel(batch.subjects(), threads, [&]() -> std::function<void(std::size_t)> {
    return [&, worker = make(), labels = std::vector<int>(format.pixels(), 0),
            classes = std::vector<int>(format.pixels(), 0)](std::size_t image) mutable {
      if (with_truth) {
        batch.masks().read(image, format.classes, labels);
        for (std::size_t p = 0; p < labels.size(); ++p) classes[p] = labels[p] == label_maps::no_label ? 0 : labels[p];
      }
      try {
        worker(image, batch.pixels_of(image, classes), std::span<const int>(labels));
      } catch (const argument_error& failure) {
        std::string reason = failure.reason();
        if (reason.starts_with("row ")) reason.replace(0, 3, "pixel");
        refuse("segmentation", failure.argument(), "image " + std::to_string(image) + ": " + reason);
      }
    };
  });
}

}  // namespace detail
}  // namespace telltale
