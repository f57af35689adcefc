// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/report/html.hpp>
#include <telltale/report/json.hpp>
#include <telltale/report/merge.hpp>
#include <telltale/report/read_json.hpp>

#include "fixture.hpp"

#include <doctest/doctest.h>

using namespace telltale::report;

namespace {

audit read_again(const audit& got) { return parse_report(json_text(to_json(got)), "report.json"); }

std::string refusal(const json& value) {
  try {
    static_cast<void>(parse_report(json_text(value), "r.json"));
  } catch (const telltale::file_error& error) {
    return error.what();
  }
  return "accepted";
}

std::vector<std::string> names(const target_result& target) {
  std::vector<std::string> found;
  for (const attack_result& attack : target.attacks) found.push_back(attack.name);
  return found;
}

}  // namespace

TEST_CASE("an audit that was written is read again with every figure") {
  const audit made = fixture::audit(), read = read_again(made);
  // The page shows everything but the pictures of records, so equal pages are equal audits.
  audit bare = made;
  for (vulnerable_record& record : bare.records) record.picture = {};
  CHECK(html_report(read) == html_report(bare));
  CHECK(to_json(read) == to_json(made));
}

TEST_CASE("what evaluate writes is an audit of one attack called after its file") {
  const attack_result attack = fixture::attack("LiRA", 60.5);
  json object = to_json(attack.evaluation);
  object["curve"] = to_json(attack.curve);
  const audit read = parse_report(json_text(object), "folder/lira.json");
  REQUIRE(read.targets.size() == 1);
  CHECK(names(read.targets[0]) == std::vector<std::string>{"lira"});
  CHECK(read.targets[0].attacks[0].evaluation.auc == attack.evaluation.auc);
  CHECK(read.targets[0].attacks[0].curve.line.size() == attack.curve.line.size());
}

TEST_CASE("a report that cannot be read names its file and field") {
  const json good = to_json(fixture::audit());
  CHECK(refusal(good) == "accepted");
  json bad = good;
  bad["targets"][0]["attacks"][1]["auc"]["value"] = "high";
  CHECK(refusal(bad) == "r.json: 'targets[0].attacks[1].auc.value' is no number");
  bad = good;
  bad["targets"][1].erase("name");
  CHECK(refusal(bad) == "r.json: has no field 'targets[1].name'");
  bad = good;
  bad["schema"] = 99;
  CHECK(refusal(bad) == "r.json: 'schema' is 99; this version reads 1");
  bad = good;
  bad["targets"][0]["attacks"][0]["curve"]["tpr"] = {1};
  CHECK(refusal(bad) == "r.json: 'targets[0].attacks[0].curve' has columns of different lengths");
  bad = good;
  bad["targets"][0]["attacks"][0]["members"] = -3;
  CHECK(refusal(bad) == "r.json: 'targets[0].attacks[0].members' is no count");
  CHECK(refusal(json{{"a", 1}}) ==
        "r.json: it is no report; wanted what 'telltale demo' or 'telltale evaluate --json' writes");
  CHECK(refusal(json::array()) ==
        "r.json: it is no report; wanted what 'telltale demo' or 'telltale evaluate --json' writes");
  CHECK_THROWS_AS(static_cast<void>(parse_report("{\"schema\": ", "r.json")), telltale::file_error);
  CHECK_THROWS_AS(static_cast<void>(parse_report("", "r.json")), telltale::file_error);
  // Found by the fuzzer: the parser throws another exception for this than for text that is no JSON.
  CHECK_THROWS_WITH_AS(static_cast<void>(parse_report("{\"schema\": 1e999}", "r.json")),
                       "r.json: holds a number that no double can hold", telltale::file_error);
}

TEST_CASE("merged reports join targets of one name and tell attacks of one name apart") {
  audit a, b;
  a.targets = {{"trained", "as it was", {fixture::attack("LiRA", 60.5)}}};
  a.notes = {"A limit.", "Of both."};
  a.settings = {{"seed", "1"}};
  b.targets = {{"trained", "", {fixture::attack("LiRA", 10.5), fixture::attack("RMIA", 30.5)}},
               {"argmax", "labels", {fixture::stopped("LiRA")}}};
  b.notes = {"Of both."};
  const audit both = merged({{"a", a}, {"b", b}});
  REQUIRE(both.targets.size() == 2);
  CHECK(names(both.targets[0]) == std::vector<std::string>{"LiRA", "LiRA (b)", "RMIA"});
  CHECK(both.targets[0].attacks[1].evaluation.auc == b.targets[0].attacks[0].evaluation.auc);
  CHECK(both.targets[1].attacks[0].stopped_by_type);
  CHECK(both.notes == std::vector<std::string>{"A limit.", "Of both."});
  CHECK(both.settings.at(0).first == "a: seed");
  CHECK(to_json(merged({{"a", a}})) == to_json(a));
}

TEST_CASE("who is vulnerable is kept from one report and left out of several") {
  const audit full = fixture::audit();
  audit other;
  other.targets = {{"other", "", {fixture::attack("LiRA", 5.5)}}};
  CHECK(merged({{"a", full}, {"b", other}}).classes.size() == full.classes.size());
  const audit twice = merged({{"a", full}, {"b", full}});
  CHECK(twice.classes.empty());
  CHECK(twice.records.empty());
  CHECK(twice.notes.back().find("left out") != std::string::npos);
}

TEST_CASE("attacks that were evaluated at other rates do not share a table") {
  audit a, b;
  a.targets = {{"trained", "", {fixture::attack("LiRA", 60.5)}}};
  b = a;
  b.targets[0].attacks[0].evaluation.tpr_at_fpr.pop_back();
  CHECK_THROWS_AS(static_cast<void>(merged({{"a", a}, {"b", b}})), telltale::argument_error);
  CHECK_THROWS_AS(static_cast<void>(merged({})), telltale::argument_error);
}
