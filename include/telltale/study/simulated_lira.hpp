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
#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/metric/interval/estimate.hpp>
#include <telltale/metric/interval/quantile.hpp>
#include <telltale/study/average_tpr.hpp>
#include <telltale/study/simplified_model.hpp>

namespace telltale::study {

/// How much is simulated: for each of `records` random records, `targets` models that were trained with it and as many
/// without.
struct lira_simulation {
  std::size_t records = 200,  ///< at least 2
      targets = 500;          ///< of each side, for each record
  std::size_t shadows = 0;    ///< of each side, for each record; 0: the adversary knows on which side members lie
  std::uint64_t seed = 1;     ///< of all draws
  std::size_t threads = 0;    ///< 0: one per core
};

/// What came out: rates over all records and targets, with intervals in which a record is the unit.
struct simulated_rates {
  metric::estimate tpr,              ///< share of the models with the record that pass
      fpr;                           ///< share of the models without it that pass
  std::uint64_t true_positives = 0,  ///< models with the record that passed
      false_positives = 0,           ///< models without it that passed
      trials = 0;                    ///< of each side
};

/// LiRA, run on the simplified model: nothing of the formula for the TPR is in it, so that it can confirm or refute
/// one.
///
/// A training draws the mean of S vectors of the record's class (from its law, N(m, Sigma/S)), in which a member is one
/// of the S. The evidence is the likelihood ratio of two normals with one spread, which rises or falls with the score,
/// by the means of the shadow models; its threshold is where a share `fpr` of all models without the record pass, and
/// the share of those simulated that do is reported. Classes take turns.
/// Cost: records x (2 targets + 2 shadows) draws of d normals, d^2 more where the covariance is general. Results depend
/// on the seed, not on the threads. Throws argument_error for an FPR or a confidence outside (0, 1), no shot, no target
/// and fewer than 2 records. Reference: Carlini, Chien, Nasr, Song, Terzis and Tramer 2022, "Membership inference
/// attacks from first principles", for the test.
template <ClassCovariance Covariance, std::same_as<double> Real = double>
[[nodiscard]] simulated_rates simulate_lira(const simplified_model<Covariance>& model, std::size_t shots, double fpr,
                                            const lira_simulation& options = {},
                                            std::type_identity_t<Real> confidence = 0.95) {
  constexpr std::string_view where = "simulate_lira";
  detail::check_fpr_inside(where, fpr);
  detail::check_confidence(where, confidence);
  if (shots == 0) detail::refuse(where, "shots", "is 0; wanted at least 1 per class");
  if (options.records < 2)
    detail::refuse(where, "records", "is " + std::to_string(options.records) + "; wanted at least 2");
  if (options.targets == 0) detail::refuse(where, "targets", "is 0; wanted at least 1 of each side");
  const double point = detail::normal_upper(Real{fpr}), s = static_cast<double>(shots);
  std::vector<std::uint64_t> passed_in(options.records), passed_out(options.records);
  detail::in_parallel(options.records, options.threads, [&] {
    return [&](std::size_t r) {
      random_stream random(options.seed, r);
      const std::size_t c = r % model.classes();
      const Eigen::VectorXd x = model.record(random, c);
      const auto out_score = [&] { return x.dot(model.mean_of(random, c, shots)); };
      const auto in_score = [&] {
        return shots == 1 ? x.dot(x) : (x.dot(x) + (s - 1) * x.dot(model.mean_of(random, c, shots - 1))) / s;
      };
      double moved = x.dot(x - model.centre(c));
      if (options.shadows > 0) {
        moved = 0;
        for (std::size_t m = 0; m < options.shadows; ++m) moved += in_score() - out_score();
      }
      const double side = moved < 0 ? -1 : 1, middle = x.dot(model.centre(c)),
                   reach = point * model.spread().along(x) / std::sqrt(s);
      for (std::size_t t = 0; t < options.targets; ++t) {
        passed_in[r] += side * (in_score() - middle) >= reach;
        passed_out[r] += side * (out_score() - middle) >= reach;
      }
    };
  });
  simulated_rates found;
  found.trials = options.records * options.targets;
  const auto rate = [&](const std::vector<std::uint64_t>& passed, std::uint64_t& total) {
    std::vector<double> rates;
    for (const std::uint64_t each : passed) {
      total += each;
      rates.push_back(static_cast<double>(each) / static_cast<double>(options.targets));
    }
    return detail::mean_over_records<Real>(rates, confidence);
  };
  found.tpr = rate(passed_in, found.true_positives);
  found.fpr = rate(passed_out, found.false_positives);
  return found;
}

}  // namespace telltale::study
