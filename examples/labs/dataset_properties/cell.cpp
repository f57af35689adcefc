// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "cell.hpp"

#include <Eigen/Core>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>
#include <string>
#include <utility>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/detail/parallel.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/observation/gradients.hpp>
#include <telltale/scorer/correctness.hpp>
#include <telltale/scorer/gradient_norm.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/train/train_many.hpp>

#include "attack.hpp"
#include "table.hpp"

namespace lab {
namespace {

using namespace telltale;

constexpr std::size_t most_others = 1000;  // records of the population and of the test, each, in a pool
constexpr std::size_t least_rest = 12;     // of a class, beyond the pool: 4, 2 and 6 for the three other roles

// Some records of a table and their classes, numbered among the chosen ones.
struct records_of_role {
  std::vector<float> features;
  std::vector<int> labels;
  std::size_t dimensions = 0;

  [[nodiscard]] std::size_t size() const { return labels.size(); }
  [[nodiscard]] train::features_view<float> view() const { return {features, size(), dimensions}; }

  void add(const feature_table& table, std::uint32_t record, std::size_t label) {
    dimensions = table.dimensions;
    const auto row = table.values.begin() + static_cast<std::ptrdiff_t>(record * dimensions);
    features.insert(features.end(), row, row + static_cast<std::ptrdiff_t>(dimensions));
    labels.push_back(static_cast<int>(label));
  }
};

struct roles {
  records_of_role pool, null, population, test;
};

// Draws the classes of a pool and deals their records to the roles.
roles deal(const feature_table& table, const cell_settings& settings, random_stream& random) {
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
  const std::size_t share = (most_others + settings.classes - 1) / settings.classes,
                    population = std::min(share, rest / 3), test = std::min(share, rest / 6),
                    null = std::min(of_pool, (rest - population - test) / 2 * 2);
  roles dealt;
  for (std::size_t c = 0; c < by_class.size(); ++c) {
    auto next = by_class[c].begin();
    const auto take = [&](records_of_role& role, std::size_t count) {
      for (std::size_t k = 0; k < count; ++k) role.add(table, *next++, c);
    };
    take(dealt.pool, of_pool);
    take(dealt.null, null);
    take(dealt.population, population);
    take(dealt.test, test);
  }
  return dealt;
}

using observed = classification<eigen<float>>;

std::vector<float> logits_of(const train::network& head, const records_of_role& records) {
  std::vector<float> logits(records.size() * head.shape().classes());
  head.logits(records.view(), logits);
  return logits;
}

void margins_of(std::span<const float> logits, const records_of_role& records, std::size_t classes,
                std::span<float> out) {
  std::vector<double> margins(records.size());
  logit_margin{}(observed({logits, records.size(), classes}, records.labels), margins);
  std::transform(margins.begin(), margins.end(), out.begin(), [](double m) { return static_cast<float>(m); });
}

double accuracy_of(std::span<const float> logits, const records_of_role& records, std::size_t classes) {
  std::vector<double> right(records.size());
  correctness{}(observed({logits, records.size(), classes}, records.labels), right);
  double sum = 0;
  for (const double each : right) sum += each;
  return sum / static_cast<double>(records.size());
}

// The norm of the gradient of what the trainer minimises: mean loss of a head's own records and its weight decay.
double objective_gradient(const train::network& head, std::span<const float> logits, const records_of_role& pool,
                          std::span<const std::uint8_t> keep, double weight_decay) {
  using matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto rows = static_cast<Eigen::Index>(pool.size()), inputs = static_cast<Eigen::Index>(pool.dimensions),
             classes = static_cast<Eigen::Index>(head.shape().classes());
  matrix residual = Eigen::Map<const matrix>(logits.data(), rows, classes);
  double own = 0;
  for (Eigen::Index i = 0; i < rows; ++i) {
    auto row = residual.row(i);
    if (keep[static_cast<std::size_t>(i)] == 0) {
      row.setZero();
      continue;
    }
    ++own;
    row = (row.array() - row.maxCoeff()).exp().matrix().eval();
    row /= row.sum();
    row[pool.labels[static_cast<std::size_t>(i)]] -= 1;
  }
  const Eigen::Map<const matrix> features(pool.features.data(), rows, inputs);
  matrix gradient(inputs + 1, classes);  // the biases last, as in the flat parameters
  gradient.topRows(inputs).noalias() = features.transpose() * residual;
  gradient.bottomRows(1) = residual.colwise().sum();
  gradient /= static_cast<float>(own);
  gradient +=
      static_cast<float>(weight_decay) * Eigen::Map<const matrix>(head.parameters().data(), inputs + 1, classes);
  return static_cast<double>(gradient.norm());
}

// The mean of a number of each record over the models that measure predictors and were not trained on it.
class out_means {
 public:
  explicit out_means(const membership_plan& plan) : plan_(plan), values_((plan.models() + 1) / 2 * plan.records()) {}

  // Room for the numbers of one model.
  [[nodiscard]] std::span<float> of_model(std::size_t model) {
    return std::span(values_).subspan(model / 2 * plan_.records(), plan_.records());
  }

  [[nodiscard]] std::vector<double> means() const {
    std::vector<double> sums(plan_.records()), models(plan_.records());
    for (std::size_t m = 0; m < plan_.models(); ++m) {
      if (!measures_predictors(m)) continue;
      for (std::size_t i = 0; i < sums.size(); ++i) {
        const double out = 1 - plan_.keep(m)[i];
        sums[i] += out * static_cast<double>(values_[m / 2 * sums.size() + i]);
        models[i] += out;
      }
    }
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] /= models[i];
    return sums;
  }

 private:
  const membership_plan& plan_;
  std::vector<float> values_;
};

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

class stopwatch {
 public:
  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(clock::now() - start_).count(); }

 private:
  using clock = std::chrono::steady_clock;
  clock::time_point start_ = clock::now();
};

void append(std::vector<double>& all, const std::vector<double>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

// Measures pool after pool of one cell, and keeps what their models answered.
class measured_pools {
 public:
  measured_pools(const feature_table& table, const cell_settings& settings) : table_(table), settings_(settings) {}

  void add_pool(std::size_t p, cell_outcome& outcome) {
    constexpr std::uint64_t stream = std::uint64_t{0x63656c6c} << 32;  // "cell"
    random_stream random(settings_.seed, stream + p);
    const roles dealt = deal(table_, settings_, random);
    const std::size_t models = settings_.models + 1;
    const auto plan_of = [&](const records_of_role& records, std::size_t shots) {
      return membership_plan::draw(random(), models, records.size(), plan_rule::shots_per_class{shots, records.labels});
    };
    const membership_plan plan = plan_of(dealt.pool, settings_.shots),
                          null_plan = plan_of(dealt.null, dealt.null.size() / settings_.classes / 2);
    train::recipe recipe = settings_.recipe;
    recipe.seed = random();

    const stopwatch training;
    const auto keep = plan.keeps();
    const auto heads =
        train::train_many<float>({dealt.pool.view(), dealt.pool.labels, settings_.classes}, keep,
                                 train::softmax_regression(table_.dimensions, settings_.classes), recipe);
    outcome.training_seconds += training.seconds();

    pool_answers answers{plan, null_plan, std::vector<float>(models * dealt.pool.size()),
                         std::vector<float>(models * dealt.null.size()),
                         std::vector<float>(models * dealt.population.size())};
    out_means norms(plan);
    std::vector<double> test(models), gradient(models);
    telltale::detail::in_parallel(models, 0, [&] {
      return [&](std::size_t m) {
        const train::network& head = heads[m].model;
        const std::size_t classes = settings_.classes;
        const auto row = [&](std::vector<float>& all, const records_of_role& records) {
          return std::span(all).subspan(m * records.size(), records.size());
        };
        const std::vector<float> logits = logits_of(head, dealt.pool);
        margins_of(logits, dealt.pool, classes, row(answers.margins, dealt.pool));
        margins_of(logits_of(head, dealt.null), dealt.null, classes, row(answers.null_margins, dealt.null));
        margins_of(logits_of(head, dealt.population), dealt.population, classes,
                   row(answers.population, dealt.population));
        test[m] = accuracy_of(logits_of(head, dealt.test), dealt.test, classes);
        gradient[m] = objective_gradient(head, logits, dealt.pool, keep[m], recipe.weight_decay);
        if (!measures_predictors(m)) return;
        std::vector<double> negated(dealt.pool.size());
        gradient_norm{}(
            softmax_head<eigen<float>>({logits, dealt.pool.size(), classes},
                                       {dealt.pool.features, dealt.pool.size(), table_.dimensions}, dealt.pool.labels),
            negated);
        std::transform(negated.begin(), negated.end(), norms.of_model(m).begin(),
                       [](double norm) { return static_cast<float>(-norm); });
      };
    });
    append(gradient_norms_.values, norms.means());
    append(distances_.values, distances_to_class_mean(dealt.pool, settings_.classes));
    pools_.push_back(std::move(answers));

    const double share = 1 / static_cast<double>(models * settings_.pools);
    for (std::size_t m = 0; m < models; ++m) {
      outcome.train_accuracy += share * heads[m].accuracy;
      outcome.test_accuracy += share * test[m];
      outcome.gradient_norm = std::max(outcome.gradient_norm, gradient[m]);
    }
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
  std::vector<pool_answers> pools_;
  record_predictor gradient_norms_{"gradient norm", {}}, distances_{"distance to class mean", {}};
};

}  // namespace

cell_outcome measure_cell(const feature_table& table, const cell_settings& settings) {
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
  const stopwatch all;
  measured_pools pools(table, settings);
  for (std::size_t p = 0; p < settings.pools; ++p) pools.add_pool(p, outcome);
  pools.judge(outcome);
  outcome.attack_seconds = all.seconds() - outcome.training_seconds;
  return outcome;
}

}  // namespace lab
