// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include <telltale/core/concepts.hpp>
#include <telltale/core/detail/joined_text.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/observation/generation.hpp>
#include <telltale/scorer/over_pictures.hpp>

namespace telltale {
namespace detail {
inline constexpr std::string_view smoothness_prefix = "smoothness, ";
}  // namespace detail

/// How smooth generated pictures are, the quality that pixels show: what a generator knows well has less grain.
///
/// Threat model: pictures generated of the caption, and the caption; no query picture.
/// Formula: over j of minus the mean of |pixel - its right neighbour| and |pixel - its lower neighbour| of y_j.
/// Range: at most 0, in the unit of pixels. It stands in for the quality that a network learns from pixels; a subject
/// that is itself rich in detail looks grainy. Policies: over::mean, best, mean_picture.
/// Cost: one pass over the pictures.
/// Throws argument_error where the observation has no pictures, where they have one pixel, and where `out` is not one
/// number a subject.
/// Reference: none, ours, for the quality that attack I-P of Wu et al. 2022 learns from pixels.
template <class Over = over::mean>
struct smoothness {
  static constexpr std::string_view name = detail::joined_text<detail::smoothness_prefix, Over::name>::value;
  static constexpr auto needs = access_to::generation;
  static constexpr auto holds = knowledge::caption;

  void operator()(const Generation auto& batch, std::span<double> out) const {
    using B = backend_of<decltype(batch)>;
    detail::check_size("smoothness", "out", out.size(), batch.subjects());
    const auto& format = batch.format();
    if (format.height * format.width < 2)
      detail::refuse("smoothness", "format", "has pictures of 1 x 1 pixels, which have no neighbours");
    Over::template apply<B>(batch.generated(), out, [&](const auto& generated, std::span<double> each) {
      B::neighbour_differences(generated, format, each);
      for (double& value : each) value = -value;
    });
    detail::check_finite("smoothness", "score", out);
  }
};

}  // namespace telltale
