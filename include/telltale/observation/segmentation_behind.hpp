// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/observation/rewritten.hpp>
#include <telltale/observation/segmentation.hpp>

namespace telltale {
namespace detail {

// A policy that draws at random draws anew for every image.
template <class Policy>
[[nodiscard]] Policy policy_for(const Policy& policy, std::size_t image) {
  if constexpr (requires { policy.for_part(image); })
    return policy.for_part(image);
  else
    return policy;
}
}  // namespace detail

/// What is left of the answers of a segmentation network behind a rewrite of classifiers, pixel by pixel. It answers to
/// `Segmentation`, so that rewrites chain; nothing is copied.
///
/// Threat model: as of `Batch`, less what `Policy` takes away at every pixel.
/// Shapes: those of the batch.
/// Cost: the batch's and the policy's, again for each scorer; memory: one block of pixels.
/// Throws nothing here, and what the batch throws as answers are read.
template <class Policy, class Batch>
class segmentation_behind {
 public:
  static constexpr std::string_view name = Batch::name;
  using backend = typename Batch::backend;
  using family = typename Batch::family;
  using scalar = typename Batch::scalar;
  using pixels = rewritten<Policy, typename Batch::pixels>;
  static constexpr access_to reveals = pixels::reveals;

  /// Keeps both by value; a batch is a view.
  constexpr segmentation_behind(Policy policy, Batch batch) : policy_(std::move(policy)), batch_(std::move(batch)) {}

  [[nodiscard]] std::size_t subjects() const noexcept { return batch_.subjects(); }
  [[nodiscard]] const map_format& format() const noexcept { return batch_.format(); }
  [[nodiscard]] bool has_masks() const noexcept { return batch_.has_masks(); }
  [[nodiscard]] const label_maps& masks() const { return batch_.masks(); }
  [[nodiscard]] pixels pixels_of(std::size_t image, std::span<const int> labels) const {
    return {detail::policy_for(policy_, image), batch_.pixels_of(image, labels)};
  }

  /// The images in which the policy clipped a value at some pixel. One pass over the answers.
  [[nodiscard]] std::size_t records_touched() const
    requires(Policy::clips)
  {
    const std::vector<int> labels(format().pixels(), 0);
    std::size_t images = 0;
    for (std::size_t i = 0; i < subjects(); ++i) images += pixels_of(i, labels).records_touched() > 0;
    return images;
  }

 private:
  [[no_unique_address]] Policy policy_;
  Batch batch_;
};

}  // namespace telltale
