// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include <telltale/campaign/plan.hpp>
#include <telltale/core/random.hpp>

// A campaign whose attacked records no model was ever trained on, and obvious forms of the attacks that must not tell.
namespace oracle {

/// Scores of records and of a population by each model, and what the plan says (falsely) about their membership.
struct null_campaign {
  std::vector<std::vector<double>> scores;      // models x records, any real
  std::vector<std::vector<double>> population;  // models x population, any real
};

/// Models are averages of what they were trained on: theta_m is the mean of the pool's vectors that the plan's first
/// `pool` columns give it. A null record scores its own large offset plus its direction times theta_m, so that two
/// models trained on complementary halves err in opposite directions, as few-shot heads do.
inline null_campaign scores_of_null_records(const telltale::membership_plan& plan, std::size_t pool,
                                            std::uint64_t seed) {
  const std::size_t dimensions = 24, null_records = plan.records() - pool, population = 400;
  std::uint64_t stream = 0;
  const auto vectors = [&](std::size_t count) {
    telltale::random_stream random(seed, stream++);
    std::vector<std::vector<double>> all(count, std::vector<double>(dimensions));
    for (auto& vector : all)
      for (double& x : vector) x = random.normal();
    return all;
  };
  const auto pool_vectors = vectors(pool), null_vectors = vectors(null_records),
             population_vectors = vectors(population);
  telltale::random_stream offsets(seed, stream++);
  std::vector<double> null_offset(null_records), population_offset(population);
  for (double& offset : null_offset) offset = 3 * offsets.normal();
  for (double& offset : population_offset) offset = 3 * offsets.normal();

  null_campaign result;
  for (std::size_t m = 0; m < plan.models(); ++m) {
    std::vector<double> theta(dimensions, 0.0);
    for (std::size_t i = 0; i < pool; ++i)
      for (std::size_t d = 0; d < dimensions; ++d)
        theta[d] += (plan.keep(m)[i] == 1 ? 1.0 : 0.0) * pool_vectors[i][d] / std::sqrt(static_cast<double>(pool));
    const auto score = [&](const std::vector<double>& x, double offset) {
      return offset + std::inner_product(x.begin(), x.end(), theta.begin(), 0.0) / std::sqrt(1.0 * dimensions);
    };
    auto& row = result.scores.emplace_back();
    for (std::size_t i = 0; i < null_records; ++i) row.push_back(score(null_vectors[i], null_offset[i]));
    auto& z = result.population.emplace_back();
    for (std::size_t i = 0; i < population; ++i) z.push_back(score(population_vectors[i], population_offset[i]));
  }
  return result;
}

struct moments {
  double count = 0, mean = 0, deviation = 0;
};

inline moments moments_of(const std::vector<double>& values) {
  moments m;
  m.count = static_cast<double>(values.size());
  for (const double v : values) m.mean += v / m.count;
  for (const double v : values) m.deviation += (v - m.mean) * (v - m.mean) / m.count;
  m.deviation = std::sqrt(m.deviation);
  return m;
}

/// One attacked (target, record): its evidence under each attack (LiRA online with a spread per record and with one for
/// all records, ...), and what the plan says of its membership.
struct null_evidence {
  double lira_online, lira_pooled, lira_offline, rmia_online, rmia_offline, in_shadows;
  bool member;
  std::size_t record;
};

/// Every target of the plan against its shadows, on every null record with at least two IN and two OUT shadows.
inline std::vector<null_evidence> attack_null_records(const telltale::membership_plan& plan, std::size_t pool,
                                                      const null_campaign& campaign) {
  const auto confidence = [](double score) { return 1 / (1 + std::exp(-score)); };
  const auto log_normal = [](double t, const moments& m) {
    return -std::log(m.deviation) - 0.5 * std::pow((t - m.mean) / m.deviation, 2);
  };
  std::vector<null_evidence> all;
  for (std::size_t target = 0; target < plan.targets(); ++target) {
    const std::vector<std::size_t> shadows = plan.shadows_of(target);
    std::vector<double> ratio_z;
    for (std::size_t z = 0; z < campaign.population[target].size(); ++z) {
      double mean = 0;
      for (const std::size_t m : shadows)
        mean += confidence(campaign.population[m][z]) / static_cast<double>(shadows.size());
      ratio_z.push_back(confidence(campaign.population[target][z]) / ((1.3 * mean + 0.7) / 2));
    }
    const auto beaten = [&](double ratio) {
      return static_cast<double>(std::count_if(ratio_z.begin(), ratio_z.end(), [&](double z) { return ratio > z; }));
    };
    double spread = 0;
    for (std::size_t i = 0; i + pool < plan.records(); ++i) {
      std::vector<double> of_record;
      for (const std::size_t m : shadows) of_record.push_back(campaign.scores[m][i]);
      spread += moments_of(of_record).deviation / static_cast<double>(plan.records() - pool);
    }
    for (std::size_t i = 0; i + pool < plan.records(); ++i) {
      std::vector<double> in, out, p_in, p_out;
      for (const std::size_t m : shadows) {
        const bool member = plan.keep(m)[pool + i] == 1;
        (member ? in : out).push_back(campaign.scores[m][i]);
        (member ? p_in : p_out).push_back(confidence(campaign.scores[m][i]));
      }
      if (in.size() < 2 || out.size() < 2) continue;
      const double t = campaign.scores[target][i];
      const moments on = moments_of(in), off = moments_of(out);
      moments pooled_on = on, pooled_off = off;
      pooled_on.deviation = pooled_off.deviation = spread;
      const double mean_in = moments_of(p_in).mean, mean_out = moments_of(p_out).mean;
      all.push_back({log_normal(t, on) - log_normal(t, off), log_normal(t, pooled_on) - log_normal(t, pooled_off),
                     (t - off.mean) / off.deviation, beaten(confidence(t) / ((mean_in + mean_out) / 2)),
                     beaten(confidence(t) / ((1.3 * mean_out + 0.7) / 2)), -on.count, plan.keep(target)[pool + i] == 1,
                     i});
    }
  }
  return all;
}

struct clustered_auc {
  double value, standard_error;
};

/// AUC of a pooled attack with ties as halves, and its standard error when the rows of one record are dependent
/// (Obuchowski 1997, "Nonparametric analysis of clustered ROC curve data", equations 4 to 7).
inline clustered_auc auc_by_record(const std::vector<null_evidence>& all, double null_evidence::*attack) {
  std::vector<double> members, others;
  for (const auto& row : all) (row.member ? members : others).push_back(row.*attack);
  std::sort(members.begin(), members.end());
  std::sort(others.begin(), others.end());
  const auto rank = [](const std::vector<double>& sorted, double value) {
    const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), value);
    return (static_cast<double>(low - sorted.begin()) + static_cast<double>(high - sorted.begin())) / 2 /
           static_cast<double>(sorted.size());
  };
  double auc = 0;
  for (const double value : members) auc += rank(others, value) / static_cast<double>(members.size());
  std::vector<double> cluster;
  for (const auto& row : all) {
    cluster.resize(std::max(cluster.size(), row.record + 1), 0.0);
    cluster[row.record] += row.member ? (rank(others, row.*attack) - auc) / static_cast<double>(members.size())
                                      : (1 - rank(members, row.*attack) - auc) / static_cast<double>(others.size());
  }
  double variance = 0;
  for (const double sum : cluster) variance += sum * sum;
  return {auc, std::sqrt(variance)};
}

}  // namespace oracle
