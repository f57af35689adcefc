// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/math/special_functions/gamma.hpp>

#include <telltale/backend/batch_view.hpp>
#include <telltale/core/adversary.hpp>
#include <telltale/core/detail/lazily.hpp>
#include <telltale/core/detail/parallel.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/false_positive_rate.hpp>
#include <telltale/rule/noncentral_chi_square/gradient_law.hpp>
#include <telltale/rule/noncentral_chi_square/log_cdf.hpp>
#include <telltale/rule/noncentral_chi_square/presets.hpp>

namespace telltale {

/// The laws of the gradients of every step, ready to judge subjects.
template <ChiSquarePreset Preset, class Law = gradient_law<>>
class fitted_noncentral_chi_square {
 public:
  /// Evidence of every subject from its rows (one a step: n, m - g, g), on `threads` threads (0: one per core), which
  /// change nothing but the time.
  ///
  /// Cost: O(steps d^2) a subject. Throws `argument_error` if the width differs from the population's, a value is not
  /// finite, n is below 2, or an update is a subject's gradient itself.
  void operator()(const signals& signal, std::span<double> evidence, unsigned threads = 0) const {
    const std::size_t of_step = 1 + 2 * laws_[0].width(), width = laws_.size() * of_step;
    if (signal.width != width)
      detail::refuse(function, "signal",
                     "has " + std::to_string(signal.width) + " values a subject; the population's " +
                         std::to_string(laws_.size()) + " steps in " + std::to_string(laws_[0].width()) +
                         " dimensions make " + std::to_string(width));
    detail::check_size(function, "signal", signal.values.size(), evidence.size() * width);
    detail::check_finite(function, "signal", signal.values);
    constexpr std::size_t stretch = 64;
    std::vector<std::size_t> floored((evidence.size() + stretch - 1) / stretch);
    detail::in_parallel(floored.size(), threads, [&] {
      return [&](std::size_t task) {
        const std::size_t first = task * stretch, subjects = std::min(stretch, evidence.size() - first);
        floored[task] =
            judge(signal.values.subspan(first * width, subjects * width), evidence.subspan(first, subjects), first);
      };
    });
    std::size_t all = 0;
    for (const std::size_t of_task : floored) all += of_task;
    std::atomic_ref(floored_).store(all, std::memory_order_relaxed);
  }

  /// Of one step -log fpr; of several the evidence that this share of non-members exceeds if their p-values are
  /// independent, which batches that share records are not: the upper point of a gamma law. Ranking only where no rate
  /// is aimed at.
  [[nodiscard]] double cut() const noexcept { return cut_; }

  /// Subjects whose p-value the floor changed in some step, in the last call.
  [[nodiscard]] std::size_t floored() const noexcept {
    return std::atomic_ref(floored_).load(std::memory_order_relaxed);
  }
  /// Coordinates that the policy left out, over all steps.
  [[nodiscard]] std::size_t dropped() const noexcept {
    std::size_t all = 0;
    for (const Law& law : laws_) all += law.width() - law.dimensions();
    return all;
  }
  /// The law of each step.
  [[nodiscard]] std::span<const Law> laws() const noexcept { return laws_; }

 private:
  template <ChiSquarePreset>
  friend class noncentral_chi_square;
  static constexpr std::string_view function = "noncentral_chi_square";
  using floor_policy = std::remove_const_t<decltype(Preset::floor)>;

  fitted_noncentral_chi_square(std::vector<Law> laws, const floor_policy& floor, double cut)
      : laws_(std::move(laws)), cut_(cut), floor_(floor) {}

  [[nodiscard]] std::size_t judge(std::span<const double> values, std::span<double> evidence, std::size_t first) const {
    const std::size_t subjects = evidence.size(), width = values.size() / subjects, of_step = width / laws_.size();
    std::vector<char> touched(subjects, 0);
    std::fill(evidence.begin(), evidence.end(), 0.0);
    for (std::size_t step = 0; step < laws_.size(); ++step) {
      const Law& law = laws_[step];
      const auto count = static_cast<Eigen::Index>(subjects);
      typename Law::matrix columns(static_cast<Eigen::Index>(law.dimensions()), 2 * count);
      for (Eigen::Index i = 0; i < count; ++i) {
        const double* const row = values.data() + static_cast<std::size_t>(i) * width + step * of_step + 1;
        law.place(row, false, columns.col(i));
        law.place(row + law.width(), true, columns.col(count + i));
      }
      law.whiten(columns);
      for (std::size_t i = 0; i < subjects; ++i) {
        const double n = values[i * width + step * of_step];
        if (!(n >= 2)) refuse_step(first + i, step, "has a batch of " + std::to_string(n) + "; wanted at least 2");
        const auto column = static_cast<Eigen::Index>(i);
        const double statistic = Preset::scale.of(n) * columns.col(column).squaredNorm();
        const double noncentrality = n * columns.col(count + column).squaredNorm();
        if (!(statistic > 0)) refuse_step(first + i, step, "releases this gradient itself");
        if (!std::isfinite(statistic) || !std::isfinite(noncentrality))
          refuse_step(first + i, step, "is too far from the population: its distance overflows");
        double log_p = log_noncentral_chi_square_cdf(statistic, static_cast<double>(law.dimensions()), noncentrality);
        if constexpr (floor_policy::cuts)
          if (log_p < floor_.value) {
            log_p = floor_.value;
            touched[i] = 1;
          }
        evidence[i] -= log_p;
      }
    }
    return static_cast<std::size_t>(std::count(touched.begin(), touched.end(), 1));
  }

  [[noreturn]] [[gnu::cold]] static void refuse_step(std::size_t subject, std::size_t step, const std::string& what) {
    detail::refuse(function, "signal",
                   "subject " + std::to_string(subject) + ": step " + std::to_string(step) + " " + what);
  }

  std::vector<Law> laws_;
  double cut_;
  [[no_unique_address]] floor_policy floor_;
  mutable std::size_t floored_ = 0;  // touched through atomic_ref only: calls may be concurrent
};

/// Whether a released mean gradient lies closer to a record's gradient than it would without the record: GLiR.
///
/// Threat model: released updates, and a population of gradients that no batch used, taken at the same parameters as
/// the subjects' (`population(batch_view)`, gradients x steps x dimensions, float or double).
/// Formula: with mean mu and covariance S of the population, g the record's gradient, m the released mean of n
/// gradients,
///   K = (g - mu)' S^-1 (g - mu), T = n (m - g)' S^-1 (m - g); without the record T ~ ncx2(d, n K),
///   with it T n / (n - 1) ~ ncx2(d, (n - 1) K), which is smaller; E = -sum over steps of log F_{ncx2(d, n K)}(T).
/// E of one step is minus the logarithm of an exact p-value where gradients are Gaussian and their law is known. From z
/// gradients S^-1 comes out too large, by z / (z - d - 2), and scattered: with Gaussian gradients, d = 20 and n = 16, a
/// test at 5 % accuses 22 % of non-members at z = 2d, 7.4 % at 10d, 5.2 % at 100d, and the AUC is 0.69, 0.77, 0.78.
/// Range: at least 0, in nats. With `fpr` set the cut is that of a test at this level, otherwise the rule ranks only.
///
/// Cost: O(steps (z d^2 + d^3)) to fit, O(steps d^2) a subject.
/// Reference: Leemann, Pawelczyk, Kasneci, "Gaussian Membership Inference Privacy", NeurIPS 2023.
template <ChiSquarePreset Preset = preset::leemann_2023>
class noncentral_chi_square {
 public:
  using preset = Preset;  ///< the policies
  static constexpr std::string_view name = "noncentral chi-square ratio";
  static constexpr knowledge needs = knowledge::population;

  /// The false positive rate that the verdict aims at, in (0, 1).
  double fpr = no_rate;
  /// What happens to a tiny p-value.
  [[no_unique_address]] std::remove_const_t<decltype(Preset::floor)> floor = Preset::floor;
  /// Which coordinates of the gradients are whitened.
  [[no_unique_address]] std::remove_const_t<decltype(Preset::coordinates)> coordinates = Preset::coordinates;

  /// Throws `argument_error` if there are fewer than d + 2 gradients or one is not finite, if the covariance is
  /// singular and the policy does not drop coordinates, or if `fpr` is not a rate.
  template <class Scalar, class OfShadows>
  [[nodiscard]] auto fit(const population<batch_view<Scalar>, OfShadows>& owned) const {
    using law = detail::lazily<gradient_law<>, Scalar>;
    using fitted = fitted_noncentral_chi_square<Preset, law>;
    floor.check();
    coordinates.check();
    detail::check_rate(fitted::function, fpr);
    const batch_view<Scalar>& background = owned.by_target;
    const std::size_t steps = background.queries(), width = background.classes();
    if (steps == 0 || width == 0) detail::refuse(fitted::function, "population", "holds no gradient");
    if (background.subjects() < width + 2)
      detail::refuse(fitted::function, "population",
                     "has " + std::to_string(background.subjects()) + " gradients in " + std::to_string(width) +
                         " dimensions; a covariance takes at least " + std::to_string(width + 2));
    std::vector<law> laws;
    for (std::size_t step = 0; step < steps; ++step) laws.emplace_back(fitted::function, background, step, coordinates);
    return fitted(std::move(laws), floor, cut_of(static_cast<double>(steps)));
  }

 private:
  // Of k independent p-values the sum of -log p has the gamma law of shape k. A template, since Boost compiles slowly.
  template <class Real>
  [[nodiscard]] Real cut_of(Real steps) const {
    if (fpr == no_rate) return ranking_only;
    return steps == 1 ? -std::log(fpr) : boost::math::gamma_q_inv(steps, static_cast<Real>(fpr));
  }
};

}  // namespace telltale
