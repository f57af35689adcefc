// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <string>
#include <string_view>

#include <telltale/core/error.hpp>

namespace telltale {
namespace detail {

/// The contour integral behind the distribution function of the noncentral chi-square law: the pieces of it that belong
/// to one contour, which passes the real axis at `saddle`.
///
/// With w = 1 - 2t in place of the argument t of the moment generating function, d degrees of freedom, noncentrality l:
///   F(x) = 1/(2 pi i) int e^phi(w) dw / (w - 1), phi = -d/2 log w + l/2 (1/w - 1) + x/2 (w - 1),
/// on a contour that passes right of the pole at w = 1; on one that passes left of it the integral is F(x) - 1. On the
/// path of steepest descent w = r(angle) e^(i angle) nothing oscillates, and the trapezoidal rule converges faster than
/// any power of its step.
class descent {
 public:
  descent(double freedom, double noncentrality, double at) noexcept
      : freedom_(freedom),
        bend_(2 * std::sqrt(noncentrality) * std::sqrt(at)),
        root_(std::hypot(freedom, bend_)),
        inverse_(2 * at / (freedom + root_)),
        pull_(noncentrality * inverse_) {}

  /// 1 / saddle.
  [[nodiscard]] double inverse() const noexcept { return inverse_; }
  /// phi at the saddle: the logarithm of the size of the integral. Every term is at most 0, so that none cancels.
  [[nodiscard]] double height(double noncentrality) const noexcept {
    const double past = 1 - inverse_, grown = inverse_ > 0.5 && inverse_ < 2 ? -std::log1p(-past) : -std::log(inverse_);
    return freedom_ / 2 * (past - grown) - noncentrality * past * past / 2;
  }
  /// The angle within which the integrand falls by e^(-1/2).
  [[nodiscard]] double width() const noexcept { return 1 / std::sqrt(freedom_ / 2 + pull_); }

  struct node {
    double fall;                  ///< phi minus phi at the saddle, at most 0
    std::complex<double> w;       ///< in units of the saddle
    std::complex<double> weight;  ///< dw / (i d angle) / (w - 1)
  };

  [[nodiscard]] node at(double angle) const noexcept {
    if (angle == 0) return {0, 1, 1 / (1 - inverse_)};
    const double sine = std::sin(angle), cosine = std::cos(angle), half = std::sin(angle / 2);
    const double stretch = angle / sine, stretch_slope = (sine - angle * cosine) / (sine * sine);
    const double root = std::hypot(freedom_ * stretch, bend_), over = (angle - sine) / sine;
    // r = saddle (1 + grown): the difference of two roots, without subtracting them.
    const double grown = freedom_ * over * (1 + freedom_ * (stretch + 1) / (root + root_)) / (freedom_ + root_);
    const double slope = freedom_ * stretch_slope * (1 + freedom_ * stretch / root) / (freedom_ + root_);
    const double r = 1 + grown;
    const double fall = freedom_ / 2 * (grown - std::log1p(grown)) + pull_ / 2 * grown * grown / r -
                        half * half * (pull_ / r + (freedom_ + pull_) * r);
    const std::complex<double> turn(cosine, sine);
    return {fall, r * turn, std::complex<double>(r, -slope) * turn / (r * turn - inverse_)};
  }

 private:
  double freedom_, bend_, root_, inverse_, pull_;
};

/// The smaller part that `x` cuts off the law, as a logarithm: F(x) where `x` is at most the mean, else 1 - F(x).
[[nodiscard]] inline double log_smaller_part(double x, double freedom, double noncentrality, bool below) noexcept {
  // Near the mean the saddle runs into the pole; the contour then stays two widths beside it, and what the integrand
  // has over that of its own steepest descent is a factor of the order of 1.
  const double aside = 1 + 2 / std::sqrt(freedom / 2 + noncentrality), limit = below ? 1 / aside : aside;
  const double inverse = descent(freedom, noncentrality, x).inverse();
  const bool near = below ? inverse > limit : inverse < limit;
  const double at = near ? limit * (freedom + noncentrality * limit) : x, left = (x - at) / 2;
  const descent path(freedom, noncentrality, at);

  const double step = std::min(path.width() / 4, std::numbers::pi / 256);
  double sum = 0, first = 0;
  for (double angle = 0; angle < std::numbers::pi; angle += step) {
    const descent::node node = path.at(angle);
    const std::complex<double> more = left * (node.w / path.inverse() - 1.0);
    const double size = node.fall + more.real();
    if (angle == 0) first = size;
    if (!(size > first - 50)) break;
    const double term = std::exp(size) * (std::polar(1.0, more.imag()) * node.weight).real();
    sum += angle == 0 ? term / 2 : term;
  }
  return path.height(noncentrality) + std::log(std::abs(sum) * step / std::numbers::pi);
}

}  // namespace detail

/// log F(x) of the noncentral chi-square law with `freedom` degrees of freedom: the logarithm of the probability that a
/// sum of squared unit normals, whose means' squares sum to `noncentrality`, is at most x.
///
/// Where F itself underflows its logarithm keeps its digits: relative error below 1e-12 for noncentralities up to 1e6,
/// however far out. Range: at most 0; -infinity at x = 0; above the mean log(1 - (1 - F)), which is 0 once 1 - F is
/// below the smallest double. Cost: some fifty nodes of an integral, whatever the arguments; no allocation. Throws
/// argument_error unless freedom >= 1, noncentrality >= 0 and x >= 0 are finite. Reference for the representation: Gil,
/// Segura and Temme, "Algorithm 939: computation of the Marcum Q-function", ACM TOMS 2014 (F is its complement);
/// contour, step and the detour around the pole are ours.
[[nodiscard]] inline double log_noncentral_chi_square_cdf(double x, double freedom, double noncentrality) {
  constexpr std::string_view function = "log_noncentral_chi_square_cdf";
  const auto wanted = [&](std::string_view argument, double got, double least) {
    if (!(got >= least && std::isfinite(got)))
      detail::refuse(function, argument,
                     "is " + std::to_string(got) + "; wanted a finite number of at least " + (least == 0 ? "0" : "1"));
  };
  wanted("x", x, 0);
  wanted("freedom", freedom, 1);
  wanted("noncentrality", noncentrality, 0);
  if (x == 0) return -std::numeric_limits<double>::infinity();
  const bool below = x <= freedom + noncentrality;
  const double part = detail::log_smaller_part(x, freedom, noncentrality, below);
  return below ? part : std::log1p(-std::exp(part));
}

}  // namespace telltale
