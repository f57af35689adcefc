// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/core/adversary.hpp>
#include <telltale/published/segmentation.hpp>

#include <cstdint>
#include <utility>

#include "attack.hpp"

namespace segmentation_lab {

using namespace telltale;

namespace {

using rows = std::vector<std::vector<double>>;
using masks = std::vector<std::vector<std::uint8_t>>;

template <class Scorer>
std::vector<double> score(const Scorer& scorer, const observed_segmentation& answers) {
  const auto batch = answers.view();
  std::vector<double> values(batch.subjects());
  scorer(batch, std::span<double>(values));
  return values;
}

/// Some of the entries of every row but one.
template <class Value>
std::vector<std::vector<Value>> others_of(const std::vector<std::vector<Value>>& all, std::size_t but,
                                          const std::vector<std::size_t>& which) {
  std::vector<std::vector<Value>> left;
  for (std::size_t m = 0; m < all.size(); ++m) {
    if (m == but) continue;
    left.emplace_back();
    for (const std::size_t i : which) left.back().push_back(all[m][i]);
  }
  return left;
}

template <class Value>
std::vector<std::span<const Value>> spans(const std::vector<std::vector<Value>>& of) {
  return {of.begin(), of.end()};
}

// The condition looks at the others alone. One on all networks would tell the target's membership from how many of the
// others were trained on a record.
std::vector<std::size_t> with_two_of_each(const masks& keep, std::size_t but) {
  std::vector<std::size_t> which;
  for (std::size_t i = 0; i < keep.front().size(); ++i) {
    std::size_t in = 0;
    for (std::size_t m = 0; m < keep.size(); ++m) in += m != but && keep[m][i];
    if (in >= 2 && keep.size() - 1 - in >= 2) which.push_back(i);
  }
  return which;
}

}  // namespace

void attack_each_other(tally& found, const std::vector<asked_about>& networks,
                       const std::vector<observed_segmentation>& nobody) {
  masks keep;
  for (const asked_about& each : networks) {
    keep.emplace_back();
    for (const membership one : each.member) keep.back().push_back(one == membership::in ? 1 : 0);
  }
  const auto over_targets = [&](const std::string& name, const rows& scores, const auto& judge) {
    for (std::size_t t = 0; t < networks.size(); ++t) {
      const std::vector<std::size_t> which = with_two_of_each(keep, t);
      std::vector<double> asked;
      std::vector<membership> member;
      for (const std::size_t i : which) {
        asked.push_back(scores[t][i]);
        member.push_back(networks[t].member[i]);
      }
      const rows left = others_of(scores, t, which);
      const masks left_keep = others_of(keep, t, which);
      const auto score_spans = spans(left);
      const auto keep_spans = spans(left_keep);
      found.add(name, judge(t, asked, shadow_models<double>(score_spans, keep_spans)), member);
    }
  };
  const auto score_all = [&](const auto& scorer) {
    rows scores;
    for (const asked_about& each : networks) scores.push_back(score(scorer, each.answers));
    return scores;
  };
  const auto by_likelihood_ratio = [&](const std::string& name, const auto& attack) {
    over_targets(name, score_all(typename std::decay_t<decltype(attack)>::scorer{}),
                 [&](std::size_t, const std::vector<double>& asked, const shadow_models<double>& others) {
                   return attack.judge(signals{asked}, asked.size(), owning(others));
                 });
  };
  const auto by_relative_likelihood = [&](const std::string& name, const auto& attack) {
    const typename std::decay_t<decltype(attack)>::scorer scorer{};
    rows population_scores;
    for (const observed_segmentation& each : nobody) population_scores.push_back(score(scorer, each));
    std::vector<std::size_t> everybody(population_scores.front().size());
    for (std::size_t i = 0; i < everybody.size(); ++i) everybody[i] = i;
    over_targets(name, score_all(scorer),
                 [&](std::size_t t, const std::vector<double>& asked, const shadow_models<double>& others) {
                   const rows left = others_of(population_scores, t, everybody);
                   const auto left_spans = spans(left);
                   return attack.judge(
                       signals{asked}, asked.size(),
                       owning(others, population<signals, double>(signals{population_scores[t]}, left_spans)));
                 });
  };
  using margin = mean_over_pixels<logit_margin>;
  using rule = gaussian_likelihood_ratio<preset::lira_with_few_models>;
  by_likelihood_ratio("LiRA, mean margin", attack<margin, rule>{});
  by_likelihood_ratio("LiRA, mean loss", attack<published::pixel_loss, rule>{});
  by_likelihood_ratio("LiRA, log mean loss", published::lira_on_pixel_loss{});
  by_likelihood_ratio("LiRA, log boundary loss", published::lira_on_boundary_loss{});
  by_likelihood_ratio("LiRA, log Dice loss", published::lira_on_dice{});
  by_relative_likelihood("RMIA, mean loss", published::rmia_on_pixel_loss{});
  by_relative_likelihood("RMIA, boundary loss", published::rmia_on_boundary_loss{});
}

}  // namespace segmentation_lab
