// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "oracle/shadow_statistics.hpp"

// RMIA as each peer writes it: every ratio of a record divided by every ratio of the population.
namespace oracle {

/// Rows of one model each, of probabilities; `z` likewise, and what the target says of both.
struct rmia_inputs {
  shadow_scores<double> x;
  std::vector<std::vector<double>> z;
  std::vector<double> x_target, z_target;
};

inline std::vector<double> quotient_shares(const std::vector<long double>& p_x, const std::vector<long double>& p_z,
                                           const rmia_inputs& in, long double gamma) {
  std::vector<double> shares;
  for (std::size_t i = 0; i < p_x.size(); ++i) {
    std::size_t above = 0;
    for (std::size_t z = 0; z < p_z.size(); ++z) above += (in.x_target[i] / p_x[i]) / (in.z_target[z] / p_z[z]) > gamma;
    shares.push_back(static_cast<double>(above) / static_cast<double>(p_z.size()));
  }
  return shares;
}

inline std::vector<long double> of_models(const std::vector<std::vector<double>>& rows, std::size_t record) {
  std::vector<long double> values;
  for (const auto& row : rows) values.push_back(row[record]);
  return values;
}

/// LeakPro: online the plain mean of all models, offline the mean of OUT through a; 1e-6 is added to both.
inline std::vector<double> leakpro_rmia(const rmia_inputs& in, bool online, long double a, long double gamma) {
  const auto marginal = [&](const std::vector<long double>& all, const std::vector<long double>& out) {
    return (online ? mean(all) : ((a + 1) * mean(out) + (1 - a)) / 2) + 1e-6L;
  };
  std::vector<long double> p_x, p_z;
  for (std::size_t i = 0; i < in.x.records(); ++i)
    p_x.push_back(marginal(of_models(in.x.scores, i), in.x.side(i, 0, 0)));
  for (std::size_t z = 0; z < in.z_target.size(); ++z) {
    const auto all = of_models(in.z, z);
    p_z.push_back(marginal(all, all));
  }
  return quotient_shares(p_x, p_z, in, gamma);
}

/// Privacy Meter: signals times (not a member), sorted downwards, the first half kept; with one kept, all, members
/// inverted through a.
inline std::vector<double> privacy_meter_rmia(const rmia_inputs& in, long double a) {
  const std::size_t models = in.z.size(), kept = std::max<std::size_t>(models / 2, 1);
  const auto marginal = [&](std::vector<long double> signals, const std::vector<bool>& member) {
    const long double slope = a == 0 ? 0.3L : a;
    for (std::size_t m = 0; m < models; ++m)
      if (member[m]) signals[m] = kept > 1 ? 0 : (signals[m] + slope - 1) / slope;
    if (kept > 1) {
      std::sort(signals.rbegin(), signals.rend());
      signals.resize(kept);
    }
    return (1 + a) / 2 * mean(signals) + (1 - a) / 2;
  };
  std::vector<long double> p_x, p_z;
  for (std::size_t i = 0; i < in.x.records(); ++i) {
    std::vector<bool> member;
    for (const auto& keep : in.x.keep) member.push_back(keep[i] == 1);
    p_x.push_back(marginal(of_models(in.x.scores, i), member));
  }
  for (std::size_t z = 0; z < in.z_target.size(); ++z)
    p_z.push_back(marginal(of_models(in.z, z), std::vector<bool>(models, false)));
  return quotient_shares(p_x, p_z, in, 1);
}

}  // namespace oracle
