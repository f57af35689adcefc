// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <telltale/rule/gaussian_likelihood_ratio.hpp>
#include <telltale/rule/relative_likelihood.hpp>

#include "oracle/peer_inputs.hpp"
#include "oracle/rule_inputs.hpp"
#include "tool.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

// The tool under the peers' conventions: what it writes is what the library's presets judge, which are tested against
// the peers.
using tool_test::bench;
using tool_test::outcome;

namespace {

using namespace telltale;
constexpr std::size_t models = 13, records = 12;

struct arrays {
  oracle::shadow_scores<double> shadow;
  std::vector<double> target;
  bench b;

  arrays(std::size_t width, bool uneven)
      : shadow(oracle::peer_shadows(models, records, width)), target(oracle::peer_targets(records, width)) {
    if (uneven)
      for (auto& keep : shadow.keep) {
        keep[3] = 0;
        keep[5] = 1;
      }
    std::vector<double> scores;
    std::vector<std::uint8_t> keep;
    for (const auto& row : shadow.scores) scores.insert(scores.end(), row.begin(), row.end());
    for (const auto& row : shadow.keep) keep.insert(keep.end(), row.begin(), row.end());
    b.floats("S.npy", scores, {models, records, width});
    b.floats("T.npy", target, {records, width});
    b.flags("K.npy", keep, {models, records});
  }

  [[nodiscard]] std::vector<double> by_tool(const std::string& words) const {
    return b.made("score " + words + " --target T.npy --shadow S.npy --keep K.npy --out E.npy", "E.npy");
  }
  template <class Preset>
  [[nodiscard]] std::vector<double> by_library() const {
    return oracle::judged(gaussian_likelihood_ratio<Preset>{}, shadow, target);
  }
  template <class Preset>
  void same(const std::string& rule) const {
    CAPTURE(Preset::name);
    CHECK(by_tool(rule + " --preset " + std::string(Preset::name)) == by_library<Preset>());
  }
};

struct full : preset::lira {
  static constexpr queries::full_covariance queries{};
};
struct shared_floored : preset::lira {
  static constexpr queries::shared_covariance queries{};
  static constexpr spread_floor::add floor{0.5};
};

}  // namespace

TEST_CASE("every LiRA preset of a peer is the library's") {
  using namespace preset;
  const arrays even(2, false), uneven(1, true);
  even.same<carlini_2022_code>("lira-online");
  even.same<carlini_2022_fixed_variance_code>("lira-online");
  even.same<leakpro_2026_06>("lira-online");
  even.same<leakpro_2026_06_individual>("lira-online");
  even.same<leakpro_2026_06_fixed_is_per_record>("lira-online");
  uneven.same<tensorflow_privacy_0_8_12>("lira-online");
  uneven.same<tensorflow_privacy_0_8_12_fixed_variance>("lira-online");
  uneven.same<sacro_ml_2_0_1_carlini>("lira-online");
  uneven.same<sacro_ml_2_0_1_carlini_fixed_variance>("lira-online");
  const auto offline_is = [&]<class Preset>(const arrays& data, Preset) {
    CAPTURE(Preset::name);
    CHECK(data.by_tool("lira-offline --preset " + std::string(Preset::name)) ==
          data.template by_library<preset::offline<Preset>>());
  };
  offline_is(even, carlini_2022_code{});
  offline_is(even, carlini_2022_fixed_variance_code{});
  offline_is(even, leakpro_2026_06{});
  offline_is(even, leakpro_2026_08_two_sided{});
  offline_is(uneven, tensorflow_privacy_0_8_12{});
  offline_is(uneven, sacro_ml_2_0_1_saturating{});
}

TEST_CASE("queries are judged jointly on request") {
  const arrays data(2, false);
  CHECK(data.by_tool("lira-online --set queries=full-covariance") == data.by_library<full>());
  CHECK(data.by_tool("lira-offline --set queries=full-covariance") == data.by_library<preset::offline<full>>());
  CHECK(data.by_tool("lira-online --set queries=shared-covariance --set floor=add:0.5") ==
        data.by_library<shared_floored>());
  const auto refused = [&](const std::string& words) {
    return data.b.run("score " + words + " --target T.npy --shadow S.npy --keep K.npy --out E.npy");
  };
  const outcome spread = refused("lira-online --set queries=full-covariance --set spread=pooled-raw");
  CHECK(spread.code == 2);
  CHECK(spread.says("--set: queries=full-covariance takes the place of a spread; wanted spread=per-record"));
  const outcome missing = refused("lira-online --set queries=shared-covariance --set missing=zero");
  CHECK(missing.code == 2);
  CHECK(missing.says("fills in no record; wanted missing=refused"));
  const outcome unknown = refused("lira-online --set queries=joint");
  CHECK(unknown.code == 2);
  CHECK(unknown.says("wanted averaged|shared-covariance|full-covariance"));
  const arrays wide(6, false);
  const outcome few = wide.b.run(
      "score lira-online --set queries=full-covariance --target T.npy --shadow S.npy --keep K.npy --out E.npy");
  CHECK(few.code == 2);
  CHECK(few.says("telltale: K.npy: record "));
  CHECK(few.says("more models than its 6 queries; accepted by --set queries=shared-covariance or queries=averaged"));
}

TEST_CASE("what a preset fills in or leaves out is counted in the JSON") {
  const arrays uneven(1, true), even(1, false);
  const auto json = [](const bench& b, const std::string& preset) {
    const outcome got = b.run("score lira-online --json - --preset " + preset +
                              " --target T.npy --shadow S.npy --keep K.npy --out E.npy");
    REQUIRE(got.code == 0);
    return nlohmann::json::parse(got.out);
  };
  const auto filled = json(uneven.b, "tensorflow_privacy_0_8_12");
  CHECK(filled["filled"] == 2);
  CHECK(filled["dropped"] == 0);
  CHECK(filled["settings"]["missing"] == "column-mean");
  const auto cut = json(even.b, "carlini_2022_code");
  CHECK(cut["filled"] == 0);
  CHECK(cut["dropped"] > 0);
  CHECK(cut["settings"]["models"] == "smallest-number");
  const outcome refused = uneven.b.run("score lira-online --target T.npy --shadow S.npy --keep K.npy --out E.npy");
  CHECK(refused.code == 2);
  CHECK(refused.says("record 3 has 0 IN and 13 OUT models"));
}

TEST_CASE("RMIA under the conventions of LeakPro and Privacy Meter") {
  auto shadow = oracle::peer_shadows(models, records, 1);
  for (auto& row : shadow.scores) row = oracle::peer_probabilities(row);
  std::vector<double> scores, z;
  std::vector<std::uint8_t> keep;
  std::vector<std::vector<double>> z_rows;
  for (std::size_t m = 0; m < models; ++m) {
    scores.insert(scores.end(), shadow.scores[m].begin(), shadow.scores[m].end());
    keep.insert(keep.end(), shadow.keep[m].begin(), shadow.keep[m].end());
    z_rows.push_back(oracle::peer_probabilities(oracle::peer_shadows(models, 30, 1).scores[m]));
    z.insert(z.end(), z_rows.back().begin(), z_rows.back().end());
  }
  const auto target = oracle::peer_probabilities(oracle::peer_targets(records, 1));
  const auto z_target = oracle::peer_probabilities(oracle::peer_targets(40, 1));
  const std::vector<double> z_of_target(z_target.begin() + 10, z_target.end());
  bench b;
  b.floats("S.npy", scores, {models, records});
  b.floats("T.npy", target);
  b.flags("K.npy", keep, {models, records});
  b.floats("ZS.npy", z, {models, 30});
  b.floats("ZT.npy", z_of_target);
  const std::string files =
      " --target T.npy --shadow S.npy --keep K.npy --population-target ZT.npy --population-shadow ZS.npy --out E.npy";
  const auto by_library = [&](auto rule) {
    const oracle::shadow_views<double> views(shadow);
    const std::vector<std::span<const double>> by_shadow(z_rows.begin(), z_rows.end());
    std::vector<double> evidence(records);
    rule.fit(views.models(), population<signals, double>(signals{z_of_target}, by_shadow))(signals{target}, evidence);
    return evidence;
  };
  using leakpro = preset::rmia_leakpro_2026_06;
  using privacy_meter = preset::rmia_privacy_meter_2025_04_zero_padded;
  CHECK(b.made("score rmia-online --preset leakpro_2026_06" + files, "E.npy") ==
        by_library(relative_likelihood<leakpro>{}));
  CHECK(b.made("score rmia-offline --preset leakpro_2026_06" + files, "E.npy") ==
        by_library(relative_likelihood<preset::offline<leakpro>>{}));
  CHECK(b.made("score rmia-offline --preset privacy_meter_2025_04_zero_padded" + files, "E.npy") ==
        by_library(relative_likelihood<privacy_meter>{}));
  const outcome online = b.run("score rmia-online --preset privacy_meter_2025_04_zero_padded" + files);
  CHECK(online.code == 2);
  CHECK(online.says("wanted telltale or leakpro_2026_06"));
}
