// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/relative_likelihood/presets.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <telltale/rule/relative_likelihood.hpp>

#include "oracle/leakpro.hpp"
#include "oracle/peer_inputs.hpp"
#include "oracle/peer_rmia.hpp"
#include "oracle/privacy_meter.hpp"
#include "oracle/rule_inputs.hpp"

#include <doctest/doctest.h>

// RMIA presets against what the peers' own code gave for the same arrays, and against what it says it does. Shares are
// multiples of 1 / Z, so agreement is exact.
using namespace telltale;
using oracle::has;
using oracle::rmia_inputs;

namespace {

using preset::offline, preset::rmia_leakpro_2026_06, preset::rmia_privacy_meter_2025_04_zero_padded;

template <class Preset>
std::vector<double> judge(const rmia_inputs& in, double a, double gamma) {
  relative_likelihood<Preset> rule;
  rule.a = a;
  rule.gamma = gamma;
  const oracle::shadow_views<double> views(in.x);
  const std::vector<std::span<const double>> by_shadow(in.z.begin(), in.z.end());
  std::vector<double> evidence(in.x.records());
  rule.fit(views.models(), population<signals, double>(signals{in.z_target}, by_shadow))(signals{in.x_target},
                                                                                         evidence);
  return evidence;
}

// What benchmarks/peers/record_leakpro.py and record_privacy_meter.py hand over: 12 records, and as population 40
// others.
rmia_inputs recorded_inputs(std::size_t models) {
  rmia_inputs in{oracle::peer_shadows(9, 12, 1), oracle::peer_shadows(9, 60, 1).scores,
                 oracle::peer_probabilities(oracle::peer_targets(12, 1)),
                 oracle::peer_probabilities(oracle::peer_targets(60, 1))};
  for (auto& row : in.x.scores) row = oracle::peer_probabilities(row);
  for (auto& row : in.z) {
    row = oracle::peer_probabilities(row);
    row.erase(row.begin(), row.begin() + 20);
  }
  in.z_target.erase(in.z_target.begin(), in.z_target.begin() + 20);
  in.x.scores.resize(models);
  in.x.keep.resize(models);
  in.z.resize(models);
  return in;
}

rmia_inputs random_inputs(std::size_t models, std::uint64_t seed) {
  random_stream stream(seed, 3);
  const auto row = [&](std::size_t n) {
    std::vector<double> values(n);
    for (double& v : values) v = 1 - stream.uniform();
    return values;
  };
  rmia_inputs in{oracle::random_shadows<double>(models, 70, 1, seed), {}, row(70), row(50)};
  for (auto& scores : in.x.scores) scores = row(70);
  for (std::size_t m = 0; m < models; ++m) in.z.push_back(row(50));
  return in;
}

}  // namespace

TEST_CASE("LeakPro's RMIA, recorded") {
  const rmia_inputs in = recorded_inputs(9);
  CHECK(judge<rmia_leakpro_2026_06>(in, 0.33, 2) == oracle::leakpro_rmia_online_a33_gamma20);
  CHECK(judge<rmia_leakpro_2026_06>(in, 0.7, 1) == oracle::leakpro_rmia_online_a70_gamma10);
  CHECK(judge<rmia_leakpro_2026_06>(in, 0.33, 0.6) == oracle::leakpro_rmia_online_a33_gamma6);
  CHECK(judge<offline<rmia_leakpro_2026_06>>(in, 0.33, 2) == oracle::leakpro_rmia_offline_a33_gamma20);
  CHECK(judge<offline<rmia_leakpro_2026_06>>(in, 0.7, 1) == oracle::leakpro_rmia_offline_a70_gamma10);
  CHECK(judge<offline<rmia_leakpro_2026_06>>(in, 0.33, 0.6) == oracle::leakpro_rmia_offline_a33_gamma6);
  CHECK(relative_likelihood<rmia_leakpro_2026_06>{}.a == 0.33);
  CHECK(relative_likelihood<rmia_leakpro_2026_06>{}.gamma == 2);
}

TEST_CASE("Privacy Meter's RMIA, recorded with many models and with so few that it inverts members") {
  using peer = rmia_privacy_meter_2025_04_zero_padded;
  CHECK(judge<peer>(recorded_inputs(2), 0.3, 1) == oracle::privacy_meter_2_a3);
  CHECK(judge<peer>(recorded_inputs(2), 0, 1) == oracle::privacy_meter_2_a0);
  CHECK(judge<peer>(recorded_inputs(2), 0.8, 1) == oracle::privacy_meter_2_a8);
  CHECK(judge<peer>(recorded_inputs(3), 0.3, 1) == oracle::privacy_meter_3_a3);
  CHECK(judge<peer>(recorded_inputs(3), 0, 1) == oracle::privacy_meter_3_a0);
  CHECK(judge<peer>(recorded_inputs(3), 0.8, 1) == oracle::privacy_meter_3_a8);
  CHECK(judge<peer>(recorded_inputs(9), 0.3, 1) == oracle::privacy_meter_9_a3);
  CHECK(judge<peer>(recorded_inputs(9), 0, 1) == oracle::privacy_meter_9_a0);
  CHECK(judge<peer>(recorded_inputs(9), 0.8, 1) == oracle::privacy_meter_9_a8);
}

TEST_CASE("RMIA presets agree with the peers' descriptions") {
  for (const std::size_t models : std::vector<std::size_t>{4, 7, 20}) {
    CAPTURE(models);
    const rmia_inputs in = random_inputs(models, models);
    for (const double a : {0.33, 0.9}) {
      CHECK(judge<rmia_leakpro_2026_06>(in, a, 2) == oracle::leakpro_rmia(in, true, a, 2));
      CHECK(judge<offline<rmia_leakpro_2026_06>>(in, a, 2) == oracle::leakpro_rmia(in, false, a, 2));
      CHECK(judge<rmia_privacy_meter_2025_04_zero_padded>(in, a, 1) == oracle::privacy_meter_rmia(in, a));
    }
  }
}

TEST_CASE("zero padding moves p(x) by how many models happened to see the record") {
  // Three of four models OUT at 0.6: the mean of the largest two is 0.6, as it should be; one of four: 0.3.
  const auto marginal = [](std::vector<double> probabilities, std::size_t out) {
    return marginal::zero_padded_largest::offline(probabilities, out, 1);
  };
  CHECK(marginal({0.6, 0.6, 0.6, 0.9}, 3) == doctest::Approx(0.6).epsilon(1e-15));
  CHECK(marginal({0.6, 0.9, 0.9, 0.9}, 1) == doctest::Approx(0.3).epsilon(1e-15));
  // More OUT models than half: only the largest.
  CHECK(marginal({0.2, 0.4, 0.6, 0.8}, 4) == doctest::Approx(0.7).epsilon(1e-15));
}

TEST_CASE("known answers at the ends of a") {
  // OUT pairs (0.5, 0.7), (0.55, 0.65), (0.4, 0.6); population (0.75, 0.85), (0.6, 0.4), (0.5, 0.7), (0.3, 0.3).
  const rmia_inputs toy{{{{0.5, 0.55, 0.4}, {0.7, 0.65, 0.6}}, {{0, 0, 0}, {0, 0, 0}}, 1},
                        {{0.75, 0.6, 0.5, 0.3}, {0.85, 0.4, 0.7, 0.3}},
                        {0.9, 0.6, 0.3},
                        {0.8, 0.5, 0.7, 0.2}};
  CHECK(judge<offline<preset::rmia>>(toy, 0.3, 1) == std::vector<double>{1, 0.5, 0.25});
  CHECK(judge<offline<preset::rmia>>(toy, 0.3, 1.2) == std::vector<double>{1, 0.25, 0.25});
  CHECK(judge<offline<preset::rmia>>(toy, 0, 1) == std::vector<double>{1, 0.5, 0.25});
}

TEST_CASE("what the presets refuse") {
  static_assert(!RelativePreset<preset::in_only<preset::rmia>>);
  struct online : rmia_privacy_meter_2025_04_zero_padded {};
  static_assert(RelativePreset<online>);
  rmia_inputs in = recorded_inputs(9);
  in.x.keep[2][4] = 2;
  const auto message = [&] {
    return oracle::refusal([&] { (void)judge<rmia_privacy_meter_2025_04_zero_padded>(in, 0.3, 1); });
  };
  CHECK(has(message(), "keep: model 2: record 4 is 2; wanted 0 or 1"));
  in = recorded_inputs(9);
  in.x.scores[3][7] = 0;
  CHECK(has(message(), "scores: model 3: record 7 is 0"));
  in = recorded_inputs(9);
  in.z[1][5] = 1.5;
  CHECK(has(message(), "population by shadow models: model 1: record 5 is 1.5"));
}
