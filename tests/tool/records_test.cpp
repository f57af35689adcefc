// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Records with ids: evidence and membership as CSV, matched by id.
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tool.hpp"

#include <doctest/doctest.h>

using nlohmann::json;
using tool_test::bench;
using tool_test::outcome;

namespace {

constexpr const char* command = "evaluate --evidence E.csv --members M.csv ";

bench with_ids(const std::string& evidence, const std::string& members) {
  bench b;
  b.write_bytes("E.csv", evidence);
  b.write_bytes("M.csv", members);
  return b;
}

// The six records of SACRO-ML's tests/attacks/test_metrics.py, AUC 8/9.
const std::string six = "record,evidence\na,.1\nb,.6\nc,.2\nd,.45\ne,.9\nf,.99\n";

}  // namespace

TEST_CASE("evidence and membership are matched by id, whatever their order") {
  const bench b = with_ids(six, "note,member,record\nx,1,f\nx,True,e\nx,true,d\nx,0,a\nx,False,b\nx,false,c\n");
  const outcome got = b.run(std::string(command) + "--json -");
  INFO(got.err);
  REQUIRE(got.code == 0);
  CHECK(json::parse(got.out)["auc"]["value"].get<double>() == doctest::Approx(8.0 / 9).epsilon(1e-15));
  // By order alone the members would be a, b, c: AUC 1/9.
  b.flags("M.npy", {1, 1, 1, 0, 0, 0});
  const outcome ordered = b.run("evaluate --evidence E.csv --members M.npy --json -");
  REQUIRE(ordered.code == 0);
  CHECK(json::parse(ordered.out)["auc"]["value"].get<double>() == doctest::Approx(1.0 / 9).epsilon(1e-15));
}

TEST_CASE("records that do not match are refused by id and line") {
  const auto refused = [](const std::string& evidence, const std::string& members, const std::string& sentence) {
    const outcome got = with_ids(evidence, members).run(command);
    INFO(got.err);
    CHECK(got.code == 2);
    CHECK(got.error_lines() == 1);
    CHECK(got.says("telltale: " + sentence));
  };
  const std::string members = "record,member\na,0\nb,0\nc,0\nd,1\ne,1\nf,1\n";
  refused(six, "record,member\na,0\nb,0\nc,0\nd,1\ne,1\n", "M.csv: has no record 'f', which E.csv has");
  refused(six, members + "g,1\n", "M.csv: line 8: record 'g' is not in E.csv");
  refused(six, members + "a,1\n", "M.csv: line 8: record 'a' is there twice, first in line 2");
  refused(six + "b,1\n", members, "E.csv: line 8: record 'b' is there twice, first in line 3");
  refused(six, "record,member\na,0\nb,2\nc,0\nd,1\ne,1\nf,1\n", "M.csv: line 3: member is '2'; wanted 1");
  refused(six, "record,is_member\na,0\n", "M.csv: no column 'member'; there are: record, is_member");
  refused("id,evidence\na,1\n", members, "E.csv: no column 'record'; there are: id, evidence");
  refused("record,evidence\na,high\n", members, "E.csv: line 2, column 'evidence': 'high' is not a number");
  refused("record,evidence\na,nan\nb,1\nc,1\nd,1\ne,1\nf,1\n", members, "E.csv: ");
  refused("record,evidence\n", members, "E.csv: holds no record");
  refused("", members, "E.csv: is empty");
}

TEST_CASE("files with and without ids do not go together where order would decide") {
  const bench b = with_ids(six, "record,member\na,0\nb,0\nc,0\nd,1\ne,1\nf,1\n");
  b.floats("E.npy", {.1, .6, .2, .45, .9, .99});
  const outcome got = b.run("evaluate --evidence E.npy --members M.csv");
  CHECK(got.code == 2);
  CHECK(got.says("M.csv: knows its records by id, and E.npy only by their order; give both as .csv or both as .npy"));
}

TEST_CASE("score writes evidence with ids, and evaluate reads it") {
  const bench b;
  b.floats("T.npy", {.1, .6, .2, .45, .9, .99});
  b.floats("Z.npy", {0, .5, 1});
  b.write_bytes("ids.csv", "record\n\"a, the first\"\nb\nc\nd\ne\nf\n");
  const std::string score = "score attack-p --target T.npy --population-target Z.npy --out E.csv ";
  REQUIRE(b.run(score + "--ids ids.csv").code == 0);
  CHECK(b.bytes("E.csv") ==
        "record,evidence\n\"a, the first\",0.3333333333333333\nb,0.6666666666666666\nc,0.3333333333333333\n"
        "d,0.3333333333333333\ne,0.6666666666666666\nf,0.6666666666666666\n");
  REQUIRE(b.run(score).code == 0);
  CHECK(b.bytes("E.csv").rfind("record,evidence\n0,", 0) == 0);
  b.write_bytes("M.csv", "record,member\n0,0\n1,0\n2,0\n3,1\n4,1\n5,1\n");
  CHECK(b.run(command).code == 0);

  b.write_bytes("short.csv", "record\na\n");
  CHECK(b.run(score + "--ids short.csv").says("short.csv: has 1 record; the target has 6"));
  CHECK(b.run(score + "--ids T.npy").says("--ids: 'T.npy' is no .csv file"));
  CHECK(b.run("score attack-p --target T.npy --population-target Z.npy --out E.npy --ids ids.csv")
            .says("--ids: needs an --out that ends in .csv"));
}

TEST_CASE("a comparison takes the same records for both attacks") {
  std::vector<double> first, second;
  std::vector<std::uint8_t> members;
  for (int i = 0; i < 200; ++i) {
    members.push_back(i % 2 == 0 ? 1 : 0);
    first.push_back((i * 37) % 200 + (i % 2 == 0 ? 60 : 0));
    second.push_back((i * 37) % 200 + (i % 2 == 0 ? 10 : 0));
  }
  const bench b;
  b.floats("E.npy", first);
  b.floats("F.npy", second);
  b.flags("M.npy", members);
  const outcome got = b.run("evaluate --evidence E.npy --members M.npy --compare F.npy --html c.html --json -");
  INFO(got.err);
  REQUIRE(got.code == 0);
  const json object = json::parse(got.out), compared = object["comparison"];
  CHECK(compared["first"] == "E.npy");
  CHECK(compared["second"] == "F.npy");
  const outcome other = b.run("evaluate --evidence F.npy --members M.npy --json -");
  const double difference = object["auc"]["value"].get<double>() - json::parse(other.out)["auc"]["value"].get<double>();
  CHECK(compared["auc"]["value"].get<double>() == doctest::Approx(difference));
  CHECK(compared["auc"]["low"].get<double>() > 0);
  CHECK(compared["tpr_at_fpr"].size() == 2);  // an FPR of 0.1 % is not resolved by 100 non-members
  CHECK(b.bytes("c.html").find("E.npy against F.npy") != std::string::npos);
  const outcome text = b.run("evaluate --evidence E.npy --members M.npy --compare F.npy");
  CHECK(text.out.find("E.npy is better") != std::string::npos);
  CHECK(text.out.find("What does this mean?") != std::string::npos);
  b.floats("G.npy", {1, 2});
  CHECK(b.run("evaluate --evidence E.npy --members M.npy --compare G.npy").says("G.npy: has 2 records; E.npy has 200"));
}

TEST_CASE("merge puts reports into one, and says what it cannot read") {
  const bench b = with_ids(six, "record,member\na,0\nb,0\nc,0\nd,1\ne,1\nf,1\n");
  REQUIRE(b.run(std::string(command) + "--json lira.json --quiet").code == 0);
  REQUIRE(b.run(std::string(command) + "--json rmia.json --quiet").code == 0);
  REQUIRE(b.run(std::string(command) + "--fpr 0.5 --json other.json --quiet").code == 0);
  const outcome got = b.run("merge lira.json rmia.json --title Both --html both.html --json -");
  INFO(got.err);
  REQUIRE(got.code == 0);
  const json whole = json::parse(got.out);
  CHECK(whole["title"] == "Both");
  REQUIRE(whole["targets"].size() == 1);
  CHECK(whole["targets"][0]["attacks"][0]["name"] == "lira");
  CHECK(whole["targets"][0]["attacks"][1]["name"] == "rmia");
  CHECK(b.bytes("both.html").find("<svg") != std::string::npos);
  b.write_bytes("whole.json", got.out);
  CHECK(b.run("merge whole.json lira.json").out.find("lira (lira.json)") != std::string::npos);

  CHECK(b.run("merge lira.json").says("REPORT: only lira.json is given; wanted at least two reports"));
  CHECK(b.run("merge").says("REPORT: is missing; wanted at least two reports"));
  CHECK(b.run("merge lira.json E.csv").says("E.csv: is no JSON"));
  CHECK(b.run("merge lira.json none.json").says("none.json: "));
  CHECK(b.run("merge lira.json other.json").says("other.json: 'other' was evaluated at other false-positive rates"));
  CHECK(b.run("merge lira.json rmia.json --json lira.json").says("--json: would overwrite the input lira.json"));
  CHECK(b.run("merge lira.json rmia.json --html -").says("--html: must be a file"));
}
