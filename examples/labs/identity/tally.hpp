// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/membership.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/metric/verdict_rates.hpp>

namespace identity {

/// The prompts won by everybody, draw by draw: draws x persons.
using prompts_won_table = std::vector<std::vector<double>>;

/// Verdicts of one cell of a table, pooled over seeds: a person of another seed is another subject.
class tally {
 public:
  void add(const prompts_won_table& won, const std::vector<bool>& member, double tau = 1) {
    draws_.resize(won.size());
    for (std::size_t draw = 0; draw < won.size(); ++draw) {
      draws_[draw].values.insert(draws_[draw].values.end(), won[draw].begin(), won[draw].end());
      draws_[draw].cut = tau;
    }
    for (const bool is_member : member)
      member_.push_back(is_member ? telltale::membership::in : telltale::membership::out);
  }

  [[nodiscard]] telltale::metric::drawn_rates rates(double confidence = 0.95) const {
    return telltale::metric::rates_over_draws(draws_, member_, confidence);
  }

 private:
  std::vector<telltale::evidence> draws_;
  std::vector<telltale::membership> member_;
};

/// One number a seed.
using over_seeds = std::vector<double>;

/// All that the lab measures, by series and by place on its axis.
struct results {
  std::map<std::string, std::map<double, tally>> rates;
  std::map<std::string, std::map<double, over_seeds>> numbers;
  std::vector<std::pair<std::string, std::vector<std::string>>> confusion;  ///< title, lines
  std::vector<std::string> remarks;
};

}  // namespace identity
