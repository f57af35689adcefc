// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/detail/joined_text.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/core/random.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/learner/residual.hpp>

namespace telltale {
namespace detail {

inline constexpr std::string_view summed_patches_suffix = ", summed over patches";

/// Refuses inputs that are no images, or smaller than a patch; returns how many places a patch has along either axis.
inline std::pair<std::uint64_t, std::uint64_t> places_of(std::string_view function, const at::Tensor& inputs,
                                                         std::size_t side) {
  const auto length = static_cast<std::int64_t>(side);
  if (inputs.dim() != 4 || inputs.size(2) < length || inputs.size(3) < length)
    refuse(function, "inputs",
           "has the shape " + shape_text(inputs) + "; wanted (subjects, channels, height, width) of at least " +
               std::to_string(side) + " x " + std::to_string(side) + " pixels, the size of a patch");
  return {static_cast<std::uint64_t>(inputs.size(2) - length + 1),
          static_cast<std::uint64_t>(inputs.size(3) - length + 1)};
}

}  // namespace detail

namespace learner {

/// What `summed_patches` fitted.
template <class Fitted>
class fitted_summed_patches {
 public:
  /// `seed` of the places at which an image is asked about.
  fitted_summed_patches(Fitted network, std::size_t patches, std::size_t side, std::uint64_t seed)
      : network_(std::move(network)), patches_(patches), side_(side), seed_(seed) {}

  /// The network that judges patches.
  [[nodiscard]] const Fitted& network() const noexcept { return network_; }

  /// The sum over the patches of an image of their log-odds, float64. The places are drawn once, the same for every
  /// image, so that the evidence of one does not depend on its neighbours. Throws argument_error for images smaller
  /// than a patch.
  [[nodiscard]] at::Tensor log_odds(const at::Tensor& inputs) const {
    const auto [rows, columns] = detail::places_of("summed_patches", inputs, side_);
    random_stream places(seed_, asked_places);
    const auto length = static_cast<std::int64_t>(side_);
    at::Tensor sum;
    for (std::size_t k = 0; k < patches_; ++k) {
      const auto row = static_cast<std::int64_t>(places.below(rows)),
                 column = static_cast<std::int64_t>(places.below(columns));
      const at::Tensor odds = network_.log_odds(inputs.narrow(2, row, length).narrow(3, column, length));
      sum = k == 0 ? odds : sum + odds;
    }
    return sum;
  }

 private:
  // Beside the streams of records, whose number is below 2^32.
  static constexpr std::uint64_t asked_places = std::uint64_t{1} << 32;

  Fitted network_;
  std::size_t patches_, side_;
  std::uint64_t seed_;
};

/// Judges an image by patches: a network is taught on patches at random places, each with the membership of its image,
/// and the log-odds of an image are the sum of those of its patches, as if patches were independent.
///
/// For images that are too large, or too many-sized, for a network of the whole. He et al. 2020 take 6 patches of 90 x
/// 90 an image; the default side is for small images. Every labelled image gets places of its own. The inner learner
/// must not hold out records: patches of one image would be on both sides.
/// Cost: the inner learner's, on `patches` times as many smaller inputs.
/// Reference: He, Rahimian, Schiele and Fritz 2020, "Segmentations-Leak", section 4.2 and its published code.
template <class Inner = residual_on_maps>
struct summed_patches {
  static constexpr std::string_view name = detail::joined_text<Inner::name, detail::summed_patches_suffix>::value;

  Inner inner{};            ///< fits the network of patches
  std::size_t patches = 6;  ///< an image, at least 1
  std::size_t side = 16;    ///< of a patch, at least 1
  std::uint64_t seed = 1;   ///< of the places

  /// Throws argument_error for no patch, one of side 0 or larger than the images, an inner learner that holds out
  /// records, and what the inner learner throws.
  [[nodiscard]] auto fit(const at::Tensor& inputs, std::span<const membership> member) const {
    if (patches == 0) detail::refuse(function, "patches", "is 0; wanted at least 1");
    if (side == 0) detail::refuse(function, "side", "is 0; wanted at least 1");
    if constexpr (requires { inner.training.stop; })
      if (inner.training.stop)
        detail::refuse(function, "inner.training.stop",
                       "holds out records: patches of one image would be on both sides; wanted none");
    const auto [rows, columns] = detail::places_of(function, inputs, side);
    detail::check_size(function, "member", member.size(), static_cast<std::size_t>(inputs.size(0)));
    const auto length = static_cast<std::int64_t>(side);
    std::vector<at::Tensor> shown;
    std::vector<membership> of_patch;
    for (std::int64_t i = 0; i < inputs.size(0); ++i) {
      random_stream places(seed, static_cast<std::uint64_t>(i));
      for (std::size_t k = 0; k < patches; ++k) {
        const auto row = static_cast<std::int64_t>(places.below(rows)),
                   column = static_cast<std::int64_t>(places.below(columns));
        shown.push_back(inputs[i].narrow(1, row, length).narrow(2, column, length));
        of_patch.push_back(member[static_cast<std::size_t>(i)]);
      }
    }
    auto fitted = inner.fit(at::stack(shown), std::span<const membership>(of_patch));
    return fitted_summed_patches<decltype(fitted)>(std::move(fitted), patches, side, seed);
  }

 private:
  static constexpr std::string_view function = "summed_patches";
};

}  // namespace learner
}  // namespace telltale
