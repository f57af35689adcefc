// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/accounting/mechanism.hpp>
#include <telltale/torch/dp_sgd/random_source.hpp>

namespace telltale {
namespace detail {

/// Standard normals by Box and Muller from words of 64 bits, float64 on the host: two of every two words.
[[nodiscard]] inline at::Tensor normals_of(const std::vector<std::uint64_t>& words, std::int64_t count) {
  const auto pairs = static_cast<std::int64_t>(words.size() / 2);
  at::Tensor uniform = at::empty({2, pairs}, at::kDouble);
  auto* const first = uniform.data_ptr<double>();
  for (std::int64_t i = 0; i < pairs; ++i) {
    const auto at_ = static_cast<std::size_t>(2 * i);
    first[i] = 1 - static_cast<double>(words[at_] >> 11) * 0x1.0p-53;  // (0, 1]: its logarithm is finite
    first[pairs + i] = static_cast<double>(words[at_ + 1] >> 11) * 0x1.0p-53;
  }
  const at::Tensor radius = at::sqrt(-2 * at::log(uniform[0])), angle = uniform[1] * (2 * std::numbers::pi);
  return at::cat({radius * at::cos(angle), radius * at::sin(angle)}).narrow(0, 0, count);
}

}  // namespace detail

/// Gaussian noise on a sum of clipped gradients: N(0, (multiplier C)^2) on every number, C the bound of the clipping.
///
/// Drawn in float64 on the host, independently for every step, parameter and number, and rounded to the parameter's
/// type. A multiplier of 0 adds none and promises nothing.
/// Throws argument_error unless the multiplier is at least 0 and finite.
/// Reference: Abadi, Chu, Goodfellow, McMahan, Mironov, Talwar and Zhang 2016, algorithm 1.
template <RandomSource Source = random_source::seeded>
class gaussian_noise {
 public:
  static constexpr std::string_view name = "Gaussian";

  /// `source` is where the random bits come from.
  explicit gaussian_noise(double multiplier, Source source = {}) : multiplier_(multiplier), source_(std::move(source)) {
    detail::check_inside("gaussian_noise", "multiplier", multiplier, multiplier >= 0 && std::isfinite(multiplier),
                         "a finite value of at least 0");
  }

  /// The standard deviation over the bound C of the clipping.
  [[nodiscard]] double multiplier() const noexcept { return multiplier_; }

  /// Adds the noise of one step to a parameter's sum.
  void add_to(at::Tensor& sum, double bound, std::uint64_t step, std::size_t parameter) const {
    if (multiplier_ == 0) return;
    const std::int64_t numbers = sum.numel(), drawn = numbers * Source::draws;
    std::vector<std::uint64_t> words(static_cast<std::size_t>(drawn + drawn % 2));
    source_.fill(words, step, parameter);
    at::Tensor noise = detail::normals_of(words, drawn);
    if constexpr (Source::draws > 1) noise = noise.view({Source::draws, numbers}).sum(0) / std::sqrt(Source::draws);
    noise.mul_(multiplier_ * bound);
    sum.add_(noise.view(sum.sizes()).to(sum.device(), sum.scalar_type()));
  }

 private:
  double multiplier_;
  [[no_unique_address]] Source source_;
};

}  // namespace telltale
