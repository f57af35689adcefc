// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <telltale/campaign/plan.hpp>

#include "cell.hpp"

namespace lab {

/// What the M + 1 models of one pool say: logit margins, models x records, row by row.
struct pool_answers {
  telltale::membership_plan plan;       ///< who was trained on which record of the pool
  telltale::membership_plan null_plan;  ///< a membership of the null records that no model knows of
  std::vector<float> margins, null_margins;
  std::vector<float> population;  ///< of records in no model's training set, as many as there are
};

/// A number of each record of all pools, one pool after the other.
struct record_predictor {
  std::string name;
  std::vector<double> values;
};

/// Which models a predictor may be measured on so that it shares no noise with the vulnerability that it is compared
/// with, which the others measure: 0, 2, 4, ...
[[nodiscard]] constexpr bool measures_predictors(std::size_t model) { return model % 2 == 0; }

/// The mean loss and the negative mean margin of each record under models that were not trained on it.
[[nodiscard]] std::vector<record_predictor> predictors_from_answers(std::span<const pool_answers> pools);

/// Each model once the target of all others: RMIA and three kinds of LiRA, with the first m + 1 models for every number
/// m of shadow models asked for. Pools must have as many models each.
[[nodiscard]] std::vector<attack_outcome> attack_pools(std::span<const pool_answers> pools,
                                                       std::span<const std::size_t> shadow_models);

/// d' over all records and pools at 0.5, 0.9, 0.99, 0.999, and its maximum, from all models.
[[nodiscard]] std::vector<double> vulnerability_quantiles(std::span<const pool_answers> pools);

/// How well each predictor orders all records by their d' under the models that measure no predictor, corrected for its
/// noise by the halves of those.
[[nodiscard]] std::vector<predictor_outcome> judge_predictors(std::span<const pool_answers> pools,
                                                              std::span<const record_predictor> predictors,
                                                              std::uint64_t seed);

}  // namespace lab
