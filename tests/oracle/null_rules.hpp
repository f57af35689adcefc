// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <telltale/campaign/plan.hpp>
#include <telltale/core/adversary.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/metric/auc_clustered.hpp>
#include <telltale/metric/pooled_scores.hpp>

#include "oracle/null_control.hpp"

namespace oracle {

/// The AUC of a rule of the library pooled over every target of a campaign that no attacked record ever took part in,
/// with its 99.9 % interval over records. `judge(scores by the target, shadow models, evidence)`.
template <class Judge>
telltale::metric::estimate null_auc(std::uint64_t seed, const Judge& judge, std::size_t models = 24,
                                    std::size_t attacked = 600) {
  using telltale::membership;
  const std::size_t pool = 200;
  const auto plan = telltale::membership_plan::draw(seed, models, pool + attacked, telltale::plan_rule::independent{});
  const null_campaign campaign = scores_of_null_records(plan, pool, seed + 1);
  std::vector<std::vector<double>> evidence(plan.targets(), std::vector<double>(attacked));
  std::vector<std::vector<membership>> member(plan.targets(), std::vector<membership>(attacked));
  telltale::metric::pooled_scores pooled;
  for (std::size_t target = 0; target < plan.targets(); ++target) {
    std::vector<std::span<const double>> scores;
    std::vector<std::span<const std::uint8_t>> keep;
    for (const std::size_t m : plan.shadows_of(target)) {
      scores.emplace_back(campaign.scores[m]);
      keep.push_back(plan.keep(m).subspan(pool));
    }
    judge(campaign.scores[target], telltale::shadow_models<double>(scores, keep), std::span(evidence[target]));
    for (std::size_t i = 0; i < attacked; ++i)
      member[target][i] = plan.keep(target)[pool + i] == 1 ? membership::in : membership::out;
    pooled.scores.emplace_back(evidence[target]);
    pooled.member.emplace_back(member[target]);
  }
  return telltale::metric::auc_clustered(pooled, 0.999);
}

}  // namespace oracle
