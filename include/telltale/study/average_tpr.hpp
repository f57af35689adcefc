// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <telltale/core/detail/parallel.hpp>
#include <telltale/core/random.hpp>
#include <telltale/metric/interval/estimate.hpp>
#include <telltale/metric/interval/quantile.hpp>
#include <telltale/study/simplified_model.hpp>

namespace telltale::detail {

/// The mean of `value(ln r, z)` over r ~ chi with `freedom` degrees and z ~ N(0, 1), by the trapezoid rule in ln r and
/// z: both laws fall off so fast that it converges faster than any power of the step.
template <class Function>
[[nodiscard]] double mean_over_chi_and_normal(double freedom, const Function& value) {
  const double peak = std::log(freedom) / 2, width = 1 / std::sqrt(2 * freedom), step_u = width / 6, step_z = 1.0 / 6;
  const auto log_weight = [&](double u) { return freedom * (u - peak) - (std::exp(2 * u) - freedom) / 2; };
  constexpr double least = -38;  // e^-38 = 3e-17
  double sum = 0, mass = 0;
  const auto row = [&](double u) {
    const double weight = std::exp(log_weight(u));
    for (int k = -52; k <= 52; ++k) {
      const double z = k * step_z, share = weight * std::exp(-z * z / 2);
      sum += share * value(std::exp(u), z);
      mass += share;
    }
  };
  for (double u = peak; log_weight(u) > least; u += step_u) row(u);
  for (double u = peak - step_u; log_weight(u) > least; u -= step_u) row(u);
  return sum / mass;
}

/// The mean of one number a record, with the normal interval of records drawn independently. At least 2 records.
template <std::floating_point Real>
[[nodiscard]] metric::estimate mean_over_records(std::span<const Real> found, Real confidence) {
  const Real n = static_cast<Real>(found.size());
  Real mean = 0, squares = 0;
  for (const Real each : found) mean += each / n;
  for (const Real each : found) squares += (each - mean) * (each - mean);
  const Real reach = normal_upper((1 - confidence) / 2) * std::sqrt(squares / (n - 1) / n);
  return {mean, mean - reach, mean + reach};
}

}  // namespace telltale::detail

namespace telltale::study {

/// The TPR at an FPR (of each record's own test), averaged over all records of the isotropic model.
///
/// The expectation of `record_tpr` over x: with x = m + s z, A depends on z along the centre and on the length of the
/// rest alone, which leaves an integral over two numbers. Exact to about 1e-9 from 3 dimensions on; below, the kink of
/// |A| at x' (x - m) = 0 costs digits. 100,000 evaluations at most. Throws argument_error for one dimension, and as
/// `tpr_at_distance` and `distance_at` do.
template <TrainingDraw Draw = training_draw::theorem, ScoreLaw Law = score_law::gaussian>
[[nodiscard]] double average_tpr(const simplified_model<covariance::isotropic>& model, std::size_t shots, double fpr,
                                 const Law& law = {}) {
  detail::check_fpr_inside("average_tpr", fpr);
  if (model.dimension() == 1)
    detail::refuse("average_tpr", "model", "has dimension 1; wanted 2 or more (average_tpr_sampled takes any)");
  const double point = law.point_above(fpr), spread = model.spread().along(model.centre(0)),
               per_sensitivity = distance_at<Draw>(1, shots), in_spread = Draw::in_spread(shots);
  return detail::mean_over_chi_and_normal(static_cast<double>(model.dimension() - 1), [&](double across, double along) {
    const double squares = spread * spread * (along * along + across * across);
    const double sensitivity = (squares + spread * along) / (spread * std::sqrt(1 + 2 * spread * along + squares));
    return law.above((point - std::abs(sensitivity) * per_sensitivity) / in_spread);
  });
}

/// The same of any covariance, from `records` random records, the classes in turn, with a normal interval.
///
/// O(records d^2), d where the covariance is isotropic; the same for every number of threads (0: all). Throws
/// argument_error for fewer than 2 records and as `distance_at` and `tpr_at_distance` do.
template <TrainingDraw Draw = training_draw::theorem, ClassCovariance Covariance, ScoreLaw Law = score_law::gaussian,
          std::same_as<double> Real = double>
[[nodiscard]] metric::estimate average_tpr_sampled(const simplified_model<Covariance>& model, std::size_t shots,
                                                   double fpr, std::size_t records, std::uint64_t seed,
                                                   const Law& law = {}, std::type_identity_t<Real> confidence = 0.95,
                                                   std::size_t threads = 0) {
  constexpr std::string_view where = "average_tpr_sampled";
  detail::check_confidence(where, confidence);
  detail::check_fpr_inside(where, fpr);
  if (records < 2) detail::refuse(where, "records", "is " + std::to_string(records) + "; wanted at least 2");
  std::vector<double> found(records);
  detail::in_parallel(records, threads, [&] {
    return [&](std::size_t r) {
      random_stream random(seed, r);
      const std::size_t c = r % model.classes();
      found[r] = record_tpr<Draw>(model.sensitivity(model.record(random, c), c), shots, fpr, law);
    };
  });
  return detail::mean_over_records<Real>(found, confidence);
}

}  // namespace telltale::study
