// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include <telltale/release/released.hpp>

namespace telltale {

/// Reveals the predicted label and nothing else: what a target without a confidence score does.
///
/// Defence: scorers that need confidences do not compile behind it; whether the label is right still tells members from
/// others (the gap attack). The label is the first of the largest scores.
/// Cost: one comparison a class. Reference: Shokri, Stronati, Song and Shmatikov 2017, section VIII (top-k with k = 1,
/// without its value); Choquette-Choo et al. 2021 for what it leaves.
struct argmax {
  static constexpr std::string_view name = "argmax";
  static constexpr auto rewrites = access_to::label;
  static constexpr auto leaves = access_to::label;
  static constexpr bool clips = false;

  template <Classification Batch>
    requires req::reveals_what_the_release_rewrites<Batch, argmax>
  [[nodiscard]] released<argmax, Batch> operator()(const Batch& batch) const {
    return {*this, batch};
  }

  template <class Scalar, class Then>
  auto reduce(tile<Scalar>& z, const Then& then) const {
    std::array<int, tile<Scalar>::most_rows> predicted;
    eigen<Scalar>::predict(z, predicted);
    label_tile labels(std::span<const int>(predicted).first(z.rows()), z.first());
    return then(labels);
  }
  template <class Then>
  auto reduce(label_tile& labels, const Then& then) const {
    return then(labels);
  }
};

}  // namespace telltale
