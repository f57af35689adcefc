// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <numeric>
#include <span>
#include <string_view>

#include <telltale/rule/shadow_layout.hpp>

namespace telltale {
namespace detail {

/// Sums of a record's probabilities under the models that saw it and those that did not, and how many there are.
struct probability_sums {
  double in, in_count, out, out_count;
};

/// The mean of IN and OUT, IN being estimated as a OUT + 1 - a.
[[nodiscard]] inline double from_out(double out, double a) noexcept { return ((1 + a) * out + (1 - a)) / 2; }

}  // namespace detail

/// What the probability of a record is divided by: p(x), how likely the record is on average over models.
///
/// A policy says `sorts`. If false, it gives `online(sums)` and `offline(sums, a)` of a record, `population(mean, a,
/// online)` of a record z that no model saw, and `wanted(online)`, the models that a record must have. If true, it is
/// called with all probabilities of a record under its OUT models, then under its IN models (a scratch), and knows no
/// online form.
namespace marginal {

/// Half the mean of IN and half that of OUT, however many there are of each; z by the offline form.
struct halves {
  static constexpr std::string_view name = "halves";
  static constexpr bool sorts = false;

  [[nodiscard]] static constexpr detail::models_wanted wanted(bool online) noexcept { return {online ? 1U : 0U, 1}; }
  [[nodiscard]] static double online(const detail::probability_sums& s) noexcept {
    return (s.in / s.in_count + s.out / s.out_count) / 2;
  }
  [[nodiscard]] static double offline(const detail::probability_sums& s, double a) noexcept {
    return detail::from_out(s.out / s.out_count, a);
  }
  [[nodiscard]] static double population(double mean, double a, bool) noexcept { return detail::from_out(mean, a); }
};

/// Online the mean of all models, of z as well, and 1e-6 added to every denominator: what LeakPro does. Online z is
/// then divided by OUT alone and x by IN and OUT, which makes every ratio of a record that some model saw smaller.
struct all_models_plus_1e_6 {
  static constexpr std::string_view name = "all models plus 1e-6";
  static constexpr bool sorts = false;

  [[nodiscard]] static constexpr detail::models_wanted wanted(bool online) noexcept { return {0, online ? 0U : 1U}; }
  [[nodiscard]] static double online(const detail::probability_sums& s) noexcept {
    return (s.in + s.out) / (s.in_count + s.out_count) + 1e-6;
  }
  [[nodiscard]] static double offline(const detail::probability_sums& s, double a) noexcept {
    return detail::from_out(s.out / s.out_count, a) + 1e-6;
  }
  [[nodiscard]] static double population(double mean, double a, bool online) noexcept {
    return (online ? mean : detail::from_out(mean, a)) + 1e-6;
  }
};

/// The mean of the k largest probabilities, IN counting as 0, k being half the models: what Privacy Meter does to pick
/// the OUT models. A record with fewer than k OUT models has zeros in its mean, one with more only its largest, so that
/// p(x) depends on how many models happened to see the record. At two or three models k is 1, and the mean is that of
/// all models, IN being turned into OUT by (p + a - 1) / a (a = 0.3 where a is 0), which may be negative.
struct zero_padded_largest {
  static constexpr std::string_view name = "zero-padded largest";
  static constexpr bool sorts = true;

  [[nodiscard]] static double offline(std::span<double> probabilities, std::size_t out_models, double a) {
    const std::size_t models = probabilities.size(), k = std::max<std::size_t>(models / 2, 1);
    const auto in = probabilities.begin() + static_cast<std::ptrdiff_t>(out_models);
    std::size_t taken = models;
    if (k > 1) {
      std::fill(in, probabilities.end(), 0.0);
      std::sort(probabilities.begin(), probabilities.end(), std::greater<>());
      taken = k;
    } else {
      const double slope = a == 0 ? 0.3 : a;
      std::for_each(in, probabilities.end(), [&](double& p) { p = (p + slope - 1) / slope; });
    }
    const auto end = probabilities.begin() + static_cast<std::ptrdiff_t>(taken);
    return detail::from_out(std::accumulate(probabilities.begin(), end, 0.0) / static_cast<double>(taken), a);
  }
};

}  // namespace marginal
}  // namespace telltale
