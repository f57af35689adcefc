// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// `telltale evaluate` by group, and its bounds on epsilon.
#include <cmath>
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

const std::string command = "evaluate --evidence E.npy --members M.npy ";

json evaluated(const bench& b, const std::string& options) {
  const outcome got = b.run(command + "--json - " + options);
  INFO(got.err);
  REQUIRE(got.code == 0);
  return json::parse(got.out);
}

void refused(const bench& b, const std::string& options, const std::string& sentence) {
  const outcome got = b.run(command + options);
  INFO(got.err);
  CHECK(got.code == 2);
  CHECK(got.error_lines() == 1);
  CHECK(got.says("telltale: " + sentence));
}

// The four counts of a verdict, as scores of two values.
bench with_counts(int tp, int fn, int fp, int tn) {
  std::vector<double> evidence;
  std::vector<std::uint8_t> members;
  const auto add = [&](int count, double score, std::uint8_t member) {
    evidence.insert(evidence.end(), static_cast<std::size_t>(count), score);
    members.insert(members.end(), static_cast<std::size_t>(count), member);
  };
  add(tp, 1, 1);
  add(fn, 0, 1);
  add(fp, 1, 0);
  add(tn, 0, 0);
  bench b;
  b.floats("E.npy", evidence);
  b.flags("M.npy", members);
  return b;
}

// Two groups of 200: of the first, members have larger scores; of the second, they do not.
bench with_groups() {
  telltale::random_stream random(7, 0);
  std::vector<double> evidence;
  std::vector<std::uint8_t> members;
  std::vector<std::int64_t> groups;
  for (std::size_t i = 0; i < 400; ++i) {
    const bool member = i % 2 == 0, exposed = i < 200;
    evidence.push_back(random.normal() + (member && exposed ? 3 : 0));
    members.push_back(member);
    groups.push_back(exposed ? 10 : 2);
  }
  bench b;
  b.floats("E.npy", evidence);
  b.flags("M.npy", members);
  b.classes("G.npy", groups);
  return b;
}

}  // namespace

TEST_CASE("a threshold that was fixed gives the Clopper-Pearson bound of its counts") {
  // ln((1 - FNR_up - delta) / FPR_up), both limits one-sided at 2.5 %: 2.692477 at 900 of 1,000 against 1 of 1,000,
  // 0.814851 at 700 of 1,000 against 100 of 1,000, recomputed from the beta quantiles.
  const std::string at = "--delta 1e-5 --epsilon-method clopper-pearson --threshold-strategy fixed:0.5";
  const json sharp = evaluated(with_counts(100, 900, 1, 999), at)["epsilon"];
  REQUIRE(sharp.size() == 1);
  CHECK(sharp[0]["method"] == "clopper-pearson");
  CHECK(sharp[0]["strategy"] == "fixed");
  CHECK(sharp[0]["delta"] == 1e-5);
  CHECK(sharp[0]["low"].get<double>() == Approx(2.692477).epsilon(1e-6));
  const json wide = evaluated(with_counts(300, 700, 100, 900), at)["epsilon"];
  CHECK(wide[0]["low"].get<double>() == Approx(0.814851).epsilon(1e-6));
}

TEST_CASE("without a strategy the search for a threshold is paid for") {
  const bench b = with_groups();
  const json searched = evaluated(b, "--delta 1e-5")["epsilon"];
  REQUIRE(searched.size() == 2);
  CHECK(searched[0]["method"] == "clopper-pearson");
  CHECK(searched[1]["method"] == "one-run");
  CHECK(searched[0]["strategy"] == "bonferroni");
  CHECK(searched[0]["searched"].get<int>() > 1);
  // The same threshold, had it been fixed in advance, certifies more: what the search costs.
  const std::string at = std::to_string(searched[0]["threshold"].get<double>() - 1e-9);
  const json fixed = evaluated(b, "--delta 1e-5 --threshold-strategy fixed:" + at)["epsilon"];
  CHECK(fixed[0]["low"].get<double>() > searched[0]["low"].get<double>());
}

TEST_CASE("several methods are given in the order they are asked for") {
  const json got = evaluated(with_counts(300, 700, 100, 900),
                             "--delta 0 --epsilon-method katz-log --epsilon-method one-run "
                             "--epsilon-method clopper-pearson --threshold-strategy fixed:0.5")["epsilon"];
  REQUIRE(got.size() == 3);
  CHECK(got[0]["method"] == "katz-log");
  CHECK(got[0]["guarantee"] == "asymptotic");
  CHECK(got[1]["method"] == "one-run");
  CHECK(got[2]["guarantee"] == "exact");
}

TEST_CASE("a bound on epsilon can be a gate") {
  const bench b = with_counts(300, 700, 100, 900);
  const std::string bounded = command +
                              "--quiet --delta 1e-5 --epsilon-method clopper-pearson --threshold-strategy fixed:0.5 "
                              "--fail-if ";
  CHECK(b.run(bounded + "epsilon>0.8").code == 3);
  CHECK(b.run(bounded + "epsilon>0.9").code == 0);
  refused(b, "--fail-if epsilon>1", "--fail-if: epsilon was not bounded; give --delta");
  refused(b, "--delta 1e-5 --fail-if epsilon>1", "--fail-if: epsilon wants a single --epsilon-method");
}

TEST_CASE("what cannot be bounded is said before any work") {
  const bench b = with_counts(300, 700, 100, 900);
  refused(b, "--delta 1", "--delta: 1 is not at least 0 and below 1");
  refused(b, "--delta -1e-5", "--delta: -1e-5 is not at least 0 and below 1");
  refused(b, "--delta nan", "--delta: ");
  refused(b, "--delta 1e-5 --epsilon-method exact", "--epsilon-method: 'exact' is no method");
  refused(b, "--epsilon-method one-run", "--epsilon-method: needs --delta");
  refused(b, "--delta 0 --epsilon-method gaussian-dp", "--delta: ");
  refused(b, "--delta 1e-5 --epsilon-method katz-log", "--delta: ");
  refused(b, "--delta 1e-5 --threshold-strategy best", "--threshold-strategy: 'best' is no strategy");
  refused(b, "--delta 1e-5 --threshold-strategy fixed:high", "--threshold-strategy: 'high' is not a number");
  const bench two = with_counts(1, 0, 0, 1);
  refused(two, "--delta 1e-5 --threshold-strategy split", "E.npy: are too few for a split");
}

TEST_CASE("groups have figures of their own and the gap between them is told from chance") {
  const bench b = with_groups();
  const json got = evaluated(b, "--groups G.npy --html g.html")["groups"];
  REQUIRE(got["groups"].size() == 2);
  CHECK(got["groups"][0]["name"] == "10");
  CHECK(got["groups"][0]["auc"]["low"].get<double>() > 0.9);
  CHECK(got["groups"][1]["name"] == "2");
  CHECK(got["groups"][1]["auc"]["low"].get<double>() < 0.5);
  CHECK(got["auc_gap"]["highest"] == "10");
  CHECK(got["auc_gap"]["low"].get<double>() > 0.2);
  CHECK(got["threshold"] == "each group's own threshold");
  CHECK(b.bytes("g.html").find("some groups truly differ") != std::string::npos);
  const json shared = evaluated(b, "--groups G.npy --group-threshold of-all-records --fpr 0.1")["groups"];
  const auto false_positives = [&](int g) {
    return shared["groups"][static_cast<std::size_t>(g)]["tpr_at_fpr"][0]["false_positives"].get<int>();
  };
  CHECK(false_positives(0) + false_positives(1) == 20);  // of all 200 non-members
  CHECK(b.run(command + "--groups G.npy").out.find("Groups") != std::string::npos);
}

TEST_CASE("a group that cannot be measured is refused by name, or listed when asked for") {
  bench b = with_groups();
  std::vector<std::int64_t> groups(400, 1);
  groups[0] = 7;  // a member alone
  b.classes("G.npy", groups);
  refused(b, "--groups G.npy", "G.npy: '7' has 1 members and 0 non-members; wanted at least one of each");
  const json got = evaluated(b, "--groups G.npy --group-lacking list")["groups"];
  REQUIRE(got["not_measurable"].size() == 1);
  CHECK(got["not_measurable"][0]["name"] == "7");
  CHECK(got["auc_gap"].is_null());
  CHECK(b.run(command + "--groups G.npy --group-lacking list").out.find("not measurable") != std::string::npos);
  refused(b, "--groups G.npy --group-lacking drop", "--group-lacking: 'drop' is no choice");
  refused(b, "--groups G.npy --group-threshold mine", "--group-threshold: 'mine' is no threshold");
  b.classes("G.npy", {1, 2});
  refused(b, "--groups G.npy", "G.npy: has 2 records; E.npy has 400");
  refused(b, "--groups E.npy", "E.npy: holds float64; wanted integers");
}

TEST_CASE("groups of records with ids are texts") {
  const bench b;
  b.write_bytes("E.csv", "record,evidence\na,1\nb,2\nc,3\nd,4\n");
  b.write_bytes("M.csv", "record,member,group\nd,1,north\nc,0,north\nb,1,\"south, east\"\na,0,\"south, east\"\n");
  const outcome got = b.run("evaluate --evidence E.csv --members M.csv --groups M.csv --json -");
  INFO(got.err);
  REQUIRE(got.code == 0);
  CHECK(json::parse(got.out)["groups"]["groups"][1]["name"] == "south, east");
}

TEST_CASE("bootstrap intervals replace the usual ones and are the same for every number of threads") {
  const bench b = with_groups();
  const json usual = evaluated(b, ""), one = evaluated(b, "--bootstrap 500 --threads 1"),
             three = evaluated(b, "--bootstrap 500 --threads 3");
  CHECK(one == three);
  CHECK(one["auc"]["value"] == usual["auc"]["value"]);
  CHECK(one["auc"]["low"] != usual["auc"]["low"]);
  CHECK(one["conventions"]["auc_interval"].get<std::string>().find("500 replicates") != std::string::npos);
  CHECK(usual["conventions"]["tpr_interval"] == "Clopper-Pearson, the threshold taken as given");
  refused(b, "--bootstrap 10", "--bootstrap: is 10; a percentile interval at confidence 0.95");
  refused(b, "--bootstrap many", "--bootstrap: ");
}
