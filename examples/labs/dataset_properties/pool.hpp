// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include <telltale/campaign/plan.hpp>
#include <telltale/train/data.hpp>
#include <telltale/train/recipe.hpp>

#include "cell.hpp"
#include "table.hpp"

namespace lab {

/// Some records of a table and their classes, numbered among those that the pool has.
struct records_of_role {
  std::vector<float> features;
  std::vector<int> labels;
  std::size_t dimensions = 0;

  [[nodiscard]] std::size_t size() const { return labels.size(); }
  [[nodiscard]] telltale::train::features_view<float> view() const { return {features, size(), dimensions}; }
};

/// The records of a pool by what they are for. No record has two roles.
struct dealt_records {
  std::size_t classes = 0;
  records_of_role pool;        ///< each model is trained on some of these
  records_of_role null;        ///< the control's
  records_of_role population;  ///< RMIA's
  records_of_role test;
};

/// What the models of a pool say, and how they were trained. Tables are models x records, row by row.
struct trained_pool {
  std::vector<float> margins, null_margins, population;  ///< logit margins
  /// Of each record's loss, a row for each model with measures_predictors().
  std::vector<float> gradient_norms;
  std::vector<double> train_accuracy, test_accuracy;  ///< of each model
  std::vector<double> objective_gradients;            ///< norm of what training minimises, of each model
  double training_seconds = 0;

  trained_pool(const dealt_records& dealt, std::size_t models);

  /// The part of a table that is one model's.
  [[nodiscard]] static std::span<float> row(std::vector<float>& table, std::size_t model,
                                            const records_of_role& records) {
    return std::span(table).subspan(model * records.size(), records.size());
  }
};

/// Trains a model for each row of the plan and asks it about all records.
using pool_trainer =
    std::function<trained_pool(const dealt_records&, const telltale::membership_plan&, const telltale::train::recipe&)>;

/// measure_cell() for models of any kind; `table` is what they are trained on.
[[nodiscard]] cell_outcome measure_cell(const feature_table& table, const cell_settings& settings,
                                        const pool_trainer& train);

}  // namespace lab
