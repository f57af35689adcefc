// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "cell.hpp"

#include <algorithm>
#include <chrono>
#include <span>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/detail/parallel.hpp>
#include <telltale/observation/gradients.hpp>
#include <telltale/scorer/correctness.hpp>
#include <telltale/scorer/gradient_norm.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/train/train_many.hpp>

#include "attack.hpp"
#include "pool.hpp"

namespace lab {
namespace {

using namespace telltale;

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

trained_pool train_heads(const dealt_records& dealt, const membership_plan& plan, const train::recipe& recipe) {
  const auto begun = std::chrono::steady_clock::now();
  const std::size_t classes = dealt.classes, dimensions = dealt.pool.dimensions;
  const auto keep = plan.keeps();
  const auto heads = train::train_many<float>({dealt.pool.view(), dealt.pool.labels, classes}, keep,
                                              train::softmax_regression(dimensions, classes), recipe);
  trained_pool found(dealt, plan.models());
  found.training_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  telltale::detail::in_parallel(plan.models(), 0, [&] {
    return [&](std::size_t m) {
      const train::network& head = heads[m].model;
      const auto ask = [&](std::vector<float>& all, const records_of_role& records) {
        margins_of(logits_of(head, records), records, classes, trained_pool::row(all, m, records));
      };
      const std::vector<float> logits = logits_of(head, dealt.pool);
      margins_of(logits, dealt.pool, classes, trained_pool::row(found.margins, m, dealt.pool));
      ask(found.null_margins, dealt.null);
      ask(found.population, dealt.population);
      found.train_accuracy[m] = heads[m].accuracy;
      found.test_accuracy[m] = accuracy_of(logits_of(head, dealt.test), dealt.test, classes);
      found.objective_gradients[m] = heads[m].gradient_norm;
      if (!measures_predictors(m)) return;
      std::vector<double> negated(dealt.pool.size());
      gradient_norm{}(
          softmax_head<eigen<float>>({logits, dealt.pool.size(), classes},
                                     {dealt.pool.features, dealt.pool.size(), dimensions}, dealt.pool.labels),
          negated);
      std::transform(negated.begin(), negated.end(), trained_pool::row(found.gradient_norms, m / 2, dealt.pool).begin(),
                     [](double norm) { return static_cast<float>(-norm); });
    };
  });
  return found;
}

}  // namespace

cell_outcome measure_cell(const feature_table& table, const cell_settings& settings) {
  return measure_cell(table, settings, train_heads);
}

}  // namespace lab
