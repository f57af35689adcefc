// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include <telltale/campaign/campaign.hpp>
#include <telltale/core/random.hpp>

/// A campaign whose models cost nothing: pure functions of their numbers, as training from a seed is.
namespace some_campaign {

inline constexpr std::size_t models = 11, records = 40;

inline telltale::campaign_identity identity() { return {9, 5, {{"epochs", 3}}}; }

inline telltale::membership_plan plan() {
  return telltale::membership_plan::draw(9, models, records, telltale::plan_rule::independent{});
}

inline std::vector<telltale::named_signal> work(std::size_t model) {
  telltale::random_stream random(9, model);
  std::vector<float> margin(2 * records);
  std::vector<double> loss(records);
  for (float& value : margin) value = static_cast<float>(random.normal());
  for (double& value : loss) value = -random.uniform();
  return {{"margin", margin, 2}, {"loss", loss}};
}

}  // namespace some_campaign
