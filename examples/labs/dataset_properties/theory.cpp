// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "theory.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include <telltale/campaign/plan.hpp>
#include <telltale/core/random.hpp>
#include <telltale/metric/evaluate_pools.hpp>
#include <telltale/study/average_tpr.hpp>
#include <telltale/study/leave_one_out.hpp>
#include <telltale/study/simulated_lira.hpp>

#include "cell.hpp"

namespace lab {

using namespace telltale;

namespace {

struct of_both : preset::lira {
  static constexpr std::string_view name = "one variance a record";
  static constexpr spread::per_record_of_both spread{};
};

// Means of the classes, row by row, and how many records each has.
struct class_centres {
  std::vector<double> values;
  std::vector<std::size_t> records;
};

class_centres centres_of(const feature_table& table) {
  class_centres found{std::vector<double>(table.classes * table.dimensions), std::vector<std::size_t>(table.classes)};
  for (std::size_t i = 0; i < table.records(); ++i) {
    const auto c = static_cast<std::size_t>(table.labels[i]);
    ++found.records[c];
    for (std::size_t d = 0; d < table.dimensions; ++d)
      found.values[c * table.dimensions + d] += static_cast<double>(table.values[i * table.dimensions + d]);
  }
  for (std::size_t c = 0; c < table.classes; ++c)
    for (std::size_t d = 0; d < table.dimensions; ++d)
      found.values[c * table.dimensions + d] /= static_cast<double>(std::max<std::size_t>(1, found.records[c]));
  return found;
}

// The records of one pool: 2S of each of some classes, by class.
struct drawn_pool {
  std::vector<std::uint32_t> records;
  std::vector<int> labels;
};

drawn_pool draw(const feature_table& table, std::size_t shots, std::size_t classes, random_stream& random) {
  std::vector<std::vector<std::uint32_t>> by_class(table.classes);
  for (std::size_t i = 0; i < table.records(); ++i)
    by_class[static_cast<std::size_t>(table.labels[i])].push_back(static_cast<std::uint32_t>(i));
  drawn_pool pool;
  for (const std::uint32_t c : random.choose(classes, table.classes))
    for (const std::uint32_t k : random.choose(2 * shots, by_class[c].size())) {
      pool.records.push_back(by_class[c][k]);
      pool.labels.push_back(static_cast<int>(c));
    }
  return pool;
}

const float* row(const feature_table& table, const drawn_pool& pool, std::size_t i) {
  return table.values.data() + pool.records[i] * table.dimensions;
}

template <class Value>
double product(const float* a, const Value* b, std::size_t dimensions) {
  double sum = 0;
  for (std::size_t k = 0; k < dimensions; ++k) sum += static_cast<double>(a[k]) * static_cast<double>(b[k]);
  return sum;
}

// A model's score of a record: its product with the mean of the S records of its class that were drawn.
std::vector<std::vector<float>> scores_of(const feature_table& table, const drawn_pool& pool,
                                          const membership_plan& plan, std::size_t shots) {
  const std::size_t n = pool.records.size(), d = table.dimensions, per_class = 2 * shots;
  std::vector<std::vector<float>> scores(plan.models(), std::vector<float>(n));
  for (std::size_t m = 0; m < plan.models(); ++m)
    for (std::size_t first = 0; first < n; first += per_class) {
      std::vector<double> mean(d);
      for (std::size_t i = first; i < first + per_class; ++i)
        if (plan.keep(m)[i] == 1)
          for (std::size_t k = 0; k < d; ++k)
            mean[k] += static_cast<double>(row(table, pool, i)[k]) / static_cast<double>(shots);
      for (std::size_t i = first; i < first + per_class; ++i)
        scores[m][i] = static_cast<float>(product(row(table, pool, i), mean.data(), d));
    }
  return scores;
}

// d(x) of each record, from the mean and the variance of <x, z> over the pool's records z of its class.
void add_distances(const feature_table& table, const drawn_pool& pool, std::size_t shots,
                   std::vector<double>& distances) {
  const std::size_t per_class = 2 * shots;
  std::vector<double> products(per_class);
  for (std::size_t i = 0; i < pool.records.size(); ++i) {
    const float* const x = row(table, pool, i);
    double mean = 0, squares = 0;
    for (std::size_t j = 0; j < per_class; ++j) {
      products[j] = product(x, row(table, pool, i / per_class * per_class + j), table.dimensions);
      mean += products[j] / static_cast<double>(per_class);
    }
    for (const double each : products) squares += (each - mean) * (each - mean);
    const double along = std::sqrt(squares / static_cast<double>(per_class - 1));
    distances.push_back(std::abs(study::distance_at<study::training_draw::half_of_one_pool>(
        (product(x, x, table.dimensions) - mean) / along, shots)));
  }
}

// The TPR at an FPR of the likelihood ratio over records of distances d, with one threshold t for all of them: the log
// ratio of a record is d z - d^2/2, z standard normal without it and one of mean d with it.
double tpr_with_one_threshold(const std::vector<double>& distances, double fpr) {
  const study::score_law::gaussian normal;
  const auto share = [&](double t, double side) {
    double sum = 0;
    for (const double d : distances) sum += d > 0 ? normal.above((t - side * d * d / 2) / d) : t <= 0;
    return sum / static_cast<double>(distances.size());
  };
  double low = -1e3, high = 1e3;
  for (int k = 0; k < 100; ++k) {
    const double middle = (low + high) / 2;
    (share(middle, -1) > fpr ? low : high) = middle;
  }
  return share(high, 1);
}

}  // namespace

std::vector<theory_point> synthetic_theory(const feature_table& table, const std::vector<std::size_t>& shots) {
  const class_centres centres = centres_of(table);
  double length = 0, within = 0;
  for (const double each : centres.values) length += each * each / static_cast<double>(table.classes);
  for (std::size_t i = 0; i < table.records(); ++i)
    for (std::size_t d = 0; d < table.dimensions; ++d) {
      const double off = static_cast<double>(table.values[i * table.dimensions + d]) -
                         centres.values[static_cast<std::size_t>(table.labels[i]) * table.dimensions + d];
      within += off * off / static_cast<double>(table.records());
    }
  const study::simplified_model<> model(
      2, study::covariance::isotropic(table.dimensions, within / static_cast<double>(table.dimensions) / length));
  std::vector<theory_point> points;
  for (const double fpr : cell_fprs)
    for (const std::size_t s : shots) {
      theory_point next{s, fpr, study::average_tpr<study::training_draw::afresh>(model, s, fpr), fpr, {}};
      double limit = 0;
      constexpr std::size_t records = 2000;
      for (std::size_t r = 0; r < records; ++r) {
        random_stream random(7, r);
        limit += study::asymptotic_excess(model.sensitivity(model.record(random, r % 2), r % 2), s, fpr) / records;
      }
      next.limit += limit;
      next.simulated = study::simulate_lira(model, s, fpr, {.records = 400, .targets = 200, .seed = s}).tpr;
      points.push_back(next);
    }
  return points;
}

std::vector<class_mean_point> class_mean_theory(const feature_table& table, const std::vector<std::size_t>& shots,
                                                std::size_t classes, std::size_t models, std::uint64_t seed) {
  std::vector<class_mean_point> points;
  for (const std::size_t s : shots) {
    const std::size_t pools = std::clamp<std::size_t>(512 / s, 8, 64);
    std::vector<std::vector<float>> evidence(pools);
    std::vector<std::vector<std::uint8_t>> keep(pools);
    std::vector<metric::scored_pool> scored;
    std::vector<double> distances;
    for (std::size_t p = 0; p < pools; ++p) {
      random_stream random(seed, s * 1000 + p);
      const drawn_pool pool = draw(table, s, classes, random);
      const std::size_t n = pool.records.size();
      const membership_plan plan =
          membership_plan::draw(seed + p, models + 1, n, plan_rule::shots_per_class{s, pool.labels});
      const std::vector<std::vector<float>> scores = scores_of(table, pool, plan, s);
      add_distances(table, pool, s, distances);
      const std::vector<std::span<const float>> rows(scores.begin(), scores.end());
      evidence[p].resize((models + 1) * n);
      study::leave_one_out(gaussian_likelihood_ratio<of_both>{}, shadow_models<float>(rows, plan.keeps()),
                           std::span<float>(evidence[p]));
      keep[p].assign(plan.mask().begin(), plan.mask().end());
      scored.push_back({evidence[p], keep[p], n});
    }
    const metric::pools_evaluation found = metric::evaluate_pools(scored, cell_fprs);
    for (const metric::operating_point& at : found.tpr_at_fpr)
      points.push_back({s, at.fpr, tpr_with_one_threshold(distances, at.fpr), at.tpr});
  }
  return points;
}

}  // namespace lab
