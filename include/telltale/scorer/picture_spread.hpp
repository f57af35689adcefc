// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <telltale/core/concepts.hpp>
#include <telltale/core/detail/joined_text.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/observation/generation.hpp>

namespace telltale {

/// How generated pictures are looked at: by their pixels or by their embeddings. A policy has a `name`;
/// `of_pictures(batch)` gives the rows that are looked at, and `scale(batch)` the number that their squared deviation
/// is divided by.
namespace seen_as {

/// By their pixels: the deviation is one a pixel.
struct pixels {
  static constexpr std::string_view name = "pixels";

  [[nodiscard]] static const auto& of_pictures(const Generation auto& batch) { return batch.generated(); }
  [[nodiscard]] static double scale(const Generation auto& batch) {
    return static_cast<double>(batch.format().pixels());
  }
};

/// By their embeddings: the deviation is that of the whole vector.
struct embeddings {
  static constexpr std::string_view name = "embeddings";

  [[nodiscard]] static const auto& of_pictures(const Generation auto& batch) { return batch.generated_embeddings(); }
  [[nodiscard]] static double scale(const Generation auto&) { return 1; }
};

}  // namespace seen_as

namespace detail {
inline constexpr std::string_view spread_prefix = "spread of the pictures, ";
}  // namespace detail

/// How close the r pictures that a generator makes of one caption lie together, the spread negated: what was memorised
/// comes out the same whatever the noise.
///
/// Threat model: at least two pictures of each caption, and the caption; no query picture.
/// Formula: -sqrt((1/r) sum_j |y_j - m|^2 / s), m the mean of the y_j, s the number of pixels (1 for embeddings).
/// Range: at most 0; pixels in their own unit, embeddings in the encoder's.
/// Cost: two passes over the pictures or their embeddings.
/// Throws argument_error where there is one picture a caption, where the observation lacks a part, where `out` is not
/// one number a subject, and for a value that is not finite.
/// Reference: none, ours, beside the six attacks of Wu et al. 2022.
template <class As = seen_as::pixels>
struct picture_spread {
  static constexpr std::string_view name = detail::joined_text<detail::spread_prefix, As::name>::value;
  static constexpr auto needs = access_to::generation;
  static constexpr auto holds = knowledge::caption;

  void operator()(const Generation auto& batch, std::span<double> out) const {
    detail::check_size("picture_spread", "out", out.size(), batch.subjects());
    if (batch.pictures() < 2)
      detail::refuse("picture_spread", "generated",
                     "holds 1 picture of each caption; wanted at least 2, which a "
                     "spread is taken of");
    backend_of<decltype(batch)>::squared_deviations(As::of_pictures(batch), out);
    for (double& value : out) value = -std::sqrt(value / As::scale(batch));
    detail::check_finite("picture_spread", "score", out);
  }
};

}  // namespace telltale
