// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <telltale/metric/interval/estimate.hpp>
#include <telltale/study/predictor_correlation.hpp>
#include <telltale/train/recipe.hpp>

namespace lab {

struct feature_table;  // table.hpp

/// One cell of the grid: so many examples of each of so many classes, and how it is measured.
struct cell_settings {
  std::size_t shots = 0;    ///< S: each model is trained on exactly so many records of each class
  std::size_t classes = 0;  ///< C: drawn at random for each pool
  std::size_t models = 0;   ///< M: shadow models; M + 1 are trained, each once the target of all others
  std::size_t pools = 0;    ///< repeats: each draws its own classes and records and trains its own models
  std::uint64_t seed = 1;
  telltale::train::recipe recipe;         ///< of every head
  std::vector<std::size_t> fewer_models;  ///< each below M: attack with the first m + 1 models only as well
  std::size_t others = 1000;  ///< at most so many records of a pool are RMIA's population, and as many its test
};

/// A TPR at an FPR, with one threshold for all targets and records of all pools.
struct rate {
  double fpr = 0;
  telltale::metric::estimate tpr;  ///< 95 %, clustered by record, and by pool where there are at least 4
  std::size_t positives = 0, negatives = 0;
};

/// One attack in a cell: on records that the models were trained on or not, and, as control, on records that none of
/// them saw, with a membership drawn as if they had.
struct attack_outcome {
  std::string name;
  std::size_t models = 0;  ///< shadow models it had
  telltale::metric::estimate auc;
  std::vector<rate> rates, null_rates;
  telltale::metric::estimate null_auc;
};

/// How well a number of each record orders the records by their vulnerability.
struct predictor_outcome {
  std::string name;
  telltale::study::predictor_correlation correlation;
  std::size_t records = 0;   ///< of all pools together
  std::size_t left_out = 0;  ///< further ones, with fewer than 2 IN or OUT models in a part of the models
};

/// What a cell measured.
struct cell_outcome {
  std::vector<attack_outcome> attacks;
  std::vector<predictor_outcome> predictors;
  double train_accuracy = 0, test_accuracy = 0;  ///< means over pools and models
  double gradient_norm = 0;                      ///< of the objective at the end of training: the largest of all models
  std::vector<double> vulnerability_quantiles;   ///< of d' over records at 0.5, 0.9, 0.99, 0.999, and its maximum
  double training_seconds = 0, attack_seconds = 0;
  /// Of each pool. Fewer than 1,000 for the population and the test and fewer for the control than for the attack where
  /// the table has not so many.
  std::size_t records = 0, null_records = 0, population_records = 0, test_records = 0;
};

/// The TPRs are measured at these.
inline constexpr double cell_fprs[] = {0.1, 0.01, 0.001};

/// Trains, attacks and measures one cell. The same result for every number of threads.
///
/// Of each class 2 S records are the pool; of the rest a third at most is RMIA's population and a sixth at most the
/// test, see `others`; then come up to 2 S for the control. No record has two roles in a pool. Throws
/// telltale::argument_error where too few classes of the table have 2 S + 12 records.
[[nodiscard]] cell_outcome measure_cell(const feature_table& table, const cell_settings& settings);

}  // namespace lab
