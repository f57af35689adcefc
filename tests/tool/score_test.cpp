// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// `telltale score` against published and derived numbers, and against the library.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <telltale/core/adversary.hpp>
#include <telltale/core/random.hpp>
#include <telltale/io/npy.hpp>
#include <telltale/rule/gaussian_likelihood_ratio.hpp>
#include <telltale/rule/relative_likelihood.hpp>

#include "tool.hpp"

#include <doctest/doctest.h>

using doctest::Approx;
using tool_test::bench;
using tool_test::outcome;

namespace {

const std::string lira_files = " --target T.npy --shadow S.npy --keep K.npy --out E.npy ";
const std::string rmia_files = lira_files + "--population-target ZT.npy --population-shadow ZS.npy ";

/// Eight models and one record: IN {3,4,5,6}, OUT {0,1,2,1}.
bench with_one_record(double target) {
  bench b;
  b.floats("T.npy", {target});
  b.floats("S.npy", {3, 4, 5, 6, 0, 1, 2, 1}, {8, 1});
  b.flags("K.npy", {1, 1, 1, 1, 0, 0, 0, 0}, {8, 1});
  return b;
}

double only(const bench& b, const std::string& command) {
  const std::vector<double> values = b.made(command, "E.npy");
  REQUIRE(values.size() == 1);
  return values[0];
}

/// Three records, two OUT models, four records of a population; the ratios are worked out in the cases.
bench with_population() {
  bench b;
  b.floats("T.npy", {.9, .6, .3});
  b.floats("S.npy", {.5, .55, .4, .7, .65, .6}, {2, 3});
  b.flags("K.npy", {0, 0, 0, 0, 0, 0}, {2, 3});
  b.floats("ZT.npy", {.8, .5, .7, .2});
  b.floats("ZS.npy", {.75, .6, .5, .3, .85, .4, .7, .3}, {2, 4});
  return b;
}

struct random_arrays {
  std::size_t models = 13, records = 301, queries = 2;
  std::vector<float> shadow;
  std::vector<double> target;
  std::vector<std::uint8_t> keep;

  explicit random_arrays(std::size_t width) : queries(width) {
    telltale::random_stream random(3, 5);
    for (std::size_t i = 0; i < models * records * queries; ++i) shadow.push_back(static_cast<float>(random.normal()));
    for (std::size_t i = 0; i < records * queries; ++i) target.push_back(random.normal() + 1);
    // Fixed on both sides for the first four models, so that every record has two IN and two OUT.
    for (std::size_t m = 0; m < models; ++m)
      for (std::size_t i = 0; i < records; ++i)
        keep.push_back(static_cast<std::uint8_t>(m < 2 ? 1 : m < 4 ? 0 : random.uniform() < 0.5));
  }

  void write(const bench& b) const {
    const std::vector<std::size_t> shape =
        queries == 1 ? std::vector<std::size_t>{models, records} : std::vector<std::size_t>{models, records, queries};
    b.floats32("S.npy", shadow, shape);
    b.floats("T.npy", target, {shape.begin() + 1, shape.end()});
    b.flags("K.npy", keep, {models, records});
  }

  [[nodiscard]] std::vector<std::span<const float>> rows() const {
    std::vector<std::span<const float>> all;
    for (std::size_t m = 0; m < models; ++m)
      all.push_back(std::span(shadow).subspan(m * records * queries, records * queries));
    return all;
  }
  [[nodiscard]] std::vector<std::span<const std::uint8_t>> masks() const {
    std::vector<std::span<const std::uint8_t>> all;
    for (std::size_t m = 0; m < models; ++m) all.push_back(std::span(keep).subspan(m * records, records));
    return all;
  }

  template <class Preset>
  [[nodiscard]] std::vector<double> judged() const {
    const auto scores = rows();
    const auto mask = masks();
    const auto fitted = telltale::gaussian_likelihood_ratio<Preset>{}.fit(telltale::shadow_models<float>(scores, mask));
    std::vector<double> evidence(records);
    fitted({target, queries, {}}, evidence);
    return evidence;
  }
};

namespace preset = telltale::preset;

struct median_pooled : preset::lira {
  static constexpr telltale::centre::median centre{};
  static constexpr telltale::spread::pooled_centred spread{};
};

}  // namespace

TEST_CASE("LiRA online and offline equal the derived numbers of one record") {
  // IN {3,4,5,6}, OUT {0,1,2,1}, target 4.2, standard deviations over n: by hand.
  const bench b = with_one_record(4.2);
  CHECK(only(b, "score lira-online" + lira_files) == Approx(9.745854634062923).epsilon(1e-13));
  CHECK(only(b, "score lira-offline" + lira_files + "--set tail=density") == Approx(10.8123649429247).epsilon(1e-13));
  CHECK(only(b, "score lira-offline" + lira_files) == Approx(12.712613934884073).epsilon(1e-12));
}

TEST_CASE("only the two-sided tail calls a record below all OUT models a member") {
  const bench b = with_one_record(-2.2);
  CHECK(only(b, "score lira-offline" + lira_files + "--set tail=density") == Approx(10.8123649429247).epsilon(1e-13));
  CHECK(only(b, "score lira-offline" + lira_files) == Approx(-std::log(0.9999969871194241)).epsilon(1e-9));
}

TEST_CASE("LiRA online equals 8.4 and offline stands at z 4.164132") {
  // IN {2,2.5,3}, OUT {0,0.5,1}, target 2.2.
  bench b;
  b.floats("T.npy", {2.2});
  b.floats("S.npy", {2, 2.5, 3, 0, .5, 1}, {6, 1});
  b.flags("K.npy", {1, 1, 1, 0, 0, 0}, {6, 1});
  CHECK(only(b, "score lira-online" + lira_files) == Approx(8.4).epsilon(1e-12));
  CHECK(only(b, "score lira-offline" + lira_files) ==
        Approx(telltale::minus_log_survival(1.7 / std::sqrt(1.0 / 6))).epsilon(1e-12));
}

TEST_CASE("two queries average their likelihoods") {
  // TensorFlow Privacy, advanced_mia_test.py: minus log density of (1, 0) under {(-1, 0), (1, 20)}.
  bench b;
  b.floats("T.npy", {1, 0}, {1, 2});
  b.floats("S.npy", {-1, 0, 1, 20}, {2, 1, 2});
  b.flags("K.npy", {0, 0}, {2, 1});
  CHECK(only(b, "score lira-offline --set tail=density" + lira_files) == Approx(2.57023108).epsilon(1e-8));
}

TEST_CASE("a spread of zero is refused without a floor and follows each floor") {
  bench b;
  b.floats("S.npy", {0, 0, 0}, {3, 1});
  b.flags("K.npy", {0, 0, 0}, {3, 1});
  b.floats("T.npy", {0});
  const std::string command = "score lira-offline --set tail=density" + lira_files;
  const outcome refused = b.run(command);
  CHECK(refused.code == 2);
  CHECK(refused.says("telltale: S.npy: record 0: the OUT scores have zero spread"));
  CHECK(refused.says("--set floor=VALUE"));
  CHECK(refused.says("--set spread=pooled-centred"));
  // Minus the log density at the mean and 1e-3 away, sigma being the floor alone: -log N(0; 0, s), 1e-6 / (2 s^2).
  const auto with_floor = [&](const std::string& floor) { return only(b, command + "--set floor=" + floor); };
  CHECK(with_floor("add:1e-30") == Approx(-68.1586142566).epsilon(1e-11));
  CHECK(with_floor("1e-16") == Approx(-35.9224229547).epsilon(1e-11));
  CHECK(with_floor("1e-6") == Approx(-12.8965720248).epsilon(1e-11));
  b.floats("T.npy", {1e-3});
  CHECK(with_floor("add:1e-30") == Approx(5.0e53).epsilon(1e-12));
  CHECK(with_floor("1e-16") == Approx(5.0e25).epsilon(1e-12));
  CHECK(with_floor("1e-6") == Approx(499987.103).epsilon(1e-9));
}

TEST_CASE("floored records are counted in the JSON") {
  bench b;
  b.floats("S.npy", {0, 5, 0, 7}, {2, 2});
  b.flags("K.npy", {0, 0, 0, 0}, {2, 2});
  b.floats("T.npy", {0, 6});
  const outcome got = b.run("score lira-offline --set floor=0.01 --json -" + lira_files);
  REQUIRE(got.code == 0);
  const auto json = nlohmann::json::parse(got.out);
  CHECK(json["rule"] == "lira-offline");
  CHECK(json["preset"] == "telltale");
  CHECK(json["settings"] ==
        nlohmann::json::parse(R"({"centre": "mean", "spread": "per-record", "floor": "0.01", "queries": "averaged",
                                  "models": "all", "missing": "refused", "tail": "log-survival"})"));
  CHECK(json["records"] == 2);
  CHECK(json["models"] == 2);
  CHECK(json["cut"].is_null());
  CHECK(json["floored"] == 1);
}

TEST_CASE("LiRA online publishes the cut 0") {
  const bench b = with_one_record(4.2);
  const outcome got = b.run("score lira-online --preset carlini_2022 --json J.json" + lira_files);
  REQUIRE(got.code == 0);
  const auto json = nlohmann::json::parse(b.bytes("J.json"));
  CHECK(json["cut"] == 0.0);
  CHECK(json["preset"] == "carlini_2022");
  CHECK(json["settings"]["centre"] == "median");
  CHECK(json["settings"]["floor"] == "add:1e-30");
}

TEST_CASE("RMIA equals the derived shares") {
  // ratio_x 1.2162, 0.8108, 0.4444; ratio_z 0.9195, 0.7407, 0.9459, 0.3670 at a = 0.3.
  const bench b = with_population();
  using numbers = std::vector<double>;
  CHECK(b.made("score rmia-offline" + rmia_files, "E.npy") == numbers{1, .5, .25});
  CHECK(b.made("score rmia-offline --set gamma=1.2" + rmia_files, "E.npy") == numbers{1, .25, .25});
  // ratio_x 1.125, 0.75, 0.4; ratio_z 0.8889, 0.6667, 0.875, 0.3077 at a = 0.
  CHECK(b.made("score rmia-offline --set a=0" + rmia_files, "E.npy") == numbers{1, .5, .25});
}

TEST_CASE("the ratio of an RMIA record is p over the marginal of its OUT models") {
  // 0.9 with a mean OUT of 0.5 at a = 0.3: p(x) = 0.675, ratio 4/3. A population of ratio 1 stands on either side.
  bench b;
  b.floats("T.npy", {.9});
  b.floats("S.npy", {.5}, {1, 1});
  b.flags("K.npy", {0}, {1, 1});
  b.floats("ZT.npy", {1});
  b.floats("ZS.npy", {1}, {1, 1});
  CHECK(only(b, "score rmia-offline --set gamma=1.3333" + rmia_files) == 1);
  CHECK(only(b, "score rmia-offline --set gamma=1.3334" + rmia_files) == 0);
}

TEST_CASE("RMIA online takes the mean of IN and OUT") {
  // p(x) = (0.75 + 0.25) / 2, ratio 1.5 exactly; the population has ratio 1.25 and, twice, 1.5 at a = 1.
  bench b;
  b.floats("T.npy", {.75});
  b.floats("S.npy", {.75, .25}, {2, 1});
  b.flags("K.npy", {1, 0}, {2, 1});
  b.floats("ZT.npy", {.625, .75, .375});
  b.floats("ZS.npy", {.5, .5, .25, .5, .5, .25}, {2, 3});
  CHECK(only(b, "score rmia-online --set a=1" + rmia_files) == Approx(1.0 / 3).epsilon(1e-15));
  CHECK(only(b, "score rmia-online --set a=1 --set tie=at-least" + rmia_files) == 1);
}

TEST_CASE("RMIA takes stored margins where probabilities would have rounded to 1") {
  // Both margins are float32 1.0 as probabilities; the record with the larger one must win against the population.
  bench b;
  b.floats32("T.npy", {25.0F, 20.0F});
  b.floats32("S.npy", {0, 0}, {1, 2});
  b.flags("K.npy", {0, 0}, {1, 2});
  b.floats32("ZT.npy", {22.0F});
  b.floats32("ZS.npy", {0}, {1, 1});
  CHECK(b.made("score rmia-offline --set scores=margins" + rmia_files, "E.npy") == std::vector<double>{1, 0});
  const outcome as_probabilities = b.run("score rmia-offline" + rmia_files);
  CHECK(as_probabilities.code == 2);
  CHECK(as_probabilities.says("--set scores=margins"));
}

TEST_CASE("margins and their probabilities give the same RMIA shares") {
  const bench margins, probabilities;
  telltale::random_stream random(11, 0);
  const auto write = [&](const std::string& name, std::vector<std::size_t> shape) {
    std::vector<double> m(shape[0] * (shape.size() == 2 ? shape[1] : 1)), p;
    for (double& value : m) value = 3 * random.normal();
    for (const double value : m)
      p.push_back(value < 0 ? std::exp(value) / (1 + std::exp(value)) : 1 / (1 + std::exp(-value)));
    margins.floats(name, m, shape);
    probabilities.floats(name, p, shape);
  };
  write("T.npy", {3000});
  write("S.npy", {4, 3000});
  write("ZT.npy", {50});
  write("ZS.npy", {4, 50});
  std::vector<std::uint8_t> keep(4 * 3000);
  for (std::size_t i = 0; i < keep.size(); ++i) keep[i] = i / 3000 % 2 == 0;
  margins.flags("K.npy", keep, {4, 3000});
  probabilities.flags("K.npy", keep, {4, 3000});
  for (const std::string rule : {"rmia-online", "rmia-offline"})
    CHECK(margins.made("score " + rule + " --set scores=margins" + rmia_files, "E.npy") ==
          probabilities.made("score " + rule + rmia_files, "E.npy"));
}

TEST_CASE("attack-P is the share of the population strictly below") {
  bench b;
  b.floats("T.npy", {-1, 0, .5, 3});
  b.floats("ZT.npy", {0, 0, 1, 2});
  const std::string files = " --target T.npy --population-target ZT.npy --out E.npy ";
  CHECK(b.made("score attack-p" + files, "E.npy") == std::vector<double>{0, 0, .5, 1});
  const auto json = nlohmann::json::parse(b.run("score attack-p --set fpr=0.25 --json -" + files).out);
  CHECK(json["cut"] == 0.75);
  CHECK(json["models"] == 0);
}

TEST_CASE("LiRA by the tool equals LiRA by the library bit for bit") {
  for (const std::size_t width : {std::size_t{1}, std::size_t{2}}) {
    const random_arrays arrays(width);
    const bench b;
    arrays.write(b);
    const auto by_tool = [&](const std::string& words) { return b.made("score " + words + lira_files, "E.npy"); };
    CHECK(by_tool("lira-online") == arrays.judged<preset::lira>());
    CHECK(by_tool("lira-offline") == arrays.judged<preset::offline<preset::lira>>());
    CHECK(by_tool("lira-online --preset carlini_2022") == arrays.judged<preset::carlini_2022>());
    CHECK(by_tool("lira-offline --preset carlini_2022_two_sided") ==
          arrays.judged<preset::offline<preset::carlini_2022_two_sided>>());
    CHECK(by_tool("lira-online --preset carlini_2022_fixed_variance") ==
          arrays.judged<preset::carlini_2022_fixed_variance>());
    CHECK(by_tool("lira-online --preset carlini_2022_fixed_variance_code") ==
          arrays.judged<preset::carlini_2022_fixed_variance_code>());
    CHECK(by_tool("lira-online --set centre=median --set spread=pooled-centred") == arrays.judged<median_pooled>());
    // A preset with its policies changed back is the plain rule.
    CHECK(by_tool("lira-online --preset carlini_2022 --set centre=mean --set floor=none") ==
          arrays.judged<preset::lira>());
  }
}

TEST_CASE("scores may be a file or a folder of any float type and order") {
  const random_arrays arrays(1);
  const bench b;
  arrays.write(b);
  const std::string rest = " --target T.npy --keep K.npy --out E.npy";
  const std::vector<double> wanted = b.made("score lira-online --shadow S.npy" + rest, "E.npy");
  const std::vector<double> scores(arrays.shadow.begin(), arrays.shadow.end());
  for (const std::size_t size : {std::size_t{4}, std::size_t{8}})
    for (const bool big : {false, true})
      for (const bool fortran : {false, true}) {
        b.write_bytes("other.npy", tool_test::npy_bytes(scores, {arrays.models, arrays.records}, size, big, fortran));
        const std::vector<double> got = b.made("score lira-online --shadow other.npy" + rest, "E.npy");
        for (std::size_t i = 0; i < wanted.size(); ++i) CHECK(got[i] == Approx(wanted[i]).epsilon(1e-12));
      }
  std::filesystem::create_directory(b.path("shadows"));
  for (std::size_t m = 0; m < arrays.models; ++m) {
    const std::string digits = std::to_string(m);
    b.floats32("shadows/model_" + std::string(4 - digits.size(), '0') + digits + ".npy",
               {arrays.rows()[m].begin(), arrays.rows()[m].end()});
  }
  CHECK(b.made("score lira-online --shadow shadows" + rest, "E.npy") == wanted);
  // The layout of LiRA's own scripts: one folder with scores.npy and keep.npy.
  std::filesystem::create_directory(b.path("both"));
  std::filesystem::rename(b.path("S.npy"), b.path("both/scores.npy"));
  std::filesystem::rename(b.path("K.npy"), b.path("both/keep.npy"));
  CHECK(b.made("score lira-online --shadow both --keep both --target T.npy --out E.npy", "E.npy") == wanted);
}
