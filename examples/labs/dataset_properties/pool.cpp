// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "pool.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>

#include "attack.hpp"

namespace lab {
namespace {

using namespace telltale;

constexpr std::size_t least_rest = 12;  // of a class, beyond the pool: 4, 2 and 6 for the three other roles

void add(records_of_role& role, const feature_table& table, std::uint32_t record, std::size_t label) {
  role.dimensions = table.dimensions;
  const auto row = table.values.begin() + static_cast<std::ptrdiff_t>(record * table.dimensions);
  role.features.insert(role.features.end(), row, row + static_cast<std::ptrdiff_t>(table.dimensions));
  role.labels.push_back(static_cast<int>(label));
}

// Draws the classes of a pool and deals their records to the roles.
dealt_records deal(const feature_table& table, const cell_settings& settings, random_stream& random) {
  const std::size_t of_pool = 2 * settings.shots;
  std::vector<std::vector<std::uint32_t>> by_class(table.classes);
  for (std::size_t i = 0; i < table.records(); ++i)
    by_class[static_cast<std::size_t>(table.labels[i])].push_back(static_cast<std::uint32_t>(i));
  std::erase_if(by_class, [&](const auto& records) { return records.size() < of_pool + least_rest; });
  if (by_class.size() < settings.classes)
    telltale::detail::refuse("measure_cell", "table",
                             table.name + " has " + std::to_string(by_class.size()) + " classes of at least " +
                                 std::to_string(of_pool + least_rest) + " records; wanted " +
                                 std::to_string(settings.classes));
  random.shuffle(by_class);
  by_class.resize(settings.classes);
  std::size_t rest = SIZE_MAX;  // every class has as many records of each role
  for (auto& records : by_class) {
    random.shuffle(records);
    rest = std::min(rest, records.size() - of_pool);
  }
  const std::size_t share = (settings.others + settings.classes - 1) / settings.classes,
                    population = std::min(share, rest / 3), test = std::min(share, rest / 6),
                    null = std::min(of_pool, (rest - population - test) / 2 * 2);
  dealt_records dealt;
  dealt.classes = by_class.size();
  for (std::size_t c = 0; c < by_class.size(); ++c) {
    auto next = by_class[c].begin();
    const auto take = [&](records_of_role& role, std::size_t count) {
      for (std::size_t k = 0; k < count; ++k) add(role, table, *next++, c);
    };
    take(dealt.pool, of_pool);
    take(dealt.null, null);
    take(dealt.population, population);
    take(dealt.test, test);
  }
  return dealt;
}

// The mean of a number of each record over the models that measure predictors
// and were not trained on it.
std::vector<double> means_when_out(const std::vector<float>& values, const membership_plan& plan) {
  std::vector<double> sums(plan.records()), models(plan.records());
  for (std::size_t m = 0; m < plan.models(); ++m) {
    if (!measures_predictors(m)) continue;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const double out = 1 - plan.keep(m)[i];
      sums[i] += out * static_cast<double>(values[m / 2 * sums.size() + i]);
      models[i] += out;
    }
  }
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] /= models[i];
  return sums;
}

std::vector<double> distances_to_class_mean(const records_of_role& pool, std::size_t classes) {
  const std::size_t d = pool.dimensions;
  std::vector<double> means(classes * d), counts(classes), distances(pool.size());
  for (std::size_t i = 0; i < pool.size(); ++i) {
    const auto c = static_cast<std::size_t>(pool.labels[i]);
    ++counts[c];
    for (std::size_t k = 0; k < d; ++k) means[c * d + k] += static_cast<double>(pool.features[i * d + k]);
  }
  for (std::size_t i = 0; i < pool.size(); ++i) {
    const auto c = static_cast<std::size_t>(pool.labels[i]);
    double squares = 0;
    for (std::size_t k = 0; k < d; ++k) {
      const double from = static_cast<double>(pool.features[i * d + k]) - means[c * d + k] / counts[c];
      squares += from * from;
    }
    distances[i] = std::sqrt(squares);
  }
  return distances;
}

void append(std::vector<double>& all, const std::vector<double>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// Measures pool after pool of one cell, and keeps what their models answered.
class measured_pools {
 public:
  measured_pools(const feature_table& table, const cell_settings& settings, const pool_trainer& train)
      : table_(table), settings_(settings), train_(train) {}

  void add_pool(std::size_t p, cell_outcome& outcome) {
    constexpr std::uint64_t stream = std::uint64_t{0x63656c6c} << 32;  // "cell"
    random_stream random(settings_.seed, stream + p);
    const dealt_records dealt = deal(table_, settings_, random);
    const auto plan_of = [&](const records_of_role& records, std::size_t shots) {
      return membership_plan::draw(random(), settings_.models + 1, records.size(),
                                   plan_rule::shots_per_class{shots, records.labels});
    };
    const membership_plan plan = plan_of(dealt.pool, settings_.shots),
                          null_plan = plan_of(dealt.null, dealt.null.size() / settings_.classes / 2);
    train::recipe recipe = settings_.recipe;
    recipe.seed = random();
    trained_pool trained = train_(dealt, plan, recipe);

    append(gradient_norms_.values, means_when_out(trained.gradient_norms, plan));
    append(distances_.values, distances_to_class_mean(dealt.pool, settings_.classes));
    pools_.push_back(
        {plan, null_plan, std::move(trained.margins), std::move(trained.null_margins), std::move(trained.population)});
    const double share = 1 / static_cast<double>(settings_.pools);
    outcome.train_accuracy += share * mean_of(trained.train_accuracy);
    outcome.test_accuracy += share * mean_of(trained.test_accuracy);
    outcome.training_seconds += trained.training_seconds;
    for (const double norm : trained.objective_gradients) outcome.gradient_norm = std::max(outcome.gradient_norm, norm);
    const auto fewest = [&](std::size_t& least, const records_of_role& records) {
      least = p == 0 ? records.size() : std::min(least, records.size());
    };
    fewest(outcome.records, dealt.pool);
    fewest(outcome.null_records, dealt.null);
    fewest(outcome.population_records, dealt.population);
    fewest(outcome.test_records, dealt.test);
  }

  void judge(cell_outcome& outcome) const {
    std::vector<std::size_t> shadow_models = settings_.fewer_models;
    shadow_models.push_back(settings_.models);
    outcome.attacks = attack_pools(pools_, shadow_models);
    outcome.vulnerability_quantiles = vulnerability_quantiles(pools_);
    std::vector<record_predictor> predictors{gradient_norms_};
    for (record_predictor& more : predictors_from_answers(pools_)) predictors.push_back(std::move(more));
    predictors.push_back(distances_);
    outcome.predictors = judge_predictors(pools_, predictors, settings_.seed);
  }

 private:
  const feature_table& table_;
  const cell_settings& settings_;
  const pool_trainer& train_;
  std::vector<pool_answers> pools_;
  record_predictor gradient_norms_{"gradient norm", {}}, distances_{"distance to class mean", {}};
};

}  // namespace

trained_pool::trained_pool(const dealt_records& dealt, std::size_t models)
    : margins(models * dealt.pool.size()),
      null_margins(models * dealt.null.size()),
      population(models * dealt.population.size()),
      gradient_norms((models + 1) / 2 * dealt.pool.size()),
      train_accuracy(models),
      test_accuracy(models),
      objective_gradients(models) {}

cell_outcome measure_cell(const feature_table& table, const cell_settings& settings, const pool_trainer& train) {
  const auto demand = [](bool holds, const char* member, std::size_t got, const char* wanted) {
    if (!holds)
      telltale::detail::refuse("measure_cell", std::string("settings.") + member,
                               "is " + std::to_string(got) + "; wanted " + wanted);
  };
  demand(settings.shots > 0, "shots", settings.shots, "at least 1");
  demand(settings.classes > 1, "classes", settings.classes, "at least 2");
  demand(settings.models > 1, "models", settings.models, "at least 2");
  demand(settings.pools > 0, "pools", settings.pools, "at least 1");
  for (const std::size_t fewer : settings.fewer_models)
    demand(fewer > 0 && fewer < settings.models, "fewer_models", fewer, "fewer models than the cell has");
  cell_outcome outcome;
  const auto begun = std::chrono::steady_clock::now();
  measured_pools pools(table, settings, train);
  for (std::size_t p = 0; p < settings.pools; ++p) pools.add_pool(p, outcome);
  pools.judge(outcome);
  outcome.attack_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count() - outcome.training_seconds;
  return outcome;
}

}  // namespace lab
