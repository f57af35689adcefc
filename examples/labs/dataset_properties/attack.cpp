// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "attack.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <telltale/metric/evaluate_pools.hpp>
#include <telltale/study/leave_one_out.hpp>
#include <telltale/study/quantiles.hpp>
#include <telltale/study/vulnerability.hpp>

namespace lab {
namespace {

using namespace telltale;

// LiRA with one variance of each record for IN and OUT, and with one for all records of a pool.
struct one_variance_a_record : preset::lira {
  static constexpr spread::per_record_of_both spread{};
};
struct one_variance : preset::lira {
  static constexpr spread::pooled_centred_of_both spread{};
};

// The first models of a table of models x records, as views.
template <class Value>
std::vector<std::span<const Value>> rows(std::span<const Value> table, std::size_t models, std::size_t records) {
  std::vector<std::span<const Value>> all;
  for (std::size_t m = 0; m < models; ++m) all.push_back(table.subspan(m * records, records));
  return all;
}

std::vector<double> confidences(std::span<const float> margins) {
  std::vector<double> all(margins.size());
  std::transform(margins.begin(), margins.end(), all.begin(),
                 [](float margin) { return 1 / (1 + std::exp(-static_cast<double>(margin))); });
  return all;
}

// Records of one pool, those that were trained on or those that were not, as an attack with so many models meets them.
struct asked_records {
  std::span<const float> margins, population;
  std::span<const std::uint8_t> keep;
  std::size_t models, records;

  asked_records(const pool_answers& pool, bool null, std::size_t with_models) : models(with_models) {
    const membership_plan& plan = null ? pool.null_plan : pool.plan;
    records = plan.records();
    margins = std::span(null ? pool.null_margins : pool.margins).first(models * records);
    keep = plan.mask().first(models * records);
    population = std::span(pool.population).first(models * (pool.population.size() / pool.plan.models()));
  }
};

// RMIA at a = 1: a record of the population is as likely as the shadow models, none of which saw it, find it on
// average. The default of 0.3 says how much likelier it would be after training; heads are moved far less, and the
// ratios of the population then end below those of many records, which all tie at the top (S = 256, C = 2, 64 models:
// TPR 0.011 for 0.026 at FPR 0.01).
relative_likelihood<> rmia() {
  relative_likelihood<> rule;
  rule.a = 1;
  return rule;
}

template <class Preset>
void attack(const gaussian_likelihood_ratio<Preset>& rule, const asked_records& asked, std::span<float> evidence) {
  const auto margins = rows(asked.margins, asked.models, asked.records);
  const auto keep = rows(asked.keep, asked.models, asked.records);
  study::leave_one_out(rule, shadow_models<float>(margins, keep), evidence);
}

void attack(const relative_likelihood<>& rule, const asked_records& asked, std::span<float> evidence) {
  const std::vector<double> records = confidences(asked.margins), population = confidences(asked.population);
  const auto scores = rows(std::span(records), asked.models, asked.records);
  const auto others = rows(std::span(population), asked.models, population.size() / asked.models);
  const auto keep = rows(asked.keep, asked.models, asked.records);
  study::leave_one_out(rule, shadow_models<double>(scores, keep), per_model<double>(others), evidence);
}

// RMIA ranks in steps of one record of the population, hence the line between points of the curve.
template <class Rule>
metric::pools_evaluation evaluated(const Rule& rule, std::span<const pool_answers> pools, bool null,
                                   std::size_t models) {
  std::vector<std::vector<float>> evidence;
  std::vector<metric::scored_pool> scored;
  for (const pool_answers& pool : pools) {
    const asked_records asked(pool, null, models);
    evidence.emplace_back(asked.models * asked.records);
    attack(rule, asked, evidence.back());
    scored.push_back({evidence.back(), asked.keep, asked.records});
  }
  return metric::evaluate_pools<metric::fpr_rule::linear>(scored, cell_fprs);
}

std::vector<rate> rates_of(const metric::pools_evaluation& found) {
  std::vector<rate> rates;
  rates.reserve(found.tpr_at_fpr.size());
  for (const metric::operating_point& at : found.tpr_at_fpr)
    rates.push_back({at.fpr, at.tpr, found.members, found.nonmembers});
  return rates;
}

template <class Rule>
attack_outcome outcome_of(const char* name, const Rule& rule, std::span<const pool_answers> pools,
                          std::size_t shadows) {
  const metric::pools_evaluation found = evaluated(rule, pools, false, shadows + 1),
                                 null = evaluated(rule, pools, true, shadows + 1);
  return {name, shadows, found.auc, rates_of(found), rates_of(null), null.auc};
}

// Which records have 2 IN and 2 OUT models at least in both halves of the models that measure vulnerability.
std::vector<std::size_t> measurable(const membership_plan& plan) {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < plan.records(); ++i) {
    std::size_t models[2] = {0, 0}, in[2] = {0, 0}, half = 0;
    for (std::size_t m = 0; m < plan.models(); ++m) {
      if (measures_predictors(m)) continue;
      ++models[half];
      in[half] += plan.keep(m)[i];
      half = 1 - half;
    }
    if (std::min({in[0], in[1], models[0] - in[0], models[1] - in[1]}) >= 2) all.push_back(i);
  }
  return all;
}

template <class Value, class Table>
std::vector<Value> picked(const Table& row, std::span<const std::size_t> records) {
  std::vector<Value> some;
  for (const std::size_t i : records) some.push_back(row[i]);
  return some;
}

void append(std::vector<double>& all, const std::vector<double>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

std::vector<record_predictor> predictors_from_answers(std::span<const pool_answers> pools) {
  std::vector<record_predictor> found{{"loss", {}}, {"negative margin", {}}};
  for (const pool_answers& pool : pools) {
    const std::size_t records = pool.plan.records();
    std::vector<double> loss(records), margin(records), models(records);
    for (std::size_t m = 0; m < pool.plan.models(); ++m) {
      if (!measures_predictors(m)) continue;
      const std::span<const std::uint8_t> keep = pool.plan.keep(m);
      for (std::size_t i = 0; i < records; ++i) {
        if (keep[i] == 1) continue;
        const double here = static_cast<double>(pool.margins[m * records + i]);
        loss[i] += std::max(0.0, -here) + std::log1p(std::exp(-std::abs(here)));
        margin[i] -= here;
        ++models[i];
      }
    }
    for (std::size_t i = 0; i < records; ++i) {
      found[0].values.push_back(loss[i] / models[i]);
      found[1].values.push_back(margin[i] / models[i]);
    }
  }
  return found;
}

std::vector<attack_outcome> attack_pools(std::span<const pool_answers> pools,
                                         std::span<const std::size_t> shadow_models) {
  std::vector<attack_outcome> found;
  for (const std::size_t shadows : shadow_models) {
    found.push_back(outcome_of("RMIA", rmia(), pools, shadows));
    found.push_back(outcome_of("LiRA", gaussian_likelihood_ratio<one_variance_a_record>{}, pools, shadows));
    found.push_back(outcome_of("LiRA, own variances", gaussian_likelihood_ratio<>{}, pools, shadows));
    found.push_back(outcome_of("LiRA, one variance", gaussian_likelihood_ratio<one_variance>{}, pools, shadows));
  }
  return found;
}

std::vector<double> vulnerability_quantiles(std::span<const pool_answers> pools) {
  std::vector<double> distances;
  for (const pool_answers& pool : pools) {
    const std::size_t records = pool.plan.records();
    metric::record_distances measured(records);
    for (std::size_t m = 0; m < pool.plan.models(); ++m)
      measured.add(std::span(pool.margins).subspan(m * records, records), pool.plan.keep(m));
    for (const metric::record_distance& each : measured.found()) distances.push_back(each.distance.value);
  }
  const std::vector<double> shares{0.5, 0.9, 0.99, 0.999};
  std::vector<double> found;
  for (const metric::estimate& quantile : study::quantiles(distances, shares)) found.push_back(quantile.value);
  found.push_back(*std::max_element(distances.begin(), distances.end()));
  return found;
}

std::vector<predictor_outcome> judge_predictors(std::span<const pool_answers> pools,
                                                std::span<const record_predictor> predictors, std::uint64_t seed) {
  std::vector<double> all, halves[2];
  std::vector<std::size_t> places;  // of the records that are compared, among all
  std::size_t first = 0;
  for (const pool_answers& pool : pools) {
    const std::size_t records = pool.plan.records();
    const std::vector<std::size_t> some = measurable(pool.plan);
    study::vulnerability measured(some.size());
    for (std::size_t m = 0; m < pool.plan.models(); ++m)
      if (!measures_predictors(m))
        measured.add(picked<float>(std::span(pool.margins).subspan(m * records, records), some),
                     picked<std::uint8_t>(pool.plan.keep(m), some));
    append(all, measured.distances());
    for (std::size_t half = 0; half < 2; ++half) append(halves[half], measured.distances_of_half(half));
    for (const std::size_t i : some) places.push_back(first + i);
    first += records;
  }
  std::vector<predictor_outcome> found;
  for (const record_predictor& predictor : predictors)
    found.push_back({predictor.name,
                     study::correlate_with_vulnerability(picked<double>(predictor.values, places), all, halves[0],
                                                         halves[1], {.replicates = 399, .seed = seed}),
                     places.size(), first - places.size()});
  return found;
}

}  // namespace lab
