// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/concepts.hpp>
#include <telltale/core/detail/joined_text.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/observation/segmentation.hpp>

/// How much of a class an answer gives to a pixel: its probability, or 1 where the class is the predicted label.
namespace telltale::dice_by {
/// By how much probability the answer gives to each class.
struct probabilities {
  static constexpr std::string_view name = "Dice";
  static constexpr auto needs = access_to::confidence;
};
/// By the predicted label of each pixel.
struct labels {
  static constexpr std::string_view name = "Dice of predicted labels";
  static constexpr auto needs = access_to::label;
};
}  // namespace telltale::dice_by

/// Over which classes the Dice coefficient of an image is averaged; `counts(c, size)` of class c with `size` true
/// pixels.
namespace telltale::over_classes {
/// All but class 0, the background; of two classes the foreground.
struct but_the_first {
  static constexpr std::string_view name{};
  static constexpr bool counts(std::size_t c, double) noexcept { return c > 0; }
};
/// All of them.
struct all {
  static constexpr std::string_view name = ", all classes";
  static constexpr bool counts(std::size_t, double) noexcept { return true; }
};
/// Those of the image's mask.
struct in_the_mask {
  static constexpr std::string_view name = ", classes of the mask";
  static constexpr bool counts(std::size_t, double size) noexcept { return size > 0; }
};
}  // namespace telltale::over_classes

namespace telltale {
namespace detail {

/// What a map and a mask share, class by class, over the pixels of an image that are not ignored: pixels of the class,
/// how much the answer gives to it, and how much of that lies on pixels of the class.
struct class_overlaps {
  std::vector<double> covered, predicted, sizes;

  explicit class_overlaps(std::size_t classes) : covered(classes), predicted(classes), sizes(classes) {}
};

/// Calls use(image, overlaps) for every image, on `threads` threads. Throws what `for_each_image` does.
template <class Overlap, class Use>
void for_each_overlap(const Segmentation auto& batch, std::size_t threads, const Use& use) {
  using B = backend_of<decltype(batch)>;
  for_each_image(batch, true, threads, [&] {
    return [&, own = class_overlaps(batch.format().classes)](std::size_t image, const auto& pixels,
                                                             std::span<const int> labels) mutable {
      for (std::vector<double>* const each : {&own.covered, &own.predicted, &own.sizes})
        std::fill(each->begin(), each->end(), 0.0);
      for_each_run(labels, [&](std::size_t first, std::size_t count) {
        if (labels[first] != label_maps::no_label)
          own.sizes[static_cast<std::size_t>(labels[first])] += static_cast<double>(count);
      });
      pixels.for_each_block([&](auto& block, std::size_t first, std::size_t rows) {
        const std::span<const int> truth = labels.subspan(first, rows);
        if constexpr (Overlap::needs == access_to::label)
          B::add_predicted(block, truth, own.covered, own.predicted);
        else
          B::add_posteriors(block, truth, own.covered, own.predicted);
      });
      use(image, std::as_const(own));
    };
  });
}

/// The mean Dice coefficient of the classes that count, NaN where none does.
template <class Classes>
[[nodiscard]] double mean_dice(const class_overlaps& of, double smoothing) {
  double sum = 0, count = 0;
  for (std::size_t c = 0; c < of.sizes.size(); ++c) {
    if (!Classes::counts(c, of.sizes[c])) continue;
    sum += (2 * of.covered[c] + smoothing) / (of.predicted[c] + of.sizes[c] + smoothing);
    count += 1;
  }
  return sum / count;
}

}  // namespace detail

/// Minus the Dice loss of an image: how well the answer covers the true mask.
///
/// Threat model: class probabilities of every pixel (`dice_by::probabilities`) or its label (`dice_by::labels`); the
/// true mask.
/// Formula: mean over classes c of (2 sum_p q_c(p) [y(p) = c] + s) / (sum_p q_c(p) + sum_p [y(p) = c] + s) - 1, over
/// pixels that are not ignored; q_c is the probability or the prediction, s = `smoothing`. Without it an absent class
/// would be 0 / 0.
/// Range: [-1, 0], up to 1e-4 above 0 where stored probabilities sum to more than 1. Of one image, never of a batch:
/// Dice is not linear.
/// Cost: one exp a class and pixel; `threads` images at a time (0: one a core).
/// Throws argument_error, naming the image, for what is no answer and an image that is ignored everywhere; for a
/// smoothing that is not positive.
/// Reference: Milletari, Navab and Ahmadi 2016, "V-Net", section 3 (with probabilities, not their squares, as
/// segmentation_models_pytorch computes it); the global attack of Chobola, Usynin and Kaissis 2023.
template <class Overlap = dice_by::probabilities, class Classes = over_classes::but_the_first>
struct dice {
  static constexpr std::string_view name = detail::joined_text<Overlap::name, Classes::name>::value;
  static constexpr auto needs = Overlap::needs;
  static constexpr auto holds = knowledge::truth;

  double smoothing = 1;
  std::size_t threads = 1;

  void operator()(const Segmentation auto& batch, std::span<double> out) const {
    detail::check_size("dice", "out", out.size(), batch.subjects());
    if (!(smoothing > 0 && std::isfinite(smoothing)))
      detail::refuse("dice", "smoothing", "is " + std::to_string(smoothing) + "; wanted a positive number");
    detail::for_each_overlap<Overlap>(batch, threads, [&](std::size_t image, const detail::class_overlaps& overlaps) {
      out[image] = detail::mean_dice<Classes>(overlaps, smoothing) - 1;
    });
  }
};

}  // namespace telltale
