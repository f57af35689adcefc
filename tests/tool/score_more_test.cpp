// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// `telltale score` by the rules of reference models, of labelled records and of features.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <telltale/core/adversary.hpp>
#include <telltale/core/random.hpp>
#include <telltale/rule/quantile_regression.hpp>

#include "tool.hpp"

#include <doctest/doctest.h>

using doctest::Approx;
using tool_test::bench;
using tool_test::outcome;

namespace {

const std::string shadow_files = " --target T.npy --shadow S.npy --keep K.npy --out E.npy ";
const std::string labelled_files =
    " --target T.npy --labels Y.npy --known KS.npy --known-members KM.npy --known-labels KY.npy --out E.npy ";
const std::string feature_files =
    " --target T.npy --features X.npy --population-target ZT.npy --population-features ZX.npy --out E.npy ";

/// IN {3, 4, 5, 6} and OUT {0, 1, 2, 1} of one record, target 4.2.
bench with_one_record() {
  bench b;
  b.floats("T.npy", {4.2});
  b.floats("S.npy", {3, 4, 5, 6, 0, 1, 2, 1}, {8, 1});
  b.flags("K.npy", {1, 1, 1, 1, 0, 0, 0, 0}, {8, 1});
  return b;
}

/// Two classes. Class 0: members 7, 5, 4, others 1, 2, 3, 6 (threshold 4). Class 1: a member 0.5, others 0.25, 0.125.
bench with_labelled_records() {
  bench b;
  b.floats("KS.npy", {7, 5, 4, 1, 2, 3, 6, 0.5, 0.25, 0.125});
  b.flags("KM.npy", {1, 1, 1, 0, 0, 0, 0, 1, 0, 0});
  b.classes("KY.npy", {0, 0, 0, 0, 0, 0, 0, 1, 1, 1});
  b.floats("T.npy", {4, 3.9, 0.5, 0.4});
  b.classes("Y.npy", {0, 0, 1, 1});
  return b;
}

nlohmann::json report_of(const bench& b, const std::string& command) {
  const outcome got = b.run(command + "--json -");
  INFO(got.err);
  REQUIRE(got.code == 0);
  return nlohmann::json::parse(got.out);
}

}  // namespace

TEST_CASE("attack-R is the share of OUT models at or below the record") {
  const bench b = with_one_record();
  CHECK(b.made("score attack-r" + shadow_files, "E.npy")[0] == 1);
  // The normal distribution function at (4.2 - 1) / sqrt(1/2), as the derived numbers of LiRA offline have it.
  CHECK(b.made("score attack-r --set estimate=gaussian" + shadow_files, "E.npy")[0] ==
        Approx(0.9999969871194241).epsilon(1e-14));
  b.floats("T.npy", {1});
  CHECK(b.made("score attack-r" + shadow_files, "E.npy")[0] == 0.75);
  CHECK(report_of(b, "score attack-r --set fpr=0.25" + shadow_files)["cut"] == 0.75);
  CHECK(report_of(b, "score attack-r" + shadow_files)["cut"].is_null());
}

TEST_CASE("difficulty and offset are differences from the centres of the models") {
  const bench b = with_one_record();
  CHECK(b.made("score difficulty" + shadow_files, "E.npy")[0] == Approx(3.2).epsilon(1e-14));
  CHECK(b.made("score offset" + shadow_files, "E.npy")[0] == Approx(1.45).epsilon(1e-14));
  // An outlier moves the mean of OUT from 1 to 50.5 and its median not at all.
  b.floats("S.npy", {3, 4, 5, 6, 0, 1, 200, 1}, {8, 1});
  CHECK(b.made("score difficulty" + shadow_files, "E.npy")[0] == Approx(-46.3).epsilon(1e-14));
  CHECK(b.made("score offset --set centre=median" + shadow_files, "E.npy")[0] == Approx(1.45).epsilon(1e-14));
  const auto json = report_of(b, "score offset" + shadow_files);
  CHECK(json["cut"] == 0.0);
  CHECK(json["preset"] == "sablayrolles_2019");
  CHECK(report_of(b, "score difficulty" + shadow_files)["cut"].is_null());
}

TEST_CASE("a side without models is refused or filled in by name") {
  bench b;
  b.floats("T.npy", {4, 10});
  b.floats("S.npy", {3, 8, 1, 6}, {2, 2});
  b.flags("K.npy", {1, 0, 0, 0}, {2, 2});
  const outcome refused = b.run("score offset" + shadow_files);
  CHECK(refused.code == 2);
  CHECK(refused.says("telltale: K.npy: record 1 has no IN model"));
  CHECK(refused.says("accepted with --set missing=column-mean"));
  // The centre of IN is that of record 0, 3; OUT of record 1 has the mean 7: 10 - (3 + 7) / 2.
  CHECK(b.made("score offset --set missing=column-mean" + shadow_files, "E.npy") == std::vector<double>{2, 5});
  const auto json = report_of(b, "score offset --preset tensorflow_privacy_0_8_12_offset" + shadow_files);
  CHECK(json["filled"] == 1);
  CHECK(json["cut"].is_null());
  CHECK(json["settings"] == nlohmann::json::parse(R"({"centre": "median", "missing": "column-mean"})"));
}

TEST_CASE("thresholds per class give verdicts and risks give shares") {
  const bench b = with_labelled_records();
  CHECK(b.made("score song-mittal" + labelled_files, "E.npy") == std::vector<double>{1, 0, 1, 0});
  CHECK(report_of(b, "score song-mittal" + labelled_files)["cut"] == 1.0);
  // Class 0 in five bins of log size from 1 to 7: 1 | | 2 | 3 | 4, 5, 6, 7 (edges 1, 1.48, 2.18, 3.21, 4.74, 7): 4 lies
  // in the fourth with a member alone, 3.9 as well. Class 1 from 0.125 to 0.5: 0.5 in the last, 0.4 (above 0.379) too.
  CHECK(b.made("score privacy-risk" + labelled_files, "E.npy") == std::vector<double>{1, 1, 1, 1});
  b.floats("T.npy", {6.5, 1.1, 0.25, 0.13});
  const double last = (2.0 / 3) / (2.0 / 3 + 1.0 / 4);  // members 5 and 7, of the others 6
  const auto risks = b.made("score privacy-risk" + labelled_files, "E.npy");
  CHECK(risks[0] == Approx(last).epsilon(1e-14));
  CHECK(risks[1] == 0);
  CHECK(risks[2] == 0);
  CHECK(risks[3] == 0);
}

TEST_CASE("QMIA by the tool equals QMIA by the library bit for bit") {
  telltale::random_stream random(5, 5);
  const std::size_t people = 300, records = 40, dimensions = 2;
  std::vector<double> zt, zx, t, x, known, asked;
  const auto draw = [&](std::vector<double>& scores, std::vector<double>& features, std::vector<double>& rows) {
    const double a = random.normal(), c = random.uniform();
    scores.push_back(2 * a - c + (1 + c) * random.normal());
    features.insert(features.end(), {a, c});
    rows.insert(rows.end(), {scores.back(), a, c});
  };
  for (std::size_t i = 0; i < people; ++i) draw(zt, zx, known);
  for (std::size_t i = 0; i < records; ++i) draw(t, x, asked);
  bench b;
  b.floats("ZT.npy", zt);
  b.floats("ZX.npy", zx, {people, dimensions});
  b.floats("T.npy", t);
  b.floats("X.npy", x, {records, dimensions});
  const auto by_library = [&](const auto& rule) {
    std::vector<double> evidence(records);
    rule.fit(telltale::population<>(telltale::signals{known, 3, {}}))(telltale::signals{asked, 3, {}}, evidence);
    return evidence;
  };
  namespace conditional = telltale::conditional;
  CHECK(b.made("score qmia" + feature_files, "E.npy") == by_library(telltale::quantile_regression<>{}));
  CHECK(b.made("score qmia --set model=quantile --set fpr=0.05" + feature_files, "E.npy") ==
        by_library(telltale::quantile_regression(conditional::linear_quantile{0.05})));
  CHECK(report_of(b, "score qmia --set fpr=0.05" + feature_files)["cut"].get<double>() ==
        Approx(-std::log(0.05)).epsilon(1e-14));
  const outcome refused = b.run("score qmia --set model=quantile" + feature_files);
  CHECK(refused.code == 2);
  CHECK(refused.says("--set: model=quantile needs fpr"));
}

TEST_CASE("files that these rules need or do not use are refused by name") {
  const bench b = with_labelled_records();
  const auto says = [&](const std::string& command, const std::string& what) {
    const outcome got = b.run(command);
    INFO(got.err);
    CHECK(got.code == 2);
    CHECK(got.error_lines() == 1);
    CHECK(got.says(what));
  };
  says("score song-mittal --target T.npy --out E.npy", "--known: is missing");
  says("score song-mittal --target T.npy --known KS.npy --known-members KM.npy --out E.npy", "--labels: is missing");
  says("score qmia --target T.npy --population-target KS.npy --out E.npy", "--features: is missing");
  says("score attack-p --target T.npy --population-target KS.npy --labels Y.npy --out E.npy",
       "--labels: attack-p does not use it");
  b.classes("Y.npy", {0, 0, 1});
  says("score song-mittal" + labelled_files, "Y.npy: has 3 records; T.npy has 4");
  b.classes("Y.npy", {0, 0, 1, 2});
  says("score song-mittal" + labelled_files, "T.npy: has a record of class 2, of which there is no labelled record");
  b.classes("Y.npy", {0, 0, 1, 1});
  b.flags("KM.npy", {1, 1, 1, 0, 0, 0, 0, 1, 1, 1});
  says("score song-mittal" + labelled_files, "KS.npy: class 1: holds 3 members and 0 non-members");
  b.flags("KM.npy", {1, 1, 1, 0, 0, 0, 0, 1, 0});
  says("score song-mittal" + labelled_files, "KM.npy: has 9 records; KS.npy has 10");
  b.floats("T.npy", {1, 2, 3, std::nan("")});
  b.flags("KM.npy", {1, 1, 1, 0, 0, 0, 0, 1, 0, 0});
  says("score song-mittal" + labelled_files, "T.npy");
  b.floats("X.npy", {1, 2, 3}, {3, 1});
  b.floats("ZT.npy", {1, 2, 3});
  b.floats("ZX.npy", {1, 2, 3});
  b.floats("T.npy", {1, 2, 3, 4});
  says("score qmia" + feature_files, "X.npy: has 3 records; T.npy has 4");
  b.floats("X.npy", {1, 2, 3, 4, 5, 6, 7, 8}, {4, 2});
  says("score qmia" + feature_files, "ZX.npy: has 1 feature; X.npy has 2");
}

TEST_CASE("the help of score names every rule with its files and settings") {
  const bench b;
  const outcome got = b.run("score --help");
  for (const std::string each :
       {"attack-r", "difficulty", "offset", "song-mittal", "privacy-risk", "qmia", "estimate=empirical|gaussian",
        "centre=mean|median", "missing=refused|column-mean", "model=gaussian|quantile", "--known-members", "--features",
        "tensorflow_privacy_0_8_12_offset"}) {
    INFO(each);
    CHECK(got.out.find(each) != std::string::npos);
  }
}
