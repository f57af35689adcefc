// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// `telltale evaluate` against published numbers; conditions, JSON and exit codes.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <telltale/core/random.hpp>

#include "tool.hpp"

#include <doctest/doctest.h>

using doctest::Approx;
using nlohmann::json;
using tool_test::bench;
using tool_test::outcome;

namespace {

bench with_evidence(const std::vector<double>& evidence, const std::vector<std::uint8_t>& members) {
  bench b;
  b.floats("E.npy", evidence);
  b.flags("M.npy", members);
  return b;
}

json evaluated(const bench& b, const std::string& options = "") {
  const outcome got = b.run("evaluate --evidence E.npy --members M.npy --json - " + options);
  INFO(got.err);
  REQUIRE(got.code == 0);
  CHECK(got.err.empty());
  return json::parse(got.out);
}

bench with_six_records() { return with_evidence({.1, .6, .2, .45, .9, .99}, {0, 0, 0, 1, 1, 1}); }

outcome gated(const bench& b, const std::vector<std::string>& conditions) {
  std::vector<std::string> words{"evaluate", "--evidence", "E.npy", "--members", "M.npy", "--quiet"};
  for (const std::string& each : conditions) {
    words.push_back("--fail-if");
    words.push_back(each);
  }
  return b.run(words);
}

}  // namespace

TEST_CASE("AUC and TPR at FPR equal SACRO's numbers") {
  // SACRO-ML, tests/attacks/test_metrics.py.
  const json got = evaluated(with_six_records(), "--fpr 0,0.001,0.1,0.4,1");
  CHECK(got["auc"]["value"].get<double>() == Approx(8.0 / 9).epsilon(1e-15));
  const std::vector<double> wanted{2.0 / 3, 2.0 / 3, 2.0 / 3, 1, 1};
  const std::vector<bool> resolvable{false, false, false, true, true};
  REQUIRE(got["tpr_at_fpr"].size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    CHECK(got["tpr_at_fpr"][i]["tpr"]["value"].get<double>() == Approx(wanted[i]).epsilon(1e-15));
    CHECK(got["tpr_at_fpr"][i]["resolvable"] == resolvable[i]);
  }
  CHECK(got["tpr_at_fpr"][3]["false_positives"] == 1);
  CHECK(got["tpr_at_fpr"][3]["realised_fpr"].get<double>() == Approx(1.0 / 3));
  CHECK(got["members"] == 3);
  CHECK(got["nonmembers"] == 3);
}

TEST_CASE("every threshold of TensorFlow Privacy's example is on the curve") {
  // epsilon_lower_bound_test.py: TP 1,1,1,1,2,3,3,3,3,4 and FP 0,1,2,3,3,3,4,5,6,6 down the thresholds; the step rule
  // takes the last TP of each FP.
  const bench b = with_evidence({9, 4, 5, 0, 3, 8, 6, 1, 2, 7}, {1, 1, 1, 1, 0, 0, 0, 0, 0, 0});
  const json got = evaluated(b, "--fpr 0,0.17,0.34,0.5,0.67,0.84,1");
  const std::vector<double> tp{1, 1, 1, 3, 3, 3, 4};
  for (std::size_t i = 0; i < tp.size(); ++i) {
    CHECK(got["tpr_at_fpr"][i]["false_positives"] == i);
    CHECK(got["tpr_at_fpr"][i]["tpr"]["value"].get<double>() == Approx(tp[i] / 4));
  }
}

TEST_CASE("ties are one point of the curve") {
  // amulet, test_compute_mi_metrics.py: four equal scores.
  const json equal = evaluated(with_evidence({.5, .5, .5, .5}, {1, 0, 1, 0}), "--fpr 0.5");
  CHECK(equal["auc"]["value"] == 0.5);
  CHECK(equal["advantage"]["value"] == 0.0);
  CHECK(equal["advantage"]["threshold"].is_null());  // + infinity: nobody is called a member
  CHECK(equal["advantage"]["in_sample"] == true);
  CHECK(equal["advantage"]["low"].is_null());
  CHECK(equal["tpr_at_fpr"][0]["realised_fpr"] == 0.0);
  CHECK(evaluated(with_evidence({.9, .8, .8, .7, .6, .6, .5, .4}, {1, 1, 0, 1, 0, 1, 0, 0}))["auc"]["value"] == 0.8125);
}

TEST_CASE("the curve of a known pair of distributions is met") {
  // jax_privacy: members sqrt(1 - u^2), non-members u, u uniform on [0, 1]: TPR = sqrt(f (2 - f)).
  std::vector<double> evidence;
  std::vector<std::uint8_t> members;
  for (int i = 0; i <= 20000; ++i) {
    const double u = i / 20000.0;
    evidence.insert(evidence.end(), {std::sqrt(1 - u * u), u});
    members.insert(members.end(), {1, 0});
  }
  const json got = evaluated(with_evidence(evidence, members), "--fpr 0.01,0.1,0.5");
  for (const json& row : got["tpr_at_fpr"]) {
    const double f = row["fpr"];
    CHECK(row["tpr"]["value"].get<double>() == Approx(std::sqrt(f * (2 - f))).epsilon(1e-3));
  }
}

TEST_CASE("the AUC of evidence that knows nothing scatters as the rank statistic does") {
  // Standard deviation sqrt((P + N + 1) / (12 P N)) = 0.0409267639 for 100 of each; 400 draws know it to 3.5 %.
  telltale::random_stream random(2026, 0);
  double sum = 0, squares = 0;
  constexpr int draws = 400;
  const bench b;
  std::vector<std::uint8_t> members(200);
  for (std::size_t i = 0; i < 100; ++i) members[i] = 1;
  b.flags("M.npy", members);
  for (int draw = 0; draw < draws; ++draw) {
    std::vector<double> evidence(200);
    for (double& value : evidence) value = random.normal();
    b.floats("E.npy", evidence);
    const double off = evaluated(b)["auc"]["value"].get<double>() - 0.5;
    sum += off;
    squares += off * off;
  }
  CHECK(std::sqrt(squares / draws) == Approx(0.0409267639).epsilon(0.12));
  CHECK(std::abs(sum / draws) < 4 * 0.0409267639 / std::sqrt(draws));
}

TEST_CASE("figures at a cut have intervals and those at the best threshold have none") {
  const bench b = with_six_records();
  const json best = evaluated(b);
  CHECK(best["balanced_accuracy"]["in_sample"] == true);
  CHECK(best["balanced_accuracy"]["low"].is_null());
  const json at_cut = evaluated(b, "--cut 0.5");
  CHECK(at_cut["advantage"]["value"].get<double>() == Approx(1.0 / 3));
  CHECK(at_cut["advantage"]["threshold"] == 0.5);
  CHECK(at_cut["advantage"]["in_sample"] == false);
  CHECK(at_cut["advantage"]["low"].get<double>() < 1.0 / 3);
}

TEST_CASE("a confidence widens every interval") {
  const bench b = with_six_records();
  const json usual = evaluated(b), sure = evaluated(b, "--confidence 0.999");
  CHECK(sure["auc"]["low"].get<double>() < usual["auc"]["low"].get<double>());
  CHECK(sure["conventions"]["confidence"] == 0.999);
}

TEST_CASE("a condition that holds exits 3 and one that does not exits 0") {
  const bench b = with_six_records();
  CHECK(gated(b, {"auc>0.8"}).code == 3);
  CHECK(gated(b, {"auc>0.9"}).code == 0);
  CHECK(gated(b, {"auc < 0.9"}).code == 3);
  CHECK(gated(b, {"tpr@0.4>=1"}).code == 3);
  CHECK(gated(b, {"tpr@0.4>1"}).code == 0);
  CHECK(gated(b, {"tpr@1<=1"}).code == 3);
  CHECK(gated(b, {"advantage>0.6"}).code == 3);
  CHECK(gated(b, {"balanced_accuracy<0.9"}).code == 3);
  CHECK(gated(b, {"auc>0.9", "advantage>0.9"}).code == 0);
  const outcome both = gated(b, {"auc>0.99", "auc>0.8", "advantage>=0.5"});
  CHECK(both.code == 3);
  CHECK(both.error_lines() == 1);
  CHECK(both.says("telltale: --fail-if: auc is 0.888"));
  CHECK(both.says("advantage is 0.666"));
}

TEST_CASE("a condition that cannot be read or decided is an error that names it") {
  const bench b = with_six_records();
  b.write_bytes("J.json", "earlier");
  for (const std::string text : {"auc", "auc>", ">0.5", "auc>x", "auc=0.5", "acu>0.5", "tpr>0.5", "tpr@>0.5",
                                 "tpr@2>0.5", "tpr@0>0.5", "tpr@0.01>0.05", "auc>0.5>0.4", "auc>nan", ""}) {
    const outcome got = b.run(std::vector<std::string>{"evaluate", "--evidence", "E.npy", "--members", "M.npy",
                                                       "--json", "J.json", "--fail-if", text});
    INFO(text);
    INFO(got.err);
    CHECK(got.code == 2);
    CHECK(got.error_lines() == 1);
    CHECK(got.says("telltale: --fail-if: "));
    CHECK(b.bytes("J.json") == "earlier");
  }
  CHECK(gated(b, {"tpr@0.01>0.05"}).says("cannot be resolved by 3 non-members"));
}

TEST_CASE("the table goes to standard output unless JSON does or quiet is asked for") {
  const bench b = with_six_records();
  const std::string command = "evaluate --evidence E.npy --members M.npy ";
  CHECK(b.run(command).out.find("AUC") != std::string::npos);
  CHECK(b.run(command + "--quiet").out.empty());
  const outcome both = b.run(command + "--json - --html page.html");
  CHECK(both.code == 0);
  CHECK(json::accept(both.out));
  CHECK(b.bytes("page.html").rfind("<!DOCTYPE html>", 0) == 0);
  CHECK(b.bytes("page.html").find("<script") == std::string::npos);
}
