// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>

#include <telltale/release/released.hpp>

namespace telltale {

/// Reveals probabilities rounded to a number of decimals.
///
/// Threat model: the adversary sees the rounded row as it is, which need not sum to 1. Differences below the last
/// decimal vanish; confident members tie at exactly 1. A probability that becomes 0 or 1 makes a margin infinite, which
/// a scorer refuses: name a floor behind the release, `floored(rounding{2}(batch), 1e-3)`, which counts what it
/// touches.
/// Formula: round(10^d p_c) / 10^d, halves away from 0.
/// Cost: one exp a class.
/// Throws argument_error unless d is 1 to 15.
/// Reference: Shokri, Stronati, Song and Shmatikov 2017, section VIII.
class rounding {
 public:
  static constexpr std::string_view name = "rounding";
  static constexpr auto rewrites = access_to::confidence;
  static constexpr auto leaves = access_to::confidence;
  static constexpr bool clips = false;

  /// To that many decimals, d, 1 to 15.
  explicit rounding(int decimals) : scale_(std::pow(10.0, decimals)) {
    if (decimals < 1 || decimals > 15)
      detail::refuse("rounding", "decimals", "is " + std::to_string(decimals) + "; wanted 1 to 15");
  }

  template <Classification Batch>
    requires req::reveals_what_the_release_rewrites<Batch, rounding>
  [[nodiscard]] released<rounding, Batch> operator()(const Batch& batch) const {
    return {*this, batch};
  }

  template <class Scalar, class Touched>
  void rewrite(tile<Scalar>& z, const Touched&) const {
    detail::to_probabilities(z);
    for (Scalar& p : z.values()) p = Scalar(std::round(double(p) * scale_) / scale_);
  }

 private:
  double scale_;
};

}  // namespace telltale
