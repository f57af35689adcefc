// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include <telltale/campaign/plan.hpp>
#include <telltale/core/random.hpp>
#include <telltale/metric/scored_pool.hpp>
#include <telltale/study/leave_one_out.hpp>

namespace oracle {

/// One pool of a study in miniature, attacked: a model is the mean of the `shots` vectors it was trained on, of the
/// pool's 2 x shots; a record's score is its product with the model; LiRA with one spread attacks each model by the
/// others. Scores of a record, of a model and of a pool are dependent, as they are of real models.
struct mean_model_pool {
  std::vector<float> evidence;
  std::vector<std::uint8_t> keep;
  std::size_t records;

  struct one_spread : telltale::preset::lira {
    static constexpr telltale::spread::pooled_centred_of_both spread{};
  };

  /// `null`: the membership is of records that no model was trained on. `between` is the standard deviation of the
  /// logarithm of a pool's own spread.
  mean_model_pool(std::uint64_t stream, std::size_t models, std::size_t shots, bool null, double between = 0)
      : records(2 * shots) {
    constexpr std::size_t dimensions = 16;
    telltale::random_stream random(77, stream);
    using telltale::membership_plan;
    const telltale::plan_rule::fixed_size rule{shots};
    const membership_plan trained = membership_plan::draw(random(), models, records, rule),
                          asked = null ? membership_plan::draw(random(), models, records, rule) : trained;
    const double spread = std::exp(between * random.normal());
    const auto vectors = [&] {
      std::vector<std::vector<double>> all(records, std::vector<double>(dimensions));
      for (auto& x : all) {
        for (double& value : x) value = spread * random.normal();
        x[0] += 3;  // the class's centre
      }
      return all;
    };
    const auto pool = vectors(), others = null ? vectors() : pool;
    std::vector<std::vector<double>> scores(models, std::vector<double>(records));
    for (std::size_t m = 0; m < models; ++m) {
      std::vector<double> mean(dimensions, 0.0);
      for (const std::uint32_t i : trained.training_records(m))
        for (std::size_t d = 0; d < dimensions; ++d) mean[d] += pool[i][d] / static_cast<double>(shots);
      for (std::size_t i = 0; i < records; ++i)
        scores[m][i] = std::inner_product(mean.begin(), mean.end(), others[i].begin(), 0.0);
    }
    const std::vector<std::span<const double>> rows(scores.begin(), scores.end());
    const auto masks = asked.keeps();
    evidence.resize(models * records);
    telltale::study::leave_one_out(telltale::gaussian_likelihood_ratio<one_spread>{},
                                   telltale::shadow_models<double>(rows, masks), std::span(evidence), 1);
    keep.assign(asked.mask().begin(), asked.mask().end());
  }

  [[nodiscard]] telltale::metric::scored_pool view() const { return {evidence, keep, records}; }
};

/// Several of them.
inline std::vector<mean_model_pool> mean_model_pools(std::uint64_t first, std::size_t count, std::size_t models,
                                                     std::size_t shots, bool null, double between = 0) {
  std::vector<mean_model_pool> pools;
  for (std::size_t p = 0; p < count; ++p) pools.emplace_back(first + p, models, shots, null, between);
  return pools;
}

inline std::vector<telltale::metric::scored_pool> views(const std::vector<mean_model_pool>& pools) {
  std::vector<telltale::metric::scored_pool> all;
  for (const auto& pool : pools) all.push_back(pool.view());
  return all;
}

}  // namespace oracle
