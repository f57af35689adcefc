// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/study/class_covariance.hpp>
#include <telltale/study/score_law.hpp>

namespace telltale::study {

/// How trainings of the target and of the adversary's models are drawn, which decides how widely a record's score
/// spreads over them. A policy: the variance of an OUT score as a share of x' Sigma x / S, and the ratio of the
/// standard deviations of IN and OUT scores.
namespace training_draw {

/// Every training draws S new vectors per class, and IN scores are taken to spread as OUT scores do: the published
/// theorem, exact in the limit of many shots.
struct theorem {
  static constexpr std::string_view name = "theorem";
  static constexpr double variance_share = 1;  ///< variance of an OUT score, of x' Sigma x / S
  /// Standard deviation of IN scores over that of OUT scores.
  [[nodiscard]] static double in_spread(std::size_t) { return 1; }
};

/// The same, with what the theorem leaves out: a member's score has only S - 1 random vectors in it.
struct afresh {
  static constexpr std::string_view name = "afresh";
  static constexpr double variance_share = 1;  ///< variance of an OUT score, of x' Sigma x / S
  /// Standard deviation of IN scores over that of OUT scores: sqrt((S - 1) / S).
  [[nodiscard]] static double in_spread(std::size_t shots) { return std::sqrt(1 - 1 / static_cast<double>(shots)); }
};

/// Every training takes S of the same 2S vectors per class, as a campaign on one pool does. The finite pool halves the
/// variance, of IN and OUT scores exactly alike: the distance is sqrt 2 times as large. Derived here; <x, x - m> and x'
/// Sigma x are then those of the pool, and scores are normal only where S is large.
struct half_of_one_pool {
  static constexpr std::string_view name = "half of one pool";
  static constexpr double variance_share = 0.5;  ///< variance of an OUT score, of x' Sigma x / S
  /// Standard deviation of IN scores over that of OUT scores.
  [[nodiscard]] static double in_spread(std::size_t) { return 1; }
};

}  // namespace training_draw
}  // namespace telltale::study

namespace telltale::req {

/// What a draw must say: the variance of OUT scores and how IN scores compare.
template <class Draw>
concept says_how_scores_spread = requires(std::size_t shots) {
  { Draw::variance_share } -> std::convertible_to<double>;
  { Draw::in_spread(shots) } -> std::same_as<double>;
};

}  // namespace telltale::req

namespace telltale::study {

/// How trainings are drawn; see `training_draw`.
template <class Draw>
concept TrainingDraw = requires {
  { Draw::name } -> std::convertible_to<std::string_view>;
} && req::says_how_scores_spread<Draw>;

/// A classifier so simple that its leakage has a formula: C classes with orthonormal centres m_c, vectors x ~ N(m_c,
/// Sigma), and as model the mean of S training vectors per class; score(x, c) = <x, mean of class c>.
///
/// Threat model: the adversary sees the score of the record's class (confidence) and trains as many models of the same
/// law as he likes (shadow models); his test is the likelihood ratio of LiRA. Training on x moves its score by <x, x -
/// m>/S, and over trainings it spreads by sqrt(x' Sigma x / S). Hence x is as exposed as
///     d(x) = A(x) / sqrt S,    A(x) = <x, x - m> / sqrt(x' Sigma x),    TPR(x; f) = Phi(Phi^-1(f) + |d|),
/// and the number of classes plays no part. Where S is large, TPR - f falls like 1/sqrt S (`asymptotic_excess`); where
/// A/sqrt S is not small it falls faster, and at low FPR much faster. The IN variance is (S - 1)/S of the OUT variance;
/// the theorem takes them as equal (`training_draw`).
/// Reference: Tobaben, Ito, Jaelkoe, He and Honkela 2025, "Impact of dataset properties on membership inference
/// vulnerability of deep transfer learning" (simplified model), from description; the finite-S formulas are derived.
template <ClassCovariance Covariance = covariance::isotropic>
class simplified_model {
 public:
  /// Class c has unit vector c as its centre. Throws argument_error for no class, and for more classes than dimensions.
  simplified_model(std::size_t classes, Covariance spread) : classes_(classes), covariance_(std::move(spread)) {
    if (classes == 0 || classes > covariance_.dimension())
      detail::refuse(
          "simplified_model", "classes",
          "is " + std::to_string(classes) + "; wanted 1 to the dimension, " + std::to_string(covariance_.dimension()));
  }

  /// How many classes, C.
  [[nodiscard]] std::size_t classes() const noexcept { return classes_; }
  /// How many numbers a vector has.
  [[nodiscard]] std::size_t dimension() const noexcept { return covariance_.dimension(); }
  /// The covariance of the vectors of every class.
  [[nodiscard]] const Covariance& spread() const noexcept { return covariance_; }

  /// The centre m_c: unit vector c. Throws argument_error for a class that there is not.
  [[nodiscard]] Eigen::VectorXd centre(std::size_t c) const {
    if (c >= classes_)
      detail::refuse("simplified_model::centre", "c",
                     "is " + std::to_string(c) + "; wanted less than " + std::to_string(classes_));
    return Eigen::VectorXd::Unit(static_cast<Eigen::Index>(dimension()), static_cast<Eigen::Index>(c));
  }

  /// A vector of class c.
  [[nodiscard]] Eigen::VectorXd record(random_stream& random, std::size_t c) const {
    return centre(c) + covariance_.coloured(standard_normals(random));
  }

  /// The mean of `count` vectors of class c in one draw: it is N(m_c, Sigma / count).
  [[nodiscard]] Eigen::VectorXd mean_of(random_stream& random, std::size_t c, std::size_t count) const {
    return centre(c) + covariance_.coloured(standard_normals(random)) / std::sqrt(static_cast<double>(count));
  }

  /// A(x) of a record of class c, with its sign. Throws argument_error for another dimension, a record that is not
  /// finite or zero, and for no such class.
  [[nodiscard]] double sensitivity(std::span<const double> record, std::size_t c) const {
    constexpr std::string_view where = "simplified_model::sensitivity";
    detail::check_size(where, "record", record.size(), dimension());
    detail::check_finite(where, "record", record);
    const Eigen::VectorXd x =
        Eigen::Map<const Eigen::VectorXd>(record.data(), static_cast<Eigen::Index>(record.size()));
    return sensitivity(x, c);
  }
  /// The same of an Eigen vector, whose size and numbers are not checked.
  [[nodiscard]] double sensitivity(const Eigen::VectorXd& x, std::size_t c) const {
    const double along = covariance_.along(x);
    if (!(along > 0)) detail::refuse("simplified_model::sensitivity", "record", "is zero; its score never moves");
    return x.dot(x - centre(c)) / along;
  }

  /// The largest |A(x)| of any record whose Mahalanobis distance from its centre, sqrt((x - m)' Sigma^-1 (x - m)), is
  /// at most `radius`: the radius itself, by Cauchy and Schwarz, and some record has it (x - m along Sigma x). Throws
  /// argument_error for a radius that is negative or not finite.
  [[nodiscard]] static double worst_sensitivity(double radius) {
    if (!(radius >= 0 && std::isfinite(radius)))
      detail::refuse("simplified_model::worst_sensitivity", "radius",
                     "is " + std::to_string(radius) + "; wanted a finite number that is not negative");
    return radius;
  }

 private:
  [[nodiscard]] Eigen::VectorXd standard_normals(random_stream& random) const {
    Eigen::VectorXd z(static_cast<Eigen::Index>(dimension()));
    for (double& each : z) each = random.normal();
    return z;
  }

  std::size_t classes_;
  Covariance covariance_;
};

/// d = A / sqrt S: by how many standard deviations training on a record moves its score. O(1). Throws argument_error
/// for no shot per class and a sensitivity that is not finite.
template <TrainingDraw Draw = training_draw::theorem>
[[nodiscard]] double distance_at(double sensitivity, std::size_t shots) {
  constexpr std::string_view where = "distance_at";
  if (shots == 0) detail::refuse(where, "shots", "is 0; wanted at least 1 per class");
  if (!std::isfinite(sensitivity))
    detail::refuse(where, "sensitivity", "is " + std::to_string(sensitivity) + "; wanted a finite number");
  return sensitivity / std::sqrt(Draw::variance_share * static_cast<double>(shots));
}

/// The TPR at an FPR on one record of sensitivity A(x), by the formula above with the spreads of `Draw`. O(1). Throws
/// argument_error as `distance_at` and `tpr_at_distance` do.
template <TrainingDraw Draw = training_draw::theorem, ScoreLaw Law = score_law::gaussian>
[[nodiscard]] double record_tpr(double sensitivity, std::size_t shots, double fpr, const Law& law = {}) {
  return tpr_at_distance(distance_at<Draw>(sensitivity, shots), fpr, law, Draw::in_spread(shots));
}

/// What TPR - f tends to where S is large: |d| times the density of the score at the threshold.
///
/// log(TPR - f) -> -1/2 log S + log |A| + log p(F^-1(1 - f)); of a Gaussian the last is -Phi^-1(f)^2/2 - log sqrt(2
/// pi). Below the exact excess wherever f < 1/2. O(1). Throws argument_error as `distance_at` and `tpr_at_distance` do.
template <TrainingDraw Draw = training_draw::theorem, ScoreLaw Law = score_law::gaussian>
[[nodiscard]] double asymptotic_excess(double sensitivity, std::size_t shots, double fpr, const Law& law = {}) {
  detail::check_fpr_inside("asymptotic_excess", fpr);
  return std::abs(distance_at<Draw>(sensitivity, shots)) * law.density(law.point_above(fpr));
}

/// The TPR on one record of an adversary who has only `shadows` models with it and as many without it.
///
/// He learns from them on which side members lie, and is wrong with probability Phi(-|d| sqrt(shadows/2)): then the
/// test points away from them. TPR = p Phi(q + |d|) + (1 - p) Phi(q - |d|), q = Phi^-1(f), p = Phi(|d|
/// sqrt(shadows/2)). Where |d| is small against sqrt(2/shadows), TPR - f falls like 1/S instead of 1/sqrt S: a steep
/// line may tell of few shadow models. Gaussian scores; the threshold is taken at its FPR. O(1). Throws argument_error
/// as `tpr_at_distance` does, and for no shadow model. Derived here.
template <std::same_as<double> Real = double>
[[nodiscard]] double tpr_with_shadows(std::type_identity_t<Real> distance, double fpr, std::size_t shadows) {
  if (shadows == 0) detail::refuse("tpr_with_shadows", "shadows", "is 0; wanted at least 1 of each side");
  const double towards = tpr_at_distance(distance, fpr), law_point = detail::normal_upper(Real{fpr});
  const score_law::gaussian law;
  const double wrong = law.above(std::abs(distance) * std::sqrt(static_cast<double>(shadows) / 2));
  return towards + wrong * (law.above(law_point + std::abs(distance)) - towards);
}

}  // namespace telltale::study
