// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/concepts.hpp>
#include <telltale/core/detail/joined_text.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/observation/segmentation.hpp>

/// How much of a class an answer gives to a pixel: `soft` its probability, `hard` 1 where the class is predicted.
namespace telltale::overlap {
struct soft {
  static constexpr std::string_view name = "Dice";
  static constexpr auto needs = access_to::confidence;
};
struct hard {
  static constexpr std::string_view name = "Dice of predicted labels";
  static constexpr auto needs = access_to::label;
};
}  // namespace telltale::overlap

/// Over which classes the Dice coefficient of an image is averaged; `counts(c, size)` of class c with `size` true
/// pixels.
namespace telltale::over_classes {
/// All but class 0, the background; of two classes the foreground.
struct but_the_first {
  static constexpr std::string_view name = "";
  static constexpr bool counts(std::size_t c, std::size_t) noexcept { return c > 0; }
};
/// All of them.
struct all {
  static constexpr std::string_view name = ", all classes";
  static constexpr bool counts(std::size_t, std::size_t) noexcept { return true; }
};
/// Those of the image's mask.
struct in_the_mask {
  static constexpr std::string_view name = ", classes of the mask";
  static constexpr bool counts(std::size_t, std::size_t size) noexcept { return size > 0; }
};
}  // namespace telltale::over_classes

namespace telltale {

/// Minus the Dice loss of an image: how well the answer covers the true mask.
///
/// Threat model: class probabilities of every pixel (`overlap::soft`) or its label (`overlap::hard`); the true mask.
/// Formula: mean over classes c of (2 sum_p q_c(p) [y(p) = c] + s) / (sum_p q_c(p) + sum_p [y(p) = c] + s) - 1, over
/// pixels that are not ignored; q_c is the probability or the prediction, s = `smoothing`. Without it an absent class
/// would be 0 / 0. Range: [-1, 0]. Of one image, never of a batch: Dice is not linear.
/// Cost: one exp a class and pixel; `threads` images at a time (0: one a core). Throws argument_error, naming the
/// image, for what is no answer, an image that is ignored everywhere, and a mask that has none of the classes averaged
/// over; for a smoothing that is not positive. Reference: Milletari, Navab and Ahmadi 2016, "V-Net", section 3 (with
/// probabilities, not their squares, as segmentation_models_pytorch computes it); the global attack of Chobola, Usynin
/// and Kaissis 2023.
template <class Overlap = overlap::soft, class Classes = over_classes::but_the_first>
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
    using B = backend_of<decltype(batch)>;
    const std::size_t classes = batch.format().classes;
    detail::for_each_image(batch, true, threads, [&] {
      return [&, covered = std::vector<double>(classes), predicted = std::vector<double>(classes),
              sizes = std::vector<std::size_t>(classes)](std::size_t image, const auto& pixels,
                                                         std::span<const int> labels) mutable {
        covered.assign(classes, 0);
        predicted.assign(classes, 0);
        sizes.assign(classes, 0);
        for (const int label : labels)
          if (label != label_maps::no_label) ++sizes[static_cast<std::size_t>(label)];
        pixels.for_each_block([&](auto& block, std::size_t first, std::size_t rows) {
          const std::span<const int> truth = labels.subspan(first, rows);
          if constexpr (needs == access_to::label)
            B::add_predicted(block, truth, covered, predicted);
          else
            B::add_posteriors(block, truth, covered, predicted);
        });
        double sum = 0;
        std::size_t count = 0;
        for (std::size_t c = 0; c < classes; ++c) {
          if (!Classes::counts(c, sizes[c])) continue;
          sum += (2 * covered[c] + smoothing) / (predicted[c] + static_cast<double>(sizes[c]) + smoothing);
          ++count;
        }
        out[image] = sum / static_cast<double>(count) - 1;
      };
    });
  }
};

}  // namespace telltale
