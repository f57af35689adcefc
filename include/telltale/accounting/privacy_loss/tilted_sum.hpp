// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include <unsupported/Eigen/FFT>

#include <telltale/accounting/privacy_loss/tilt.hpp>

namespace telltale::detail {

/// delta(epsilon) of a sum of independent losses on a lattice, with a bound on everything that computing it adds.
///
/// The law P of the sum is found by FFT after multiplying it by e^(tilt loss), so that the losses that decide about the
/// wanted delta are its bulk, and rounding is relative to that delta, however small, instead of to 1. Added up in
/// `slack`, in units of e^(K - tilt epsilon), K the logarithm of the tilted mass: what wraps around the window
/// (Chernoff) and the rounding of both transforms and of the powers (norm-wise, a posteriori from the spectrum itself).
/// Memory: about 4 doubles a point.
class tilted_sum {
 public:
  tilted_sum(std::span<const loss_lattice> parts, double spacing, double tilt, double most_points)
      : spacing_(spacing), tilt_(tilt) {
    double log_finite = 0, variance = 0, steps = 0;
    std::vector<std::vector<double>> tilted;
    for (const loss_lattice& part : parts) {
      tilted.push_back(tilt_of(part));
      variance += part.times * variance_of(tilted.back());
      log_finite += part.times * std::log1p(-part.infinite);
      steps += part.times;
    }
    infinite_ = -std::expm1(log_finite);
    relative_ = 1e-13 * steps;
    constexpr double log_outside = -23;  // 1e-10
    const loss_window window = window_of(parts, spacing, tilt, spacing * std::sqrt(variance), log_outside);
    const double width = static_cast<double>(window.last) - static_cast<double>(window.first) + 1;
    if (!(width <= most_points)) {
      refuse("privacy_loss", "mechanisms",
             "need a grid of " + std::to_string(std::llround(std::min(width, 1e18))) +
                 " points for the error asked for; wanted fewer steps, a larger `error` or more `most_points`");
    }
    first_ = window.first;
    const std::size_t points = std::bit_ceil(static_cast<std::size_t>(std::max(width, 16.0)));
    slack_ = 2 * std::exp(log_outside);
    compose(parts, tilted, points);
  }

  [[nodiscard]] std::size_t points() const noexcept { return law_.size(); }

  /// The smallest epsilon >= 0 of which this sum is sure that delta(epsilon) <= delta.
  [[nodiscard]] double epsilon_above(double delta) const {
    if (!(infinite_ < delta)) return std::numeric_limits<double>::infinity();
    return epsilon(std::log(delta - infinite_), 1);
  }
  /// The largest epsilon >= 0 of which it is sure that delta(epsilon) >= delta, or 0.
  [[nodiscard]] double epsilon_below(double delta) const {
    if (!(infinite_ < delta)) return std::numeric_limits<double>::infinity();
    return epsilon(std::log(delta - infinite_), -1);
  }
  /// Bounds on delta(epsilon).
  [[nodiscard]] double delta_above(double epsilon) const { return std::min(1.0, infinite_ + delta(epsilon, 1)); }
  [[nodiscard]] double delta_below(double epsilon) const { return infinite_ + std::max(0.0, delta(epsilon, -1)); }

 private:
  [[nodiscard]] std::vector<double> tilt_of(const loss_lattice& part) {
    const double rough = log_mgf(part, spacing_, tilt_);
    std::vector<double> result(part.mass.size());
    double sum = 0;
    for (std::size_t k = 0; k < result.size(); ++k) {
      if (part.mass[k] == 0) continue;
      const double loss = spacing_ * static_cast<double>(part.first + static_cast<std::int64_t>(k));
      sum += result[k] = part.mass[k] * std::exp(tilt_ * loss - rough);
    }
    for (double& each : result) each /= sum;
    log_mass_ += part.times * (rough + std::log(sum));
    return result;
  }

  [[nodiscard]] static double variance_of(const std::vector<double>& law) noexcept {
    double mean = 0, sum = 0;
    for (std::size_t k = 0; k < law.size(); ++k) mean += law[k] * static_cast<double>(k);
    for (std::size_t k = 0; k < law.size(); ++k) {
      const double off = static_cast<double>(k) - mean;
      sum += law[k] * (off * off);
    }
    return sum;
  }

  void compose(std::span<const loss_lattice> parts, const std::vector<std::vector<double>>& tilted,
               std::size_t points) {
    Eigen::FFT<double> fft(Eigen::default_fft_impl<double>(), Eigen::FFT<double>::HalfSpectrum);
    const std::size_t half = points / 2 + 1;
    const double n = static_cast<double>(points);
    // Norm-wise relative error of one transform, Higham 2002, "Accuracy and stability of numerical algorithms", 24.1:
    // log2 n times about 8e-16, rounded up for the real packing.
    const double transform = 1e-15 * (std::log2(n) + 4);
    std::vector<std::complex<double>> product(half), spectrum(half);
    std::vector<double> log_bound(half, 0.0), drift(half, 0.0);  // of the product's size; of its derivative times error
    law_.resize(points);
    double steps = 0;
    for (std::size_t m = 0; m < parts.size(); ++m) {
      std::fill(law_.begin(), law_.end(), 0.0);
      const std::int64_t size = static_cast<std::int64_t>(points);
      double squares = 0;
      for (std::size_t k = 0; k < tilted[m].size(); ++k) {
        const std::int64_t index = (parts[m].first + static_cast<std::int64_t>(k)) & (size - 1);
        law_[static_cast<std::size_t>(index)] += tilted[m][k];
      }
      for (const double each : law_) squares += each * each;
      fft.fwd(spectrum, law_);
      const double off = transform * std::sqrt(n * squares), times = parts[m].times;
      for (std::size_t k = 0; k < half; ++k) {
        const double log_size = std::log(std::abs(spectrum[k]) + off), angle = std::arg(spectrum[k]);
        const double log_length = times * std::log(std::abs(spectrum[k]));
        const std::complex<double> power =
            log_length > -700 ? std::polar(std::exp(log_length), std::remainder(times * angle, 2 * std::numbers::pi))
                              : std::complex<double>(0);
        product[k] = m == 0 ? power : product[k] * power;
        log_bound[k] += times * log_size;
        drift[k] += off * times * std::exp(-log_size);
      }
      steps += times;
    }
    double drifted = 0, sizes = 0, squares = 0;
    for (std::size_t k = 0; k < half; ++k) {
      const double bound = std::exp(log_bound[k]), twice = k == 0 || k + 1 == half ? 1.0 : 2.0;
      drifted += twice * (drift[k] * bound) * (drift[k] * bound);
      sizes += twice * bound;
      squares += twice * bound * bound;
    }
    fft.inv(law_, product, static_cast<Eigen::Index>(points));
    // An entry is 1/n times a sum over the spectrum, bounded by Cauchy and Schwarz (the root of the number of parts,
    // since their errors were added up first); then the powers, and the transform back.
    const double entry = std::sqrt(static_cast<double>(parts.size()) * drifted) / n +
                         (1e-13 + 1e-15 * steps) * sizes / n + transform * std::sqrt(squares / n);
    // The weights (1 - e^-y) e^(-tilt y) that entries have in delta(epsilon), at y = spacing, 2 spacing, ...
    const double weights = 1 / std::expm1(tilt_ * spacing_) - 1 / std::expm1((1 + tilt_) * spacing_);
    slack_ += entry * std::min(n, weights);
  }

  // Calls visit(i, D) from i = top downwards until it returns true, where delta(i spacing) = D e^(K - tilt i spacing),
  // but for the slack: D = sum over j > i of law_j (1 - e^-y) e^(-tilt y), y = (j - i) spacing. All steps add what is
  // positive.
  template <class Visit>
  void descend(std::int64_t top, const Visit& visit) const {
    const double tilt = std::exp(-tilt_ * spacing_), step = std::exp(-spacing_), gap = -std::expm1(-spacing_);
    const std::int64_t size = static_cast<std::int64_t>(law_.size());
    double mass = 0, weighted = 0;
    for (std::int64_t i = top; !visit(i, weighted); --i) {
      if (i >= first_ && i < first_ + size) mass += law_[static_cast<std::size_t>(i & (size - 1))];
      weighted = tilt * (gap * mass + step * weighted);
      mass *= tilt;
    }
  }

  [[nodiscard]] std::int64_t top() const noexcept { return first_ + static_cast<std::int64_t>(law_.size()) - 1; }

  // D with its slack, and in units of e^log_unit.
  [[nodiscard]] double bound(double weighted, std::int64_t i, int side, double log_unit) const noexcept {
    const double value = weighted * std::exp(side * relative_) + side * slack_;
    if (value == 0) return 0;
    const double log_size =
        std::log(std::abs(value)) + log_mass_ - tilt_ * spacing_ * static_cast<double>(i) - log_unit;
    return std::copysign(std::exp(std::min(log_size, 700.0)), value);
  }

  [[nodiscard]] double epsilon(double log_delta, int side) const {
    double above = 0, result = 0;
    const std::int64_t start = std::max<std::int64_t>(top(), 0);
    descend(start, [&](std::int64_t i, double weighted) {
      if (i < 0) return true;
      const double here = bound(weighted, i, side, log_delta);
      if (here > 1) {
        // Between two multiples of the spacing delta is linear in e^epsilon; above the window only slack is left.
        result =
            i == start
                ? std::max(spacing_ * static_cast<double>(i), (log_mass_ + std::log(slack_) - log_delta) / tilt_)
                : spacing_ * static_cast<double>(i) + std::log1p((here - 1) / (here - above) * std::expm1(spacing_));
        return true;
      }
      above = here;
      return false;
    });
    return result;
  }

  [[nodiscard]] double delta(double epsilon, int side) const {
    const std::int64_t index = static_cast<std::int64_t>(std::floor(epsilon / spacing_));
    const double share = std::expm1(epsilon - spacing_ * static_cast<double>(index)) / std::expm1(spacing_);
    double above = 0, result = 0;
    descend(std::max(top(), index + 1), [&](std::int64_t i, double weighted) {
      if (i == index + 1) above = bound(weighted, i, side, 0);
      if (i > index) return false;
      result = (1 - share) * bound(weighted, i, side, 0) + share * above;
      return true;
    });
    return result;
  }

  double spacing_, tilt_, log_mass_ = 0, infinite_ = 0, relative_ = 0, slack_ = 0;
  std::int64_t first_ = 0;
  std::vector<double> law_;
};

}  // namespace telltale::detail
