// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <telltale/core/random.hpp>
#include <telltale/release/released.hpp>

namespace telltale {

/// Reveals probabilities with Gaussian noise, clipped from below and normalised again.
///
/// Threat model: the adversary sees noisy probabilities; differences below sigma are hidden. Each row has its own
/// stream of the seed, so that asking twice gives the same answer and averaging repeated questions wins nothing; an
/// adversary with several queries of a record averages them. It is no differential privacy of the training set.
/// Formula: q_c = max(p_c + sigma g_c, floor), p'_c = q_c / sum q, g standard normal. `floor` is a named part of the
/// policy: noise makes negative numbers, and no probability is released as 0; `records_touched()` counts the records it
/// clipped.
/// Cost: one normal draw and one exp a class.
/// Throws argument_error unless sigma >= 0 is finite and 0 < floor < 0.5, and where the answers' type cannot hold the
/// floor as a normal number.
/// Reference: the additive noise that Jia, Salem, Backes, Zhang and Gong 2019 (MemGuard) compare with.
class noise {
 public:
  static constexpr std::string_view name = "noise";
  static constexpr auto rewrites = access_to::confidence;
  static constexpr auto leaves = access_to::confidence;
  static constexpr bool clips = true;

  /// Noise of standard deviation sigma, drawn from a seed; no probability is released below the floor.
  explicit noise(double sigma, std::uint64_t seed = 1, double floor = 1e-6)
      : sigma_(sigma), floor_(floor), seed_(seed) {
    if (!(sigma >= 0 && std::isfinite(sigma)))
      detail::refuse("noise", "sigma", "is " + std::to_string(sigma) + "; wanted a finite number of at least 0");
    if (!(floor > 0 && floor < 0.5))
      detail::refuse("noise", "floor", "is " + std::to_string(floor) + "; wanted a number in (0, 0.5)");
  }

  /// The same policy with other draws: of image `part`, where every pixel of an image is a row.
  [[nodiscard]] noise for_part(std::size_t part) const {
    const philox::block block = philox::at(seed_, 0x6e6f'6973'65, part);
    return noise(sigma_, (std::uint64_t{block[1]} << 32) | block[0], floor_);
  }

  template <Classification Batch>
    requires req::reveals_what_the_release_rewrites<Batch, noise>
  [[nodiscard]] released<noise, Batch> operator()(const Batch& batch) const {
    if (floor_ < double(std::numeric_limits<typename Batch::scalar>::min()))
      detail::refuse("noise", "floor", "is no normal number of the type that stores the answers");
    return {*this, batch};
  }

  template <class Scalar, class Touched>
  void rewrite(tile<Scalar>& z, const Touched& touched) const {
    detail::to_probabilities(z);
    for (std::size_t i = 0; i < z.rows(); ++i) {
      random_stream random(seed_, z.first() + i);
      double sum = 0;
      bool clipped = false;
      for (std::size_t c = 0; c < z.classes(); ++c) {
        double q = double(z.at(i, c)) + sigma_ * random.normal();
        if (!(q >= floor_)) {
          q = floor_;
          clipped = true;
        }
        z.at(i, c) = Scalar(q);
        sum += q;
      }
      for (std::size_t c = 0; c < z.classes(); ++c) z.at(i, c) = Scalar(double(z.at(i, c)) / sum);
      if (clipped) touched(i);
    }
  }

 private:
  double sigma_, floor_;
  std::uint64_t seed_;
};

}  // namespace telltale
